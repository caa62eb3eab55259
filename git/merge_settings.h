// How a repository's configuration and attributes want contents to be merged.
#pragma once

#include "git/oid.h"
#include "git/tree_merge.h"

namespace backgraft::git {

class ObjectReader;
class Repository;

// merge.conflictStyle, merge.directoryRenames, merge.renameLimit and
// diff.renameLimit, as `git revert` and `git merge` heed them; labels are left
// as they are, and no rules are set.
MergeOptions MergeOptionsOf(const Repository& repository);

// The merge rules of the .gitattributes files in one tree after another, with
// the repository's own (info/attributes, core.attributesFile) on top. git asks
// the working tree, which in a chain of merges is the tree each is made upon.
// Not thread-safe.
class MergeRules {
 public:
  // `objects` must have all trees that come; all arguments must outlive this.
  MergeRules(const Repository& repository, const ObjectReader& objects);
  ~MergeRules();
  MergeRules(const MergeRules&) = delete;
  MergeRules& operator=(const MergeRules&) = delete;

  // From now on the files in `tree` count.
  void Use(const Oid& tree);

  // For MergeOptions::rules.
  FileMergeRules Find(const std::string& path);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace backgraft::git
