// Memory on large pages, where the kernel has them to give (madvise(2),
// MADV_HUGEPAGE): a page fault takes as long as decompressing some kilobytes.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

namespace backgraft {

// Asks for large pages in the first `bytes` of the heap. To be called before
// anything large is allocated, and while malloc(3) takes blocks of that size
// from the heap (mallopt(3), M_MMAP_THRESHOLD, M_TRIM_THRESHOLD); takes no
// memory.
void UseLargePagesInHeap(size_t bytes);

// Memory that takes room only where it is written to; on large pages where it
// is large enough for one.
class LargeBuffer {
 public:
  // std::bad_alloc where there is none.
  explicit LargeBuffer(size_t size);
  ~LargeBuffer();
  LargeBuffer(const LargeBuffer&) = delete;
  LargeBuffer& operator=(const LargeBuffer&) = delete;

  std::span<std::byte> bytes() const { return bytes_; }

  // While there is one, what a buffer on large pages gives back is kept for the
  // next one of its size: pages that are there already need not be cleared. Two
  // at the most; there is one KeepSpares at a time.
  class KeepSpares {
   public:
    KeepSpares();
    ~KeepSpares();
    KeepSpares(const KeepSpares&) = delete;
    KeepSpares& operator=(const KeepSpares&) = delete;
  };

 private:
  std::unique_ptr<std::byte[]> small_;
  std::span<std::byte> bytes_;
};

}  // namespace backgraft
