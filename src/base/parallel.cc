#include "base/parallel.h"

#include <algorithm>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace backgraft {

std::optional<std::pair<size_t, size_t>> RangeQueue::Next() {
  size_t begin = next_.load();
  do {
    if (begin >= count_) return std::nullopt;
  } while (
      !next_.compare_exchange_weak(begin, std::min(begin + grain_, count_)));
  return std::pair(begin, std::min(begin + grain_, count_));
}

void RunParallel(unsigned threads, size_t count, size_t grain,
                 const std::function<void(RangeQueue*)>& work) {
  if (threads == 0) threads = std::max(1u, std::thread::hardware_concurrency());
  size_t pieces = (count + grain - 1) / grain;
  threads = static_cast<unsigned>(std::min<size_t>(threads, pieces));
  RangeQueue queue(count, grain);
  std::mutex mutex;
  std::exception_ptr failure;
  auto run = [&]() noexcept {
    try {
      work(&queue);
    } catch (...) {
      queue.Stop();
      std::lock_guard lock(mutex);
      if (!failure) failure = std::current_exception();
    }
  };
  std::vector<std::thread> others;
  for (unsigned i = 1; i < threads; ++i) {
    try {
      others.emplace_back(run);
    } catch (const std::system_error&) {
      break;  // no more threads to be had: those there are do the work
    }
  }
  if (count > 0) run();
  for (std::thread& thread : others) thread.join();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace backgraft
