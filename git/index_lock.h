// git's lock of the index: nobody else changes it while this is held.
#pragma once

#include <string>

#include "git/index.h"
#include "git/lock_file.h"

namespace backgraft::git {

class Repository;

class IndexLock {
 public:
  // Makes <index>.lock, then reads the index. Error(kRefused) where another
  // program holds the lock (naming the file), or as ReadIndexFile(). `witness`
  // as LockFile::Take() has it.
  static IndexLock Take(const Repository& repository,
                        const std::string& witness = {});

  IndexLock(IndexLock&&) noexcept = default;
  // Gives the lock up, and removes its file if it is still ours. The index is
  // as it was unless Publish() returned.
  ~IndexLock() = default;

  // The index as it was when the lock was taken.
  const Index& index() const { return index_; }
  const std::string& path() const { return path_; }

  // Writes what the index is to become into the lock's file and makes it
  // durable. May be called again; Error(kIo) leaves the index as it was.
  void Write(const Index& index);

  // Puts what Write() wrote in the index's place, which gives up the lock, and
  // makes the name durable. Error leaves the index as it was.
  void Publish();

  // After Publish(): the index as it was before.
  void PutBack();

 private:
  IndexLock(std::string path, LockFile lock);

  std::string path_;  // of the index
  LockFile lock_;
  Index index_;
  bool published_ = false;
  bool existed_ = false;
  std::string old_;  // bytes, from Publish() on
  mode_t mode_ = 0;
};

}  // namespace backgraft::git
