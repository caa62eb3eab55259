// One file of the working tree against one entry or state: the comparisons that
// checking and writing share.
#pragma once

#include <sys/stat.h>

#include <string>

#include "git/index.h"
#include "git/tree_diff.h"
#include "git/worktree.h"

namespace backgraft::git {

// The file `name` in an open directory.
struct FileAt {
  int directory;
  std::string name;
  std::string path;  // below the root, for attributes
  std::string full_path;
  struct stat stat;
};

// Whether the times and sizes in `entry` are those of the file: git's
// match_stat_data, with nanoseconds where the entry has them.
bool StatMatches(const IndexStat& entry, const struct stat& file,
                 const WorktreeRules& rules);

// Whether kind and executable bit of the file are those of `mode`.
bool KindMatches(FileMode mode, const struct stat& file,
                 const WorktreeRules& rules);

// Whether the file is `state` in kind and content.
bool FileEquals(const FileAt& file, const FileState& state,
                const WorktreeRules& rules);

// Whether the file still is what `entry` records (git's ie_modified).
bool MatchesEntry(const FileAt& file, const Index& index,
                  const IndexEntry& entry, const WorktreeRules& rules);

}  // namespace backgraft::git
