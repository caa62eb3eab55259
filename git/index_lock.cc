#include "git/index_lock.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "base/io.h"
#include "git/index_file.h"
#include "git/repository.h"
#include "git/shared_mode.h"

namespace backgraft::git {

IndexLock::IndexLock(std::string path, LockFile lock)
    : path_(std::move(path)), lock_(std::move(lock)) {}

IndexLock IndexLock::Take(const Repository& repository,
                          const std::string& witness) {
  const std::string path = repository.git_dir() + "/index";
  IndexLock lock(path, LockFile::Take(path, witness, "the index"));
  const int fd = lock.lock_.fd();
  const std::string& lock_path = lock.lock_.lock_path();
  struct stat created;
  struct stat old;
  if (fstat(fd, &created) != 0) ThrowErrno(errno, "cannot read", lock_path);
  lock.mode_ = stat(path.c_str(), &old) == 0
                   ? old.st_mode & 0777
                   : SharedMode(repository.config(), created.st_mode & 0777);
  if (lock.mode_ != (created.st_mode & 0777) && fchmod(fd, lock.mode_) != 0)
    ThrowErrno(errno, "cannot set permissions of", lock_path);
  lock.index_ = ReadIndexFile(path);
  return lock;
}

void IndexLock::Write(const Index& index) {
  lock_.Write(SerializeIndex(index));
}

void IndexLock::Publish() {
  existed_ = ReadFileIfExists(path_, &old_);
  lock_.Publish();
  published_ = true;
  try {
    SyncDirectory(path_.substr(0, path_.rfind('/')));
  } catch (...) {
    // Not durable is not published: whoever asked will take the rest back.
    PutBack();
    throw;
  }
}

void IndexLock::PutBack() {
  if (!published_) return;
  if (existed_)
    WriteFileDurably(path_, old_, mode_);
  else
    RemoveFile(path_);
  published_ = false;
}

}  // namespace backgraft::git
