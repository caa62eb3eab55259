// Where the directories that one side removed went, as far as the renames found
// so far tell. For rename_finder.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "git/merge_collect.h"

namespace backgraft::git {

class DirectoryGuess {
 public:
  // Counts into `changes`, which must outlive this.
  explicit DirectoryGuess(SideChanges* changes) : changes_(*changes) {}

  // An added file, or one that has been found to be a rename.
  void AddTarget(const RenamePair& pair, size_t index);

  // Fixes the guesses: call it after the last AddTarget().
  void Settle();

  // Counts a rename, for each directory above it that moved along.
  void Count(std::string_view from, std::string_view to);

  // Index of the added file that `path` is if it moved with its directory.
  std::optional<size_t> TargetFor(std::string_view path) const;

  // Of the sources that are left, those that only matter for where their
  // directory went, where that is decided whatever becomes of them. Such
  // directories are marked as decided.
  std::unordered_set<std::string_view> FindNeedless(
      const std::vector<std::string_view>& sources);

  // Leaves only counts of removed directories behind.
  void Finish();

 private:
  SideChanges& changes_;
  std::unordered_map<std::string, size_t> added_;
  std::unordered_map<std::string_view, std::string_view> best_;
};

}  // namespace backgraft::git
