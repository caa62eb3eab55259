#include "base/read_ahead.h"

#include <chrono>
#include <new>
#include <system_error>

#include "base/block_signals.h"
#include "base/error.h"
#include "base/interrupt.h"

namespace backgraft {
namespace {

constexpr auto kSignalCheck = std::chrono::milliseconds(50);

}  // namespace

ReadAhead::ReadAhead(size_t buffers, size_t buffer_bytes, Produce produce,
                     std::function<void()> interrupt)
    : buffer_bytes_(buffer_bytes),
      produce_(std::move(produce)),
      interrupt_(std::move(interrupt)),
      sizes_(buffers),
      memory_(buffers * buffer_bytes) {
  Require(buffers >= 2 && buffer_bytes > 0, "a read-ahead needs two buffers");
  const BlockSignals blocked;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error& e) {
    throw Error(ErrorKind::kIo,
                std::string("cannot start a thread: ") + e.code().message());
  }
}

ReadAhead::~ReadAhead() {
  Cancel();
  thread_.join();
}

void ReadAhead::Run() {
  try {
    for (;;) {
      std::span<std::byte> buffer;
      size_t* size;
      {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] {
          return cancelled_ || made_ - freed_ < sizes_.size();
        });
        if (cancelled_) return;
        buffer = Buffer(made_);
        size = &sizes_[made_ % sizes_.size()];
      }
      *size = produce_(buffer);
      std::unique_lock lock(mutex_);
      if (*size == 0) {
        finished_ = true;
      } else {
        ++made_;
      }
      const bool ends = finished_ || cancelled_;
      lock.unlock();
      changed_.notify_all();
      if (ends) return;
    }
  } catch (...) {
    const std::lock_guard lock(mutex_);
    failure_ = std::current_exception();
    finished_ = true;
    changed_.notify_all();
  }
}

ByteSpan ReadAhead::Next() {
  std::unique_lock lock(mutex_);
  if (freed_ < taken_) {
    // Only who found all of them filled waits for it.
    const bool was_full = made_ - freed_ == sizes_.size();
    freed_ = taken_;
    if (was_full) {
      lock.unlock();
      changed_.notify_all();
      lock.lock();
    }
  }
  // A signal does not end the wait, and a pipe may be silent for hours.
  while (!changed_.wait_for(lock, kSignalCheck, [this] {
    return cancelled_ || finished_ || taken_ < made_;
  })) {
    ThrowIfInterrupted();
  }
  if (cancelled_) throw Error(ErrorKind::kIo, "reading was cancelled");
  if (taken_ < made_) {
    const ByteSpan piece = Buffer(taken_).first(sizes_[taken_ % sizes_.size()]);
    ++taken_;
    return piece;
  }
  if (failure_) std::rethrow_exception(failure_);
  return {};
}

void ReadAhead::Cancel() noexcept {
  std::function<void()> interrupt;
  {
    const std::lock_guard lock(mutex_);
    if (cancelled_) return;
    cancelled_ = true;
    if (!finished_) interrupt.swap(interrupt_);
    changed_.notify_all();
  }
  if (interrupt) interrupt();
}

}  // namespace backgraft
