// A directory that is there as a whole or not at all.
#pragma once

#include <string>
#include <vector>

#include "base/io.h"

namespace backgraft::restore {

// Whether nothing is at `path`, or an empty directory. Error(kIo) where it
// cannot be read, Error(kRefused) for something other than a directory.
bool IsFree(const std::string& path);

// Makes a directory beside its later place and moves it there at the end. An
// empty directory that is there already is filled in place.
class NewDirectory {
 public:
  // `path` must be free. Directories that it stands in are made. Clears away
  // what a killed run left of the same directory.
  explicit NewDirectory(const std::string& path);
  // Unless Publish() returned: removes everything, also the directories that it
  // stands in and that were made.
  ~NewDirectory();
  NewDirectory(const NewDirectory&) = delete;
  NewDirectory& operator=(const NewDirectory&) = delete;

  // Where to work.
  const std::string& path() const { return work_; }

  // Moves it to its place, durably. Error(kRefused) where something has come
  // into being there.
  void Publish();

 private:
  void MakeParents();
  void SweepLeftovers() const;
  void MakeStaging();

  std::string place_;
  std::string parent_, name_;
  std::string work_;
  // Held as long as this process works in it: who finds it unlocked may remove
  // it.
  UniqueFd lock_;
  std::vector<std::string> parents_;  // made here, outermost first
  bool published_ = false;
};

}  // namespace backgraft::restore
