#include "git/pack_index.h"

#include <algorithm>
#include <array>

#include "base/error.h"

namespace backgraft::git {
namespace {

void PutBe32(std::string* out, uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    *out += static_cast<char>(value >> shift & 0xff);
  }
}

}  // namespace

std::string WriteIndex(std::vector<PackIndexEntry> entries,
                       const Sha1::Digest& pack_checksum) {
  auto by_id = [](const auto& a, const auto& b) { return a.oid < b.oid; };
  // Whoever looks for objects by their ids has them sorted already.
  if (!std::is_sorted(entries.begin(), entries.end(), by_id)) {
    std::sort(entries.begin(), entries.end(), by_id);
  }
  for (size_t i = 1; i < entries.size(); ++i) {
    Require(entries[i - 1].oid != entries[i].oid,
            "an object id is twice in a pack index");
  }
  Require(entries.size() <= UINT32_MAX, "too many objects for a pack index");

  std::array<uint32_t, 256> fanout{};
  for (const PackIndexEntry& entry : entries) ++fanout[entry.oid.bytes[0]];

  std::string out;
  out.reserve(8 + 1024 + entries.size() * 28 + 40);
  out.append("\377tOc\0\0\0\2", 8);
  uint32_t total = 0;
  for (uint32_t count : fanout) PutBe32(&out, total += count);
  for (const PackIndexEntry& entry : entries) {
    out.append(reinterpret_cast<const char*>(entry.oid.bytes.data()), 20);
  }
  for (const PackIndexEntry& entry : entries) PutBe32(&out, entry.crc);
  uint32_t large = 0;
  for (const PackIndexEntry& entry : entries) {
    // The top bit marks an index into the table of large offsets.
    PutBe32(&out, entry.offset < 0x80000000u
                      ? static_cast<uint32_t>(entry.offset)
                      : 0x80000000u | large++);
  }
  for (const PackIndexEntry& entry : entries) {
    if (entry.offset < 0x80000000u) continue;
    PutBe32(&out, static_cast<uint32_t>(entry.offset >> 32));
    PutBe32(&out, static_cast<uint32_t>(entry.offset));
  }
  out.append(reinterpret_cast<const char*>(pack_checksum.data()), 20);
  Sha1 sha;
  sha.Update(AsBytes(out));
  Sha1::Digest digest = sha.Finish();
  out.append(reinterpret_cast<const char*>(digest.data()), 20);
  return out;
}

}  // namespace backgraft::git
