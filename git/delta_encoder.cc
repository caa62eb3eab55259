#include "git/delta_encoder.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace backgraft::git {
namespace {

// What is looked up; shorter matches cost more than they save.
constexpr size_t kBlock = 16;
// Looks in vain after which they are taken one byte further apart: what is new
// altogether (a minified script) is passed over quickly. A match that is longer
// than two blocks and a step is found all the same.
constexpr size_t kMissesPerStep = 64;
// Places are counted in 32 bits.
constexpr size_t kLongest = UINT32_MAX;
// Of one instruction, in packs of version 2.
constexpr size_t kLongestCopy = 0x10000;
constexpr size_t kLongestInsert = 127;

uint64_t Load(const std::byte* at) {
  uint64_t word;
  std::memcpy(&word, at, sizeof word);
  return word;
}

// Whether the 32 bytes at `a` and at `b` are the same.
bool Same32(const std::byte* a, const std::byte* b) {
  uint64_t differs = 0;
  for (size_t i = 0; i < 32; i += 8) differs |= Load(a + i) ^ Load(b + i);
  return differs == 0;
}

// Bytes of a word that was loaded which are zero before the first that is not.
size_t FirstByte(uint64_t word) {
  return static_cast<size_t>(std::endian::native == std::endian::little
                                 ? std::countr_zero(word)
                                 : std::countl_zero(word)) /
         8;
}
// The same from its end.
size_t LastByte(uint64_t word) {
  return static_cast<size_t>(std::endian::native == std::endian::little
                                 ? std::countl_zero(word)
                                 : std::countr_zero(word)) /
         8;
}

// Of the kBlock bytes at `at`.
size_t HashBlock(const std::byte* at) {
  uint64_t hash =
      (Load(at) + std::rotl(Load(at + 8), 25)) * 0x9E3779B97F4A7C15u;
  return static_cast<size_t>(hash >> 32);
}

size_t CommonPrefix(ByteSpan a, ByteSpan b) {
  const size_t limit = std::min(a.size(), b.size());
  size_t n = 0;
  while (n + 32 <= limit && Same32(a.data() + n, b.data() + n)) n += 32;
  for (; n + 8 <= limit; n += 8) {
    const uint64_t differs = Load(a.data() + n) ^ Load(b.data() + n);
    if (differs != 0) return n + FirstByte(differs);
  }
  while (n < limit && a[n] == b[n]) ++n;
  return n;
}

size_t CommonSuffix(ByteSpan a, ByteSpan b) {
  const size_t limit = std::min(a.size(), b.size());
  size_t n = 0;
  while (n + 32 <= limit &&
         Same32(a.data() + a.size() - n - 32, b.data() + b.size() - n - 32)) {
    n += 32;
  }
  for (; n + 8 <= limit; n += 8) {
    const uint64_t differs =
        Load(a.data() + a.size() - n - 8) ^ Load(b.data() + b.size() - n - 8);
    if (differs != 0) return n + LastByte(differs);
  }
  while (n < limit && a[a.size() - n - 1] == b[b.size() - n - 1]) ++n;
  return n;
}

// Written to `room`, which has kSpare bytes more than the most it may take.
class Instructions {
 public:
  // Of one instruction, or both sizes.
  static constexpr size_t kSpare = 1 + kLongestInsert;

  Instructions(std::span<std::byte> room, size_t limit)
      : begin_(room.data()), end_(begin_), limit_(begin_ + limit) {}

  void Size(uint64_t size) {
    for (; size >= 0x80; size >>= 7) Put(size | 0x80u);
    Put(size);
  }

  void Insert(ByteSpan bytes) {
    while (!bytes.empty() && !too_long()) {
      const size_t n = std::min(bytes.size(), kLongestInsert);
      Put(n);
      std::memcpy(end_, bytes.data(), n);
      end_ += n;
      bytes = bytes.subspan(n);
    }
  }

  void Copy(size_t offset, size_t size) {
    while (size > 0 && !too_long()) {
      const size_t n = std::min(size, kLongestCopy);
      std::byte* const op = end_++;
      unsigned bits = 0x80;
      for (unsigned i = 0; i < 4; ++i) bits |= PutByteOf(offset, i, 1u << i);
      // No size at all stands for the longest.
      const size_t coded = n == kLongestCopy ? 0 : n;
      for (unsigned i = 0; i < 2; ++i) bits |= PutByteOf(coded, i, 16u << i);
      *op = static_cast<std::byte>(bits);
      offset += n;
      size -= n;
    }
  }

