#include "git/pack_entry.h"

#include <isa-l/crc.h>

namespace backgraft::git {
namespace {

std::optional<uint64_t> TakeDistance(ByteSpan bytes, size_t* pos) {
  uint64_t distance = 0;
  for (bool first = true;; first = false) {
    if (*pos == bytes.size() || distance >> 56 != 0) return std::nullopt;
    auto byte = static_cast<uint8_t>(bytes[(*pos)++]);
    if (!first) ++distance;
    distance = distance << 7 | (byte & 0x7fu);
    if ((byte & 0x80) == 0) return distance;
  }
}

}  // namespace

std::optional<EntryHeader> ParseEntryHeader(ByteSpan bytes) {
  if (bytes.empty()) return std::nullopt;
  size_t pos = 0;
  auto byte = static_cast<uint8_t>(bytes[pos++]);
  int kind = byte >> 4 & 7;
  if (kind == 0 || kind == 5) return std::nullopt;
  EntryHeader header{};
  header.kind = static_cast<EntryKind>(kind);
  header.size = byte & 15u;
  for (int shift = 4; (byte & 0x80) != 0; shift += 7) {
    if (pos == bytes.size() || shift > 60) return std::nullopt;
    byte = static_cast<uint8_t>(bytes[pos++]);
    uint64_t bits = byte & 0x7fu;
    if (shift == 60 && bits > 15) return std::nullopt;
    header.size |= bits << shift;
  }
  if (header.kind == EntryKind::kOfsDelta) {
    std::optional<uint64_t> distance = TakeDistance(bytes, &pos);
    if (!distance) return std::nullopt;
    header.base_distance = *distance;
  } else if (header.kind == EntryKind::kRefDelta) {
    if (bytes.size() - pos < 20) return std::nullopt;
    std::memcpy(header.base.bytes.data(), bytes.data() + pos, 20);
    pos += 20;
  }
  header.length = pos;
  return header;
}

void AppendEntryHeader(EntryKind kind, uint64_t size,
                       std::vector<std::byte>* out) {
  uint64_t byte = static_cast<uint64_t>(kind) << 4 | (size & 15u);
  for (size >>= 4; size != 0; size >>= 7) {
    out->push_back(static_cast<std::byte>(byte | 0x80u));
    byte = size & 0x7fu;
  }
  out->push_back(static_cast<std::byte>(byte));
}

uint32_t EntryCrc(ByteSpan entry) {
  return crc32_gzip_refl(
      0, reinterpret_cast<const unsigned char*>(entry.data()), entry.size());
}

}  // namespace backgraft::git
