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
constexpr uint32_t kNowhere = UINT32_MAX;
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
  while (n + 8 <= limit && Load(a.data() + n) == Load(b.data() + n)) n += 8;
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
  while (n + 8 <= limit && Load(a.data() + a.size() - n - 8) ==
                               Load(b.data() + b.size() - n - 8)) {
    n += 8;
  }
  while (n < limit && a[a.size() - n - 1] == b[b.size() - n - 1]) ++n;
  return n;
}

class Instructions {
 public:
  explicit Instructions(size_t limit) : limit_(limit) {}

  void Size(uint64_t size) {
    for (; size >= 0x80; size >>= 7) Put(size | 0x80u);
    Put(size);
  }

  void Insert(ByteSpan bytes) {
    while (!bytes.empty() && !too_long()) {
      const size_t n = std::min(bytes.size(), kLongestInsert);
      Put(n);
      out_.insert(out_.end(), bytes.begin(),
                  bytes.begin() + static_cast<std::ptrdiff_t>(n));
      bytes = bytes.subspan(n);
    }
  }

  void Copy(size_t offset, size_t size) {
    while (size > 0 && !too_long()) {
      const size_t n = std::min(size, kLongestCopy);
      const size_t op = out_.size();
      Put(0x80);
      unsigned bits = 0x80;
      for (unsigned i = 0; i < 4; ++i) bits |= PutByteOf(offset, i, 1u << i);
      // No size at all stands for the longest.
      const size_t coded = n == kLongestCopy ? 0 : n;
      for (unsigned i = 0; i < 2; ++i) bits |= PutByteOf(coded, i, 16u << i);
      out_[op] = static_cast<std::byte>(bits);
      offset += n;
      size -= n;
    }
  }

  bool too_long() const { return out_.size() > limit_; }
  std::vector<std::byte> Take() { return std::move(out_); }

 private:
  void Put(uint64_t byte) {
    out_.push_back(static_cast<std::byte>(byte & 0xFFu));
  }
  // Bytes that are zero are left out; `bit` says that this one is not.
  unsigned PutByteOf(size_t value, unsigned index, unsigned bit) {
    const size_t byte = value >> (8 * index) & 0xFFu;
    if (byte == 0) return 0;
    Put(byte);
    return bit;
  }

  const size_t limit_;
  std::vector<std::byte> out_;
};

}  // namespace

void DeltaEncoder::IndexBase(ByteSpan base) {
  const size_t blocks = base.size() / kBlock;
  const size_t slots = std::bit_ceil(std::max<size_t>(blocks * 2, 16));
  mask_ = slots - 1;
  places_.assign(slots, kNowhere);
  // From the back, so that of equal blocks the first one stays.
  for (size_t block = blocks; block-- > 0;) {
    const size_t at = block * kBlock;
    places_[HashBlock(base.data() + at) & mask_] = static_cast<uint32_t>(at);
  }
}

std::optional<std::vector<std::byte>> DeltaEncoder::Encode(ByteSpan base,
                                                           ByteSpan target,
                                                           size_t limit) {
  if (base.size() >= kNowhere || target.size() >= kNowhere) return std::nullopt;
  // git refuses a delta of fewer than four bytes (DELTA_SIZE_MIN).
  if (target.size() < kBlock) return std::nullopt;
  Instructions out(limit);
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
      if (place != kNowhere &&
          Load(base.data() + place) == Load(target.data() + at)) {
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
    while (at > done && from > 0 && base[from - 1] == target[at - 1]) {
      --at;
      --from;
      ++length;
    }
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
