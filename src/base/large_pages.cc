#include "base/large_pages.h"

#include <malloc.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>

namespace backgraft {
namespace {

constexpr size_t kLargePage = size_t{2} << 20;

}  // namespace

void UseLargePagesInHeap(size_t bytes) {
  // The advice belongs to addresses: it stays when the block is given back to
  // the top of the heap, from where everything else is taken.
  void* const block = malloc(bytes);
  if (block == nullptr || bytes < 2 * kLargePage) {
    free(block);
    return;
  }
  const auto start = reinterpret_cast<uintptr_t>(block);
  const uintptr_t first = (start + kLargePage - 1) & ~(kLargePage - 1);
  const uintptr_t end = (start + bytes) & ~(kLargePage - 1);
  // A kernel without large pages does without.
  static_cast<void>(
      madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE));
  free(block);
}

LargeBuffer::LargeBuffer(size_t size) {
  if (size < kLargePage) {
    small_ = std::make_unique_for_overwrite<std::byte[]>(size);
    bytes_ = {small_.get(), size};
    return;
  }
  void* const start = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) throw std::bad_alloc();
  bytes_ = {static_cast<std::byte*>(start), size};
  static_cast<void>(madvise(start, size, MADV_HUGEPAGE));
}

LargeBuffer::~LargeBuffer() {
  if (!small_) munmap(bytes_.data(), bytes_.size());
}

}  // namespace backgraft
