// git's lock of the index: nobody else changes it while this is held.
#pragma once

#include <string>

#include "base/io.h"
#include "git/index.h"

namespace backgraft::git {

class Repository;

class IndexLock {
 public:
  // Makes <index>.lock, then reads the index. Error(kRefused) where another
  // program holds the lock (naming the file), or as ReadIndexFile().
  static IndexLock Take(const Repository& repository);

  IndexLock(IndexLock&& other) noexcept;
  IndexLock& operator=(IndexLock&&) = delete;
  // Gives the lock up, and removes its file if it is still ours. The index is
  // as it was unless Publish() returned.
  ~IndexLock();

  // The index as it was when the lock was taken.
  const Index& index() const { return index_; }

  // Writes what the index is to become into the lock's file and makes it
  // durable. May be called again; Error(kIo) leaves the index as it was.
  void Write(const Index& index);

  // Puts what Write() wrote in the index's place, which gives up the lock, and
  // makes the name durable.
  void Publish();

 private:
  IndexLock(std::string path, UniqueFd fd);
  bool IsOurs() const;

  std::string path_;  // of the index
  std::string lock_path_;
  UniqueFd fd_;
  Index index_;
};

}  // namespace backgraft::git
