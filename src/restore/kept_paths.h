// Paths of which the branch's own version is kept (--keep).
#pragma once

#include "git/object_writer.h"
#include "git/oid.h"
#include "git/pathspec.h"
#include "git/tree_merge.h"

namespace backgraft::restore {

// `tree` with what `ours` has at the paths that `keep` names. A path that
// `ours` lacks stays as it is.
git::Oid WithKeptPaths(git::ObjectWriter& writer, const git::Oid& ours,
                       const git::Oid& tree, const git::Pathspec& keep);

// Kept paths cannot conflict: takes the version of `ours`, which was merged, of
// them in `merge`.
void SettleKeptPaths(git::ObjectWriter& writer, const git::Oid& ours,
                     const git::Pathspec& keep, git::MergeResult* merge);

}  // namespace backgraft::restore
