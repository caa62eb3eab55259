#include "git/pack_index.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>

#include "base/error.h"

namespace backgraft::git {
namespace {

constexpr std::string_view kMagic("\377tOc\0\0\0\2", 8);
// From here on, offsets are in the table of large ones.
constexpr uint32_t kFirstLarge = 0x80000000u;

// Fills a string that has its size: growing it byte by byte takes longer than
// everything else here.
class Filler {
 public:
  explicit Filler(std::string* out) : begin_(out->data()), at_(out->data()) {}

  void Put(std::string_view bytes) {
    std::memcpy(at_, bytes.data(), bytes.size());
    at_ += bytes.size();
  }
  void Put(const std::array<uint8_t, 20>& digest) {
    std::memcpy(at_, digest.data(), digest.size());
    at_ += digest.size();
  }
  void PutBe32(uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) {
      *at_++ = static_cast<char>(value >> shift & 0xff);
    }
  }
  std::string_view written() const { return {begin_, at_}; }

 private:
  const char* const begin_;
  char* at_;
};

}  // namespace

std::string WriteIndex(std::vector<PackIndexEntry> entries,
                       const Sha1::Digest& pack_checksum) {
  std::sort(entries.begin(), entries.end(),
            [](const auto& a, const auto& b) { return a.oid < b.oid; });
  return WriteSortedIndex(
      entries.size(), [&](size_t i) { return entries[i]; }, pack_checksum);
}

std::string WriteSortedIndex(
    size_t count, const std::function<PackIndexEntry(size_t)>& entry_at,
    const Sha1::Digest& pack_checksum) {
  Require(count <= UINT32_MAX, "too many objects for a pack index");
  std::array<uint32_t, 256> fanout{};
  size_t large = 0;
  std::optional<Oid> before;
  for (size_t i = 0; i < count; ++i) {
    const PackIndexEntry entry = entry_at(i);
    Require(!before || *before < entry.oid,
            "an object id is twice in a pack index, or out of order");
    before = entry.oid;
    ++fanout[entry.oid.bytes[0]];
    if (entry.offset >= kFirstLarge) ++large;
  }
  std::string out(kMagic.size() + 4 * fanout.size() + count * (20 + 4 + 4) +
                      large * 8 + 2 * 20,
                  '\0');
  Filler filler(&out);
  filler.Put(kMagic);
  uint32_t total = 0;
  for (uint32_t each : fanout) filler.PutBe32(total += each);
  for (size_t i = 0; i < count; ++i) filler.Put(entry_at(i).oid.bytes);
  for (size_t i = 0; i < count; ++i) filler.PutBe32(entry_at(i).crc);
  uint32_t larger = 0;
  for (size_t i = 0; i < count; ++i) {
    const uint64_t offset = entry_at(i).offset;
    // The top bit marks an index into the table of large offsets.
    filler.PutBe32(offset < kFirstLarge ? static_cast<uint32_t>(offset)
                                        : kFirstLarge | larger++);
  }
  for (size_t i = 0; i < count && large > 0; ++i) {
    const uint64_t offset = entry_at(i).offset;
    if (offset < kFirstLarge) continue;
    filler.PutBe32(static_cast<uint32_t>(offset >> 32));
    filler.PutBe32(static_cast<uint32_t>(offset));
  }
  filler.Put(pack_checksum);
  Sha1 sha;
  sha.Update(AsBytes(filler.written()));
  filler.Put(sha.Finish());
  Require(filler.written().size() == out.size(),
          "a pack index has another size");
  return out;
}

}  // namespace backgraft::git
