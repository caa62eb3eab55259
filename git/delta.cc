#include "git/delta.h"

#include <cstring>

namespace backgraft::git {
namespace {

std::optional<uint64_t> TakeSize(ByteSpan delta, size_t* pos) {
  uint64_t size = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    if (*pos == delta.size()) return std::nullopt;
    auto byte = static_cast<uint8_t>(delta[(*pos)++]);
    uint64_t bits = byte & 0x7fu;
    if (shift == 63 && bits > 1) return std::nullopt;
    size |= bits << shift;
    if ((byte & 0x80) == 0) return size;
  }
  return std::nullopt;
}

}  // namespace

std::optional<DeltaHeader> ParseDeltaHeader(ByteSpan delta) {
  // git refuses shorter ones (DELTA_SIZE_MIN).
  if (delta.size() < 4) return std::nullopt;
  size_t pos = 0;
  std::optional<uint64_t> base_size = TakeSize(delta, &pos);
  if (!base_size) return std::nullopt;
  std::optional<uint64_t> result_size = TakeSize(delta, &pos);
  if (!result_size) return std::nullopt;
  return DeltaHeader{*base_size, *result_size, pos};
}

bool ApplyDelta(ByteSpan base, ByteSpan instructions,
                std::span<std::byte> out) {
  const std::byte* in = instructions.data();
  const std::byte* end = in + instructions.size();
  std::byte* to = out.data();
  size_t room = out.size();
  while (in < end) {
    auto op = static_cast<uint8_t>(*in++);
    if ((op & 0x80) != 0) {
      // Bits 0-3 say which bytes of the offset follow, bits 4-6 which of the
      // size; absent ones are zero.
      size_t offset = 0;
      size_t size = 0;
      for (int i = 0; i < 7; ++i) {
        if ((op >> i & 1) == 0) continue;
        if (in == end) return false;
        auto byte = static_cast<size_t>(*in++);
        if (i < 4) {
          offset |= byte << (8 * i);
        } else {
          size |= byte << (8 * (i - 4));
        }
      }
      if (size == 0) size = 0x10000;
      if (size > room || offset > base.size() || size > base.size() - offset) {
        return false;
      }
      std::memcpy(to, base.data() + offset, size);
      to += size;
      room -= size;
    } else {
      size_t size = op;
      if (size == 0 || size > room || size > static_cast<size_t>(end - in)) {
        return false;
      }
      std::memcpy(to, in, size);
      in += size;
      to += size;
      room -= size;
    }
  }
  return room == 0;
}

}  // namespace backgraft::git
