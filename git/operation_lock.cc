#include "git/operation_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "base/error.h"
#include "base/interrupt.h"

namespace backgraft::git {
namespace {

constexpr std::chrono::milliseconds kPause{50};

std::string PathIn(const std::string& directory) { return directory + "/lock"; }

std::string Holder() { return "pid " + std::to_string(getpid()) + "\n"; }

// The pid in the lock's file, as far as it was written yet.
std::string PidIn(const std::string& path) {
  std::string text;
  if (!ReadFileIfExists(path, &text) || !text.starts_with("pid ")) return "";
  return text.substr(4, text.find('\n') - 4);
}

bool IsAt(int fd, const std::string& path) {
  struct stat open_file;
  struct stat found;
  return fstat(fd, &open_file) == 0 && lstat(path.c_str(), &found) == 0 &&
         open_file.st_dev == found.st_dev && open_file.st_ino == found.st_ino;
}

}  // namespace

OperationLock::OperationLock(std::string directory, UniqueFd fd,
                             bool predecessor_died)
    : directory_(std::move(directory)),
      fd_(std::move(fd)),
      predecessor_died_(predecessor_died) {}

OperationLock::~OperationLock() {
  if (!fd_) return;
  // Before the kernel's lock goes: whoever waits finds that the file it opened
  // is no longer the one that counts.
  unlink(PathIn(directory_).c_str());
  rmdir(directory_.c_str());
}

std::optional<OperationLock> OperationLock::TryTake(
    const std::string& directory) {
  const std::string path = PathIn(directory);
  for (;;) {
    if (mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST)
      ThrowErrno(errno, "cannot make", directory);
    UniqueFd fd(
        open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0666));
    if (!fd) {
      // The directory went with the lock of another run.
      if (errno == ENOENT || errno == EINTR) continue;
      ThrowErrno(errno, "cannot make", path);
    }
    if (flock(fd.get(), LOCK_EX | LOCK_NB) != 0) {
      if (errno == EWOULDBLOCK) return std::nullopt;
      if (errno == EINTR) continue;
      ThrowErrno(errno, "cannot lock", path);
    }
    if (!IsAt(fd.get(), path)) continue;
    struct stat file;
    if (fstat(fd.get(), &file) != 0) ThrowErrno(errno, "cannot read", path);
    const bool predecessor_died = file.st_size > 0;
    OperationLock lock(directory, std::move(fd), predecessor_died);
    // Never empty in between: an empty file tells of no predecessor.
    const std::string holder = Holder();
    WriteAllAt(lock.fd_.get(), AsBytes(holder), 0, path);
    if (ftruncate(lock.fd_.get(), static_cast<off_t>(holder.size())) != 0)
      ThrowErrno(errno, "cannot write", path);
    return lock;
  }
}

OperationLock OperationLock::Take(const std::string& directory,
                                  std::chrono::milliseconds wait) {
  const auto end = std::chrono::steady_clock::now() + wait;
  for (;;) {
    ThrowIfInterrupted();
    if (auto lock = TryTake(directory)) return std::move(*lock);
    if (std::chrono::steady_clock::now() >= end) break;
    std::this_thread::sleep_for(kPause);
  }
  const std::string pid = PidIn(PathIn(directory));
  throw Error(ErrorKind::kRefused,
              "another backgraft is running here" +
                  (pid.empty() ? "" : " (pid " + pid + ")"),
              {"wait for it to end, up to ten minutes: add --wait 600"});
}

bool IsLockFileThere(const std::string& directory) {
  struct stat file;
  return lstat(PathIn(directory).c_str(), &file) == 0;
}

}  // namespace backgraft::git
