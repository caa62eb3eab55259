// `graft --tree merge`: the branch's tree and the backup's, merged as git merge
// would.
#pragma once

#include <string>

#include "git/history.h"
#include "git/object_writer.h"
#include "git/oid.h"
#include "git/pathspec.h"
#include "git/repository.h"
#include "git/tree_merge.h"

namespace backgraft::restore {

struct GraftMergeOptions {
  // Anything but kNone settles every conflict, whatever its kind.
  git::MergeFavor favor = git::MergeFavor::kNone;
  std::string prefix;  // where in the tree the backup's code is
  git::Pathspec keep;  // never conflicts
  std::string label;   // what conflict markers call the backup
};

struct GraftSides {
  git::Oid branch, branch_tree;
  git::Oid tip;
  // The backup's tree where it belongs: below the prefix, with the rest of the
  // branch's tree around it.
  git::Oid backup_tree;
};

// `history` and `writer` know both sides. Error(kRefused) as FindMergeBase().
git::MergeResult MergeGraft(const git::Repository& repository,
                            git::History& history, git::ObjectWriter& writer,
                            const GraftSides& sides,
                            const GraftMergeOptions& options);

}  // namespace backgraft::restore
