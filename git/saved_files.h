// Files of the working tree that are about to be replaced and that no object
// holds, kept in a directory of an operation's.
#pragma once

#include <string>
#include <utility>

#include "base/io.h"
#include "git/file_replacer.h"

namespace backgraft::git {

class SavedFiles {
 public:
  // `directory` is made by Prepare(). It should be on the working tree's
  // filesystem: then files are linked, not copied.
  explicit SavedFiles(std::string directory)
      : directory_(std::move(directory)) {}

  // To be called before the first file is saved.
  void Prepare();

  // Keeps the file that stands at `place` under `name`, with mode and times.
  void Save(const Place& place, const std::string& name);

  // Makes what was saved durable, and the bytes that were linked.
  void Sync();

 private:
  std::string directory_;
  UniqueFd fd_;
};

}  // namespace backgraft::git
