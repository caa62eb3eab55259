// Files of the working tree that are about to be replaced and that no object
// holds, kept in a directory of their own until they can go.
#pragma once

#include <string>

#include "base/io.h"
#include "git/file_replacer.h"

namespace backgraft::git {

class SavedFiles {
 public:
  // The directory is made below `parent` when the first file is saved. It
  // should be on the working tree's filesystem: then files are linked, not
  // copied.
  explicit SavedFiles(std::string parent);
  SavedFiles(const SavedFiles&) = delete;
  SavedFiles& operator=(const SavedFiles&) = delete;
  // Removes what was saved and not put back.
  ~SavedFiles();

  // Makes the directory; to be called before several threads save.
  void Prepare();

  // Keeps the file that stands at `place` under `name`, with mode and times.
  void Save(const Place& place, const std::string& name);

  // Puts it back, over what is at `place`; it is not kept any longer.
  void PutBack(const std::string& name, const Place& place);

 private:
  std::string parent_;
  std::string path_;
  UniqueFd fd_;
};

}  // namespace backgraft::git
