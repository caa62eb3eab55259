// The operations that were done in one place, each in a directory of its own:
// <directory>/ops/<id>, or <id>.open as long as it is under way. A directory's
// one rename from one name to the other is what makes an operation done.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "git/operation.h"

namespace backgraft::git {

// An operation under way. Its directory holds the record, what is saved and
// second names of the locks; on one filesystem with the git directory.
class OpenOperation {
 public:
  OpenOperation(OpenOperation&& other) noexcept;
  OpenOperation& operator=(OpenOperation&&) = delete;
  // Removes the directory unless a record was written: then something may have
  // changed, and a recovery decides.
  ~OpenOperation();

  const std::string& id() const { return id_; }
  // Absolute path of `name` in the directory.
  std::string PathOf(const std::string& name) const {
    return directory_ + "/" + name;
  }
  const std::string& directory() const { return directory_; }

  // Makes the record durable, and with it that this operation is under way.
  // Nothing may change before this returned. May be called again. Some room on
  // the filesystem is set aside, for a disk that is full later.
  void Write(Operation operation);

  // Gives that room back: locks and small files that putting back needs have
  // it then.
  void FreeReserve() const;

  // It is done. Durable on return; on Error(kIo) it is still under way.
  void Complete();

  // Everything has been put back: the directory goes.
  void Discard();

 private:
  friend class Journal;
  OpenOperation(std::string parent, std::string id);
  void Reserve() const;

  std::string parent_;  // <directory>/ops
  std::string id_;
  std::string directory_;  // "" when it is none of ours any more
  bool written_ = false;
};

class Journal {
 public:
  // Nothing is made before Begin(). `directory` is an absolute path; `mode` is
  // what directories are made with, less the umask.
  explicit Journal(std::string directory, unsigned mode = 0777)
      : directory_(std::move(directory)), mode_(mode) {}

  const std::string& directory() const { return directory_; }

  // Ids of the operations that are done, oldest first; of those under way or
  // interrupted, likewise. Error(kIo) where the directory cannot be read.
  std::vector<std::string> List() const;
  std::vector<std::string> ListOpen() const;

  // The record of an operation that is done; nothing where there is none.
  std::optional<Operation> Find(const std::string& id) const;
  // Its directory.
  std::string DirectoryOf(const std::string& id) const;

  // The lock of backgraft must be held.
  OpenOperation Begin() const;
  // One that was interrupted, and its record; no record where nothing had been
  // changed. Error(kIo) where it is damaged.
  OpenOperation Reopen(const std::string& id) const;
  static std::optional<Operation> RecordOf(const OpenOperation& operation);

  // Forgets an operation that is done.
  void Remove(const std::string& id) const;

 private:
  uint64_t LastRemoved() const;
  std::vector<std::string> ListNames(const std::string& suffix) const;

  std::string directory_;
  unsigned mode_;
};

}  // namespace backgraft::git