  bool too_long() const { return end_ > limit_; }
  std::vector<std::byte> Take() const { return {begin_, end_}; }

 private:
  void Put(uint64_t byte) { *end_++ = static_cast<std::byte>(byte & 0xFFu); }
  // Bytes that are zero are left out; `bit` says that this one is not.
  unsigned PutByteOf(size_t value, unsigned index, unsigned bit) {
    const size_t byte = value >> (8 * index) & 0xFFu;
    *end_ = static_cast<std::byte>(byte);
    end_ += byte != 0;
    return byte != 0 ? bit : 0;
  }

  std::byte* const begin_;
  std::byte* end_;
  std::byte* const limit_;
};

}  // namespace

void DeltaEncoder::IndexBase(ByteSpan base) {
  const size_t blocks = base.size() / kBlock;
  const size_t slots = std::bit_ceil(std::max<size_t>(blocks * 2, 16));
  mask_ = slots - 1;
  // An empty slot leads to the first block: looking whether it is the one costs
  // less than a jump that cannot be foreseen.
  places_.assign(slots, 0);
  // From the back, so that of equal blocks the first one stays.
  for (size_t block = blocks; block-- > 0;) {
    const size_t at = block * kBlock;
    places_[HashBlock(base.data() + at) & mask_] = static_cast<uint32_t>(at);
  }
}

std::optional<std::vector<std::byte>> DeltaEncoder::Encode(ByteSpan base,
                                                           ByteSpan target,
                                                           size_t limit) {
  if (base.size() > kLongest || target.size() > kLongest) return std::nullopt;
  // git refuses a delta of fewer than four bytes (DELTA_SIZE_MIN).
  if (target.size() < kBlock || base.size() < kBlock) return std::nullopt;
  // Nothing takes more than to insert all of it, but for both sizes and what
  // lies before the first and behind the last change.
  limit = std::min(limit, target.size() + target.size() / kLongestInsert + 64);
  Instructions out(room_.Take(limit + Instructions::kSpare), limit);
  out.Size(base.size());
  out.Size(target.size());
  // Most often all that has changed lies between two long stretches that have
  // not: what is left of it may need no index.
  const size_t prefix = CommonPrefix(base, target);
  const size_t suffix =
      CommonSuffix(base.subspan(prefix), target.subspan(prefix));
  target = target.first(target.size() - suffix);
  bool indexed = false;
  size_t done = prefix;  // bytes of `target` that have been encoded
  size_t at = prefix;
  // Where the base goes on if the target does as before.
  size_t expected = prefix;
  size_t misses = 0;  // looks since the last match
  out.Copy(0, prefix);
  while (at + kBlock <= target.size() && !out.too_long()) {
    size_t from = expected + (at - done);
    size_t length = 0;
    if (from + kBlock <= base.size() &&
        Load(base.data() + from) == Load(target.data() + at)) {
      length = CommonPrefix(base.subspan(from), target.subspan(at));
    }
    if (length < kBlock) {
      if (!indexed) IndexBase(base);
      indexed = true;
      const uint32_t place = places_[HashBlock(target.data() + at) & mask_];
      length = 0;
      // Most often the first bytes tell that it is another block.
      if (Load(base.data() + place) == Load(target.data() + at)) {
        from = place;
        length = CommonPrefix(base.subspan(from), target.subspan(at));
      }
    }
    if (length < kBlock) {
      at += 1 + misses++ / kMissesPerStep;
      continue;
    }
    misses = 0;
    // The match may begin before the block did.
    const size_t before =
        CommonSuffix(base.first(from), target.subspan(done, at - done));
    at -= before;
    from -= before;
    length += before;
    out.Insert(target.subspan(done, at - done));
    out.Copy(from, length);
    at += length;
    done = at;
    expected = from + length;
  }
  out.Insert(target.subspan(done));
  out.Copy(base.size() - suffix, suffix);
  if (out.too_long()) return std::nullopt;
  return out.Take();
}

}  // namespace backgraft::git
