// Bytes made in a thread of its own, a few buffers ahead of who takes them. The
// buffers are made once and used over and over: fresh memory is dear.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <exception>
#include <functional>
#include <mutex>
#include <span>
#include <thread>
#include <vector>

#include "base/io.h"
#include "base/large_pages.h"

namespace backgraft {

class ReadAhead {
 public:
  // Fills a buffer in the thread: returns how many bytes it wrote, 0 only at
  // the end. What it throws comes out of Next().
  using Produce = std::function<size_t(std::span<std::byte>)>;

  // Starts the thread, with all signals blocked in it. `interrupt`, if given,
  // makes a `produce` that waits for somebody else return or throw soon; it is
  // called at most once, from the thread that cancels or destroys.
  // std::bad_alloc where there is no memory, Error(kIo) where there is no
  // thread to be had.
  ReadAhead(size_t buffers, size_t buffer_bytes, Produce produce,
            std::function<void()> interrupt = {});
  // Stops the thread, wherever it is, and waits for it.
  ~ReadAhead();
  ReadAhead(const ReadAhead&) = delete;
  ReadAhead& operator=(const ReadAhead&) = delete;

  // The next piece, empty at the end, borrowed until the next call. Rethrows
  // what `produce` threw after everything made before that; then, and after
  // Cancel(), it throws for ever. Interrupted where a signal comes meanwhile.
  ByteSpan Next();

  // Makes a waiting Next() and all later ones throw Error(kIo).
  void Cancel() noexcept;

 private:
  void Run();
  std::span<std::byte> Buffer(size_t number) const {
    return memory_.bytes().subspan(number % sizes_.size() * buffer_bytes_,
                                   buffer_bytes_);
  }

  const size_t buffer_bytes_;
  Produce produce_;
  std::function<void()> interrupt_;
  std::vector<size_t> sizes_;  // of what is in each buffer
  LargeBuffer memory_;         // all of them, one after the other

  std::mutex mutex_;
  std::condition_variable changed_;
  size_t made_ = 0;   // buffers filled, ever
  size_t taken_ = 0;  // buffers handed out, ever
  size_t freed_ = 0;  // buffers given back, ever
  bool finished_ = false;
  bool cancelled_ = false;
  std::exception_ptr failure_;

  std::thread thread_;  // last: it uses everything above
};

}  // namespace backgraft
