#include "git/index_lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>

#include "base/error.h"
#include "base/escape.h"
#include "git/index_file.h"
#include "git/repository.h"

namespace backgraft::git {
namespace {

// What core.sharedRepository adds to the permissions of a new file, or sets
// them to (calc_shared_perm of git's path.c).
mode_t SharedMode(const Config& config, mode_t mode) {
  std::optional<std::string> value = config.GetString("core.sharedRepository");
  if (!value) return mode;
  if (*value == "group") return mode | 0660;
  if (*value == "all" || *value == "world" || *value == "everybody")
    return mode | 0664;
  if (*value == "umask") return mode;
  if (value->size() == 4 && value->front() == '0')
    return static_cast<mode_t>(std::stoul(*value, nullptr, 8)) & 0666;
  return config.GetBool("core.sharedRepository").value_or(false) ? mode | 0660
                                                                 : mode;
}

}  // namespace

IndexLock::IndexLock(std::string path, UniqueFd fd)
    : path_(std::move(path)), lock_path_(path_ + ".lock"), fd_(std::move(fd)) {}

IndexLock::IndexLock(IndexLock&& other) noexcept = default;

IndexLock IndexLock::Take(const Repository& repository) {
  std::string path = repository.git_dir() + "/index";
  std::string lock_path = path + ".lock";
  UniqueFd fd(
      open(lock_path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (!fd) {
    if (errno != EEXIST) ThrowErrno(errno, "cannot create", lock_path);
    throw Error(
        ErrorKind::kRefused,
        "another program holds the index: " + Quote(lock_path) + " exists",
        {"wait until it has ended; if no git process is running, remove "
         "the file: rm " +
         Quote(lock_path)});
  }
  IndexLock lock(path, std::move(fd));
  struct stat created;
  struct stat old;
  if (fstat(lock.fd_.get(), &created) != 0)
    ThrowErrno(errno, "cannot read", lock_path);
  mode_t mode = stat(path.c_str(), &old) == 0
                    ? old.st_mode & 0777
                    : SharedMode(repository.config(), created.st_mode & 0777);
  if (mode != (created.st_mode & 0777) && fchmod(lock.fd_.get(), mode) != 0)
    ThrowErrno(errno, "cannot set permissions of", lock_path);
  lock.index_ = ReadIndexFile(path);
  return lock;
}

IndexLock::~IndexLock() {
  if (fd_ && IsOurs()) unlink(lock_path_.c_str());
}

bool IndexLock::IsOurs() const {
  struct stat held;
  struct stat found;
  return fstat(fd_.get(), &held) == 0 &&
         lstat(lock_path_.c_str(), &found) == 0 &&
         held.st_dev == found.st_dev && held.st_ino == found.st_ino;
}

void IndexLock::Write(const Index& index) {
  std::string bytes = SerializeIndex(index);
  if (ftruncate(fd_.get(), 0) != 0)
    ThrowErrno(errno, "cannot write", lock_path_);
  WriteAllAt(fd_.get(), AsBytes(bytes), 0, lock_path_);
  SyncFile(fd_.get(), lock_path_);
}

void IndexLock::Publish() {
  if (!IsOurs())
    throw Error(ErrorKind::kRefused,
                "the lock " + Quote(lock_path_) + " was taken away from us");
  std::string old;
  bool existed = ReadFileIfExists(path_, &old);
  if (rename(lock_path_.c_str(), path_.c_str()) != 0)
    ThrowErrno(errno, "cannot replace", path_);
  struct stat written;
  mode_t mode = fstat(fd_.get(), &written) == 0 ? written.st_mode & 0777 : 0644;
  fd_.Reset();
  try {
    SyncDirectory(path_.substr(0, path_.rfind('/')));
  } catch (...) {
    // Not durable is not published: whoever asked will take the rest back.
    if (existed)
      WriteFileDurably(path_, old, mode);
    else
      unlink(path_.c_str());
    throw;
  }
}

}  // namespace backgraft::git
