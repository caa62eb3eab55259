// Tells quickly that an object is not there: a repository is asked for every
// object of an imported history, which has hardly any of them.
#pragma once

#include <cstdint>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

// Bits for the first bits of each id: 4 MB, whatever the number of ids. Adding
// must not run beside reading.
class IdFilter {
 public:
  IdFilter() : words_((size_t{1} << kBits) / 64) {}

  void Add(const Oid& oid) {
    const uint32_t bit = BitOf(oid);
    words_[bit / 64] |= uint64_t{1} << bit % 64;
  }
  // False where it was not added; true says nothing.
  bool MayHold(const Oid& oid) const {
    const uint32_t bit = BitOf(oid);
    return (words_[bit / 64] >> bit % 64 & 1) != 0;
  }

 private:
  static constexpr unsigned kBits = 25;

  static uint32_t BitOf(const Oid& oid) {
    uint32_t bits = 0;
    for (size_t i = 0; i < 4; ++i) bits = bits << 8 | oid.bytes[i];
    return bits >> (32 - kBits);
  }

  std::vector<uint64_t> words_;
};

}  // namespace backgraft::git
