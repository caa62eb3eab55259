#include "base/sha1_lanes.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/error.h"

namespace backgraft {
namespace {

constexpr std::array<uint32_t, 5> kInitial = {
    0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
constexpr size_t kLanes = Sha1Lanes::kLanes;

// A word of each lane, the same bytes as pairs of words, and as bytes. The
// compiler makes of them what the function's target has: one register with
// AVX-512, or several.
using Words = uint32_t __attribute__((vector_size(64)));
using Pairs = uint64_t __attribute__((vector_size(64)));
using Bytes = uint8_t __attribute__((vector_size(64)));

// All of it has to become part of the function that chooses the target, and
// vectors go by reference: how they are passed otherwise depends on it.
#define BACKGRAFT_INLINE [[gnu::always_inline]] inline

template <int bits>
BACKGRAFT_INLINE void Rotate(Words* words) {
  *words = (*words << bits) | (*words >> (32 - bits));
}

// From a block of each lane in each row to a word of all lanes in each: first
// in the quarters of the rows, then with these.
BACKGRAFT_INLINE void Transpose(Words* rows) {
  Words mixed[kLanes];
  for (size_t i = 0; i < kLanes; i += 2) {
    mixed[i] = __builtin_shufflevector(rows[i], rows[i + 1], 0, 16, 1, 17, 4,
                                       20, 5, 21, 8, 24, 9, 25, 12, 28, 13, 29);
    mixed[i + 1] =
        __builtin_shufflevector(rows[i], rows[i + 1], 2, 18, 3, 19, 6, 22, 7,
                                23, 10, 26, 11, 27, 14, 30, 15, 31);
  }
  Pairs quarters[kLanes];
  for (size_t i = 0; i < kLanes; i += 4) {
    for (size_t j = 0; j < 2; ++j) {
      const auto upper = __builtin_bit_cast(Pairs, mixed[i + j]);
      const auto lower = __builtin_bit_cast(Pairs, mixed[i + j + 2]);
      quarters[i + 2 * j] =
          __builtin_shufflevector(upper, lower, 0, 8, 2, 10, 4, 12, 6, 14);
      quarters[i + 2 * j + 1] =
          __builtin_shufflevector(upper, lower, 1, 9, 3, 11, 5, 13, 7, 15);
    }
  }
  for (size_t j = 0; j < 4; ++j) {
    const Pairs low = __builtin_shufflevector(quarters[j], quarters[4 + j], 0,
                                              1, 2, 3, 8, 9, 10, 11);
    const Pairs high = __builtin_shufflevector(quarters[j], quarters[4 + j], 4,
                                               5, 6, 7, 12, 13, 14, 15);
    const Pairs last_low = __builtin_shufflevector(
        quarters[8 + j], quarters[12 + j], 0, 1, 2, 3, 8, 9, 10, 11);
    const Pairs last_high = __builtin_shufflevector(
        quarters[8 + j], quarters[12 + j], 4, 5, 6, 7, 12, 13, 14, 15);
    rows[j] = __builtin_bit_cast(
        Words,
        __builtin_shufflevector(low, last_low, 0, 1, 4, 5, 8, 9, 12, 13));
    rows[4 + j] = __builtin_bit_cast(
        Words,
        __builtin_shufflevector(low, last_low, 2, 3, 6, 7, 10, 11, 14, 15));
    rows[8 + j] = __builtin_bit_cast(
        Words,
        __builtin_shufflevector(high, last_high, 0, 1, 4, 5, 8, 9, 12, 13));
    rows[12 + j] = __builtin_bit_cast(
        Words,
        __builtin_shufflevector(high, last_high, 2, 3, 6, 7, 10, 11, 14, 15));
  }
}

// The words of a message have their highest byte first.
BACKGRAFT_INLINE void FromBigEndian(Words* words) {
  if constexpr (std::endian::native == std::endian::big) return;
  const auto bytes = __builtin_bit_cast(Bytes, *words);
  *words = __builtin_bit_cast(
      Words,
      __builtin_shufflevector(
          bytes, bytes, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12,
          19, 18, 17, 16, 23, 22, 21, 20, 27, 26, 25, 24, 31, 30, 29, 28, 35,
          34, 33, 32, 39, 38, 37, 36, 43, 42, 41, 40, 47, 46, 45, 44, 51, 50,
          49, 48, 55, 54, 53, 52, 59, 58, 57, 56, 63, 62, 61, 60));
}

// FIPS 180-4, 6.1.3: `message` holds the last sixteen words of the schedule.
template <size_t t>
BACKGRAFT_INLINE void Round(Words* message, const Words& a, Words* b,
                            const Words& c, const Words& d, Words* e) {
  constexpr std::array<uint32_t, 4> kConstants = {0x5a827999, 0x6ed9eba1,
                                                  0x8f1bbcdc, 0xca62c1d6};
  Words& word = message[t % 16];
  if constexpr (t >= 16) {
    word ^=
        message[(t + 13) % 16] ^ message[(t + 8) % 16] ^ message[(t + 2) % 16];
    Rotate<1>(&word);
  }
  Words function;
  if constexpr (t < 20) {
    function = d ^ (*b & (c ^ d));
  } else if constexpr (t >= 40 && t < 60) {
    function = (*b & c) | (d & (*b | c));
  } else {
    function = *b ^ c ^ d;
  }
  Words rotated = a;
  Rotate<5>(&rotated);
  *e = (*e + word + kConstants[t / 20]) + (function + rotated);
  Rotate<30>(b);
}

// Rounds `t` and later; the names of the five words change places.
template <size_t t>
BACKGRAFT_INLINE void Rounds(Words* message, Words* s) {
  Round<t>(message, s[0], &s[1], s[2], s[3], &s[4]);
  Round<t + 1>(message, s[4], &s[0], s[1], s[2], &s[3]);
  Round<t + 2>(message, s[3], &s[4], s[0], s[1], &s[2]);
  Round<t + 3>(message, s[2], &s[3], s[4], s[0], &s[1]);
  Round<t + 4>(message, s[1], &s[2], s[3], s[4], &s[0]);
  if constexpr (t + 5 < 80) Rounds<t + 5>(message, s);
}

BACKGRAFT_INLINE void Compress(Sha1Lanes::State* state,
                               const Sha1Lanes::Blocks& blocks, size_t count) {
  Words total[5];
  std::memcpy(total, state, sizeof total);
  for (size_t k = 0; k < count; ++k) {
    Words message[kLanes];
    for (size_t i = 0; i < kLanes; ++i) {
      std::memcpy(&message[i], blocks[i] + k * sizeof(Words), sizeof(Words));
    }
    Transpose(message);
    for (Words& words : message) FromBigEndian(&words);
    Words s[5] = {total[0], total[1], total[2], total[3], total[4]};
    Rounds<0>(message, s);
    for (size_t i = 0; i < 5; ++i) total[i] += s[i];
  }
  std::memcpy(state, total, sizeof total);
}

#undef BACKGRAFT_INLINE

void CompressAnywhere(Sha1Lanes::State* state, const Sha1Lanes::Blocks& blocks,
                      size_t count) {
  Compress(state, blocks, count);
}

#ifdef __x86_64__
[[gnu::target("avx512f,avx512bw")]] void CompressWide(
    Sha1Lanes::State* state, const Sha1Lanes::Blocks& blocks, size_t count) {
  Compress(state, blocks, count);
}
bool IsWide() {
  return __builtin_cpu_supports("avx512f") &&
         __builtin_cpu_supports("avx512bw");
}
#else
constexpr auto CompressWide = CompressAnywhere;
bool IsWide() { return false; }
#endif

}  // namespace

bool Sha1Lanes::Pays() {
  static const bool pays = IsWide();
  return pays;
}

size_t Sha1Lanes::Begin(std::string_view head, ByteSpan body) {
  Require(!full() && head.size() <= kHeadBytes, "no lane for a message");
  const auto index = static_cast<size_t>(std::countr_one(busy_));
  busy_ |= uint32_t{1} << index;
  for (size_t i = 0; i < kInitial.size(); ++i) state_[i][index] = kInitial[i];
  Lane& lane = lanes_[index];
  lane.bytes = head.size() + body.size();
  lane.at = lane.edge.data();
  std::memcpy(lane.edge.data(), head.data(), head.size());
  const size_t begin = std::min(body.size(), kBlock - head.size());
  if (begin > 0) std::memcpy(&lane.edge[head.size()], body.data(), begin);
  lane.rest = body.subspan(begin);
  if (lane.bytes >= kBlock) {
    lane.blocks = 1;
    lane.is_padded = false;
  } else {
    Pad(&lane, static_cast<size_t>(lane.bytes));
  }
  return index;
}

void Sha1Lanes::Pad(Lane* lane, size_t used) {
  lane->blocks = used + 1 + sizeof(uint64_t) <= kBlock ? 1 : 2;
  lane->is_padded = true;
  const size_t size = lane->blocks * kBlock;
  std::byte* const edge = lane->edge.data();
  std::memset(edge + used, 0, size - used);
  edge[used] = std::byte{0x80};
  uint64_t bits = lane->bytes * 8;
  for (size_t i = 1; i <= sizeof bits; ++i, bits >>= 8) {
    edge[size - i] = static_cast<std::byte>(bits & 0xff);
  }
}

bool Sha1Lanes::Advance(Lane* lane) {
  if (lane->is_padded) return false;
  lane->blocks = lane->rest.size() / kBlock;
  if (lane->blocks > 0) {
    lane->at = lane->rest.data();
    lane->rest = lane->rest.subspan(lane->blocks * kBlock);
    return true;
  }
  lane->at = lane->edge.data();
  const size_t used = lane->rest.size();
  if (used > 0) std::memcpy(lane->edge.data(), lane->rest.data(), used);
  Pad(lane, used);
  return true;
}

uint32_t Sha1Lanes::Run() {
  uint32_t done = 0;
  while (busy_ != 0 && done == 0) {
    size_t count = SIZE_MAX;
    const std::byte* any = nullptr;
    for (uint32_t left = busy_; left != 0; left &= left - 1) {
      const Lane& lane = lanes_[static_cast<size_t>(std::countr_zero(left))];
      count = std::min(count, lane.blocks);
      any = lane.at;
    }
    Blocks blocks;
    for (size_t i = 0; i < kLanes; ++i) {
      // A free lane works on what another one does, to no end.
      blocks[i] = (busy_ >> i & 1) != 0 ? lanes_[i].at : any;
    }
    (is_wide_ ? CompressWide : CompressAnywhere)(&state_, blocks, count);
    for (uint32_t left = busy_; left != 0; left &= left - 1) {
      const auto index = static_cast<size_t>(std::countr_zero(left));
      Lane& lane = lanes_[index];
      lane.at += count * kBlock;
      lane.blocks -= count;
      if (lane.blocks == 0 && !Advance(&lane)) done |= uint32_t{1} << index;
    }
  }
  busy_ &= ~done;
  return done;
}

Sha1::Digest Sha1Lanes::digest(size_t lane) const {
  Sha1::Digest digest;
  for (size_t i = 0; i < digest.size(); ++i) {
    digest[i] =
        static_cast<uint8_t>(state_[i / 4][lane] >> (24 - 8 * (i % 4)) & 0xff);
  }
  return digest;
}

}  // namespace backgraft
