// Threads that work on batches of jobs, with a bound on the bytes that wait.
#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace backgraft {

template <typename Job>
class BatchWorkers {
 public:
  using Work = std::function<void(std::vector<Job>& jobs)>;

  // `make_work` is called once on each of `threads` threads, which are started
  // with the first batch; what it returns works on one batch at a time.
  BatchWorkers(unsigned threads, size_t most_bytes,
               std::function<Work()> make_work)
      : thread_count_(threads),
        most_bytes_(most_bytes),
        make_work_(std::move(make_work)) {}
  ~BatchWorkers() { Stop(); }
  BatchWorkers(const BatchWorkers&) = delete;
  BatchWorkers& operator=(const BatchWorkers&) = delete;

  // Hands `jobs` over, which hold `bytes` bytes; waits while `most_bytes` or
  // more are waiting. Rethrows what a worker threw.
  void Add(std::vector<Job> jobs, size_t bytes) {
    while (workers_.size() < thread_count_) {
      workers_.emplace_back([this] { Run(make_work_()); });
    }
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [&] { return waiting_bytes_ < most_bytes_ || failure_; });
    if (failure_) std::rethrow_exception(failure_);
    waiting_bytes_ += bytes;
    ++unfinished_;
    queue_.emplace_back(std::move(jobs), bytes);
    lock.unlock();
    work_.notify_one();
  }

  // Waits until everything is done. Rethrows what a worker threw.
  void Drain() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return unfinished_ == 0; });
    if (failure_) std::rethrow_exception(failure_);
  }

  void Rethrow() {
    std::lock_guard lock(mutex_);
    if (failure_) std::rethrow_exception(failure_);
  }

  // Ends the threads; what is still waiting is not done.
  void Stop() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    work_.notify_all();
    workers_.clear();
  }

 private:
  void Run(const Work& work) {
    for (;;) {
      std::pair<std::vector<Job>, size_t> batch;
      {
        std::unique_lock lock(mutex_);
        work_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
        if (stopping_) return;
        batch = std::move(queue_.front());
        queue_.pop_front();
      }
      std::exception_ptr failure;
      try {
        work(batch.first);
      } catch (...) {
        // Rethrown on the thread that hands jobs over.
        failure = std::current_exception();
      }
      // Who waits is only woken for what it waits for, and not while it would
      // have to wait for the lock.
      if (NoteDone(batch.second, failure)) changed_.notify_all();
    }
  }

  // A batch of `bytes` bytes is done; whether that is news to who waits.
  bool NoteDone(size_t bytes, const std::exception_ptr& failure) {
    const std::lock_guard lock(mutex_);
    const bool was_full = waiting_bytes_ >= most_bytes_;
    if (failure && !failure_) failure_ = failure;
    waiting_bytes_ -= std::min(waiting_bytes_, bytes);
    --unfinished_;
    if (failure_) {
      unfinished_ -= queue_.size();
      queue_.clear();
      waiting_bytes_ = 0;
    }
    return failure_ || unfinished_ == 0 ||
           (was_full && waiting_bytes_ < most_bytes_);
  }

  const unsigned thread_count_;
  const size_t most_bytes_;
  const std::function<Work()> make_work_;

  std::mutex mutex_;
  std::condition_variable work_, changed_;
  std::deque<std::pair<std::vector<Job>, size_t>> queue_;
  size_t waiting_bytes_ = 0;
  size_t unfinished_ = 0;  // batches handed over and not finished
  bool stopping_ = false;
  std::exception_ptr failure_;
  std::vector<std::jthread> workers_;
};

}  // namespace backgraft
