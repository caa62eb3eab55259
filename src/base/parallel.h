// Work on a range of items by several threads.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <optional>
#include <utility>

namespace backgraft {

// Hands out [0, count) in pieces of `grain` consecutive items.
class RangeQueue {
 public:
  RangeQueue(size_t count, size_t grain) : count_(count), grain_(grain) {}

  // The next piece [first, second), or nothing when all are taken or Stop() was
  // called.
  std::optional<std::pair<size_t, size_t>> Next();
  // No further pieces.
  void Stop() { next_ = count_; }

 private:
  const size_t count_;
  const size_t grain_;
  std::atomic<size_t> next_{0};
};

// Runs `work` on `threads` threads (0: one for each processor; never more than
// there are pieces; one: on the calling thread), each taking pieces until none
// is left. The first exception stops the queue and is rethrown here when all
// threads have ended.
void RunParallel(unsigned threads, size_t count, size_t grain,
                 const std::function<void(RangeQueue*)>& work);

}  // namespace backgraft
