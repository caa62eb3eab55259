#include "base/large_pages.h"

#include <malloc.h>
#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <mutex>
#include <new>
#include <vector>

namespace backgraft {
namespace {

constexpr size_t kLargePage = size_t{2} << 20;
constexpr size_t kMostSpares = 2;

// What KeepSpares keeps.
struct Spares {
  std::mutex mutex;
  bool wanted = false;
  std::vector<std::span<std::byte>> buffers;
};

Spares& TheSpares() {
  static Spares spares;
  return spares;
}

void Unmap(std::span<std::byte> bytes) { munmap(bytes.data(), bytes.size()); }

// A spare of that size; empty where there is none.
std::span<std::byte> TakeSpare(size_t size) {
  Spares& spares = TheSpares();
  const std::lock_guard lock(spares.mutex);
  for (auto it = spares.buffers.begin(); it != spares.buffers.end(); ++it) {
    if (it->size() != size) continue;
    const std::span<std::byte> found = *it;
    spares.buffers.erase(it);
    return found;
  }
  return {};
}

// False where it is not wanted.
bool GiveSpare(std::span<std::byte> bytes) {
  Spares& spares = TheSpares();
  const std::lock_guard lock(spares.mutex);
  if (!spares.wanted || spares.buffers.size() >= kMostSpares) return false;
  spares.buffers.push_back(bytes);
  return true;
}

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
  bytes_ = TakeSpare(size);
  if (!bytes_.empty()) return;
  void* const start = mmap(nullptr, size, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) throw std::bad_alloc();
  bytes_ = {static_cast<std::byte*>(start), size};
  static_cast<void>(madvise(start, size, MADV_HUGEPAGE));
}

LargeBuffer::~LargeBuffer() {
  if (!small_ && !GiveSpare(bytes_)) Unmap(bytes_);
}

LargeBuffer::KeepSpares::KeepSpares() {
  Spares& spares = TheSpares();
  const std::lock_guard lock(spares.mutex);
  spares.wanted = true;
  spares.buffers.reserve(kMostSpares);
}

LargeBuffer::KeepSpares::~KeepSpares() {
  Spares& spares = TheSpares();
  const std::lock_guard lock(spares.mutex);
  spares.wanted = false;
  for (const auto& bytes : spares.buffers) Unmap(bytes);
  spares.buffers.clear();
}

}  // namespace backgraft
