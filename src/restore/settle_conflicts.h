// Settling what a merge could not: one side is taken at every path in question.
#pragma once

#include <functional>
#include <string>

#include "git/object_writer.h"
#include "git/oid.h"
#include "git/tree_merge.h"

namespace backgraft::restore {

// Puts what `side` has at the paths of the conflicts that `which` accepts
// (null: all) into `merge`, in place of markers and of files that were moved
// aside, and takes those conflicts off its list. `side` is the tree of one of
// the merged sides or of their base, the labels those that the merge was made
// with.
void SettleConflicts(
    git::ObjectWriter& writer, const git::Oid& side,
    const git::MergeOptions& labels,
    const std::function<bool(const git::MergeConflict&)>& which,
    git::MergeResult* merge);

}  // namespace backgraft::restore
