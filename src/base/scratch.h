// A buffer that is used again and again.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace backgraft {

// Grows to the largest size asked for and never fills itself with zeros, which
// would cost as much as what is done with it.
class Scratch {
 public:
  // `size` bytes of anything; valid until the next call.
  std::span<std::byte> Take(size_t size) {
    if (size > size_) {
      bytes_ = std::make_unique_for_overwrite<std::byte[]>(size);
      size_ = size;
    }
    return {bytes_.get(), size};
  }

 private:
  std::unique_ptr<std::byte[]> bytes_;
  size_t size_ = 0;
};

}  // namespace backgraft
