#include "base/early_sync.h"

#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "base/block_signals.h"
#include "base/error.h"

namespace backgraft {

void EarlySync::Wrote(uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  bytes_ += bytes;
  if (++files_ < kFiles && bytes_ < kBytes) return;
  files_ = bytes_ = 0;
  if (!has_thread_) return;
  wanted_ = true;
  changed_.notify_one();
  if (thread_.joinable()) return;
  const BlockSignals blocked;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    // Everything waits for the sync at the end.
    has_thread_ = false;
  }
}

void EarlySync::Run() {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return wanted_ || stopping_; });
    if (!wanted_) return;
    wanted_ = false;
    lock.unlock();
    const int problem = syncfs(fd_) == 0 ? 0 : errno;
    lock.lock();
    if (problem == 0 || problem == EINTR) continue;
    if (problem != ENOSYS && problem != EPERM) {
      problem_ = problem;
    }
    has_thread_ = false;
    return;
  }
}

void EarlySync::Stop() noexcept {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    has_thread_ = false;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void EarlySync::Finish() {
  Stop();
  if (problem_ != 0) ThrowErrno(problem_, "cannot make durable", path_);
}

}  // namespace backgraft
