// Notes that git keeps in a git directory while an operation of its own is in
// progress (REVERT_HEAD, MERGE_MSG, sequencer/…).
#pragma once

#include <string>
#include <vector>

namespace backgraft::git {

struct GitDirFile {
  std::string name;  // below the git directory, at most one directory deep
  std::string bytes;
};

// Writes them, durably, making a directory where one is needed. On failure none
// of them is there.
void WriteGitDirFiles(const std::string& git_dir,
                      const std::vector<GitDirFile>& files);

// Removes them and the directories they stood in, as far as they are there.
void RemoveGitDirFiles(const std::string& git_dir,
                       const std::vector<GitDirFile>& files);

}  // namespace backgraft::git
