#include "git/lock_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <optional>
#include <thread>

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::git {
namespace {

bool CannotLink(int error_number) {
  return error_number == EPERM || error_number == EOPNOTSUPP ||
         error_number == EXDEV || error_number == EMLINK;
}

UniqueFd Create(const std::string& path) {
  return UniqueFd(
      open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
}

// Nothing where the lock is there already.
std::optional<UniqueFd> TryTake(const std::string& lock_path,
                                const std::string& witness) {
  if (!witness.empty()) {
    // Of a run before that was stopped; it has no lock any more.
    unlink(witness.c_str());
    UniqueFd fd = Create(witness);
    if (!fd) ThrowErrno(errno, "cannot create", witness);
    if (link(witness.c_str(), lock_path.c_str()) == 0) return fd;
    const int why = errno;
    unlink(witness.c_str());
    if (why == EEXIST) return std::nullopt;
    if (!CannotLink(why)) ThrowErrno(why, "cannot create", lock_path);
  }
  UniqueFd fd = Create(lock_path);
  if (fd) return fd;
  if (errno == EEXIST) return std::nullopt;
  ThrowErrno(errno, "cannot create", lock_path);
}

bool IsSameFile(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

}  // namespace

LockFile::LockFile(std::string path, UniqueFd fd)
    : path_(std::move(path)), lock_path_(path_ + ".lock"), fd_(std::move(fd)) {}

LockFile LockFile::Take(const std::string& path, const std::string& witness,
                        const std::string& what, int patience_ms) {
  const std::string lock_path = path + ".lock";
  const auto end =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(patience_ms);
  for (;;) {
    if (auto fd = TryTake(lock_path, witness))
      return LockFile(path, std::move(*fd));
    if (std::chrono::steady_clock::now() >= end) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  throw Error(
      ErrorKind::kRefused,
      "another program holds " + what + ": " + Quote(lock_path) + " exists",
      {"wait until it has ended; if no git process is running, remove "
       "the file: rm " +
       Quote(lock_path)});
}

LockFile::~LockFile() {
  if (fd_ && IsOurs()) unlink(lock_path_.c_str());
}

bool LockFile::IsOurs() const {
  struct stat held;
  struct stat found;
  return fstat(fd_.get(), &held) == 0 &&
         lstat(lock_path_.c_str(), &found) == 0 && IsSameFile(held, found);
}

void LockFile::Write(std::string_view bytes) {
  if (ftruncate(fd_.get(), 0) != 0)
    ThrowErrno(errno, "cannot write", lock_path_);
  WriteAllAt(fd_.get(), AsBytes(bytes), 0, lock_path_);
  SyncFile(fd_.get(), lock_path_);
}

void LockFile::Publish() {
  if (!IsOurs())
    throw Error(ErrorKind::kRefused,
                "the lock " + Quote(lock_path_) + " was taken away from us");
  if (rename(lock_path_.c_str(), path_.c_str()) != 0)
    ThrowErrno(errno, "cannot replace", path_);
  fd_.Reset();
}

void LockFile::Release() {
  if (IsOurs()) RemoveFile(lock_path_);
  fd_.Reset();
}

bool IsLockOf(const std::string& lock_path, const std::string& witness) {
  struct stat lock;
  struct stat file;
  return lstat(lock_path.c_str(), &lock) == 0 &&
         lstat(witness.c_str(), &file) == 0 && IsSameFile(lock, file);
}

}  // namespace backgraft::git
