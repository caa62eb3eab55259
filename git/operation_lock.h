// The lock of backgraft itself: one operation at a time in a repository, beside
// git's own locks.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "base/io.h"

namespace backgraft::git {

class OperationLock {
 public:
  // Takes <directory>/lock, waiting up to `wait` for another process to give it
  // up; `directory` is made where it is missing. Error(kRefused) naming the pid
  // of the holder, Error(kIo) where it cannot be made. Interrupted by a signal.
  //
  // The kernel's lock on the file counts (flock(2)): a process that died holds
  // none, however often its pid was given away since, and in another container,
  // where pids say nothing, one that lives still does. The file says the pid of
  // the holder and is removed when the lock is given up; so one that is found
  // free was left by a run that died.
  static OperationLock Take(const std::string& directory,
                            std::chrono::milliseconds wait);

  // As Take() without waiting; nothing where another process holds it.
  static std::optional<OperationLock> TryTake(const std::string& directory);

  OperationLock(OperationLock&&) noexcept = default;
  OperationLock& operator=(OperationLock&&) = delete;
  // Removes the file, and `directory` if nothing else is in it.
  ~OperationLock();

  // Whether the run before this one ended without giving the lock up.
  bool predecessor_died() const { return predecessor_died_; }

 private:
  OperationLock(std::string directory, UniqueFd fd, bool predecessor_died);

  std::string directory_;
  UniqueFd fd_;
  bool predecessor_died_;
};

// Whether a run that holds the lock of `directory`, or has died with it, left
// its file there. Reads only.
bool IsLockFileThere(const std::string& directory);

}  // namespace backgraft::git
