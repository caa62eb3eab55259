// git's way of changing a file that others may change too (lockfile.h): whoever
// manages to make <path>.lock may, writes the new content into it and renames
// it over the path.
#pragma once

#include <string>

#include "base/io.h"

namespace backgraft::git {

class LockFile {
 public:
  // Makes <path>.lock. Where `witness` is not "", it is a path of ours that
  // becomes a second name of the same file: with it IsLockOf() finds out later
  // whether a lock that a dead run left is its own. (Filesystems without hard
  // links have no witnesses.) Directories must be there. Waits `patience_ms`
  // for another program; Error(kRefused) naming the lock where that holds it
  // for longer. `what` is what messages call the thing ("the index").
  static LockFile Take(const std::string& path, const std::string& witness,
                       const std::string& what, int patience_ms = 0);

  LockFile(LockFile&&) noexcept = default;
  LockFile& operator=(LockFile&&) = delete;
  // Removes the lock if it still is ours; a witness stays.
  ~LockFile();

  // The lock's file, open for reading and writing; empty at first.
  int fd() const { return fd_.get(); }
  const std::string& lock_path() const { return lock_path_; }

  // Replaces what was written so far, durably.
  void Write(std::string_view bytes);

  // Puts the lock's file in the place of `path`, which gives the lock up.
  // Error(kRefused) where somebody took it away. The name is not durable before
  // its directory is synced.
  void Publish();

  // Removes the lock if it still is ours. Error(kIo) where it cannot be, and
  // then it is tried once more when this is destroyed.
  void Release();

 private:
  LockFile(std::string path, UniqueFd fd);
  bool IsOurs() const;

  std::string path_;
  std::string lock_path_;
  UniqueFd fd_;
};

// Whether `lock_path` is the file that `witness` is another name of.
bool IsLockOf(const std::string& lock_path, const std::string& witness);

}  // namespace backgraft::git
