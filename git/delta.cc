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

// Carries out `instructions`: `sink` is given the pieces of the result in their
// order, which are `size` bytes in all, and may refuse one.
template <typename Sink>
bool CarryOut(ByteSpan base, ByteSpan instructions, size_t size, Sink sink) {
  const std::byte* in = instructions.data();
  const std::byte* end = in + instructions.size();
  size_t room = size;
  while (in < end) {
    auto op = static_cast<uint8_t>(*in++);
    ByteSpan piece;
    if ((op & 0x80) != 0) {
      // Bits 0-3 say which bytes of the offset follow, bits 4-6 which of the
      // size; absent ones are zero.
      size_t offset = 0;
      size_t length = 0;
      for (int i = 0; i < 7; ++i) {
        if ((op >> i & 1) == 0) continue;
        if (in == end) return false;
        auto byte = static_cast<size_t>(*in++);
        if (i < 4) {
          offset |= byte << (8 * i);
        } else {
          length |= byte << (8 * (i - 4));
        }
      }
      if (length == 0) length = 0x10000;
      if (offset > base.size() || length > base.size() - offset) return false;
      piece = base.subspan(offset, length);
    } else {
      if (op == 0 || op > static_cast<size_t>(end - in)) return false;
      piece = {in, op};
      in += op;
    }
    if (piece.size() > room || !sink(piece)) return false;
    room -= piece.size();
  }
  return room == 0;
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
  std::byte* to = out.data();
  return CarryOut(base, instructions, out.size(), [&to](ByteSpan piece) {
    std::memcpy(to, piece.data(), piece.size());
    to += piece.size();
    return true;
  });
}

bool DeltaMakes(ByteSpan base, ByteSpan instructions, ByteSpan content) {
  const std::byte* at = content.data();
  return CarryOut(base, instructions, content.size(), [&at](ByteSpan piece) {
    const bool same = std::memcmp(at, piece.data(), piece.size()) == 0;
    at += piece.size();
    return same;
  });
}

}  // namespace backgraft::git
