// The private directory beside a target in which its successor is made.
#pragma once

#include <string>

#include "base/io.h"
#include "import/files_target.h"

namespace backgraft::imports {

class Staging {
 public:
  // Makes "<parent>/.backgraft-<name>-<operation>", 0700, and locks it for as
  // long as the descriptor lives.
  Staging(const FilesTarget& target, const std::string& operation);
  // Removes it with all that is in it, unless Keep() was called.
  ~Staging();
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;

  const std::string& path() const { return path_; }
  int fd() const { return fd_.get(); }
  // Makes a directory in it.
  UniqueFd Make(const std::string& name) const;

  // From now on it is somebody else's to remove; so is the lock.
  UniqueFd Keep() {
    kept_ = true;
    return std::move(fd_);
  }

 private:
  const std::string parent_, name_, path_;
  UniqueFd parent_fd_, fd_;
  bool kept_ = false;
};

}  // namespace backgraft::imports
