// The base of a merge of two commits whose histories meet in several places.
#pragma once

#include <string>

#include "git/history.h"
#include "git/object_writer.h"
#include "git/oid.h"
#include "git/repository.h"
#include "git/tree_merge.h"

namespace backgraft::restore {

struct MergeBase {
  // kEmptyTree where the histories share nothing.
  git::Oid tree;
  // What conflict markers call it, as git's do.
  std::string label;
};

// Finds what `git merge` (its ort strategy) merges `a` and `b` against: the
// tree of their merge base, or the merge of all of their merge bases, conflict
// markers included. `options` are those of the merge itself; of its rules only
// the marker size is changed. Error(kRefused) where the histories cross in more
// places than can be merged.
MergeBase FindMergeBase(const git::Repository& repository,
                        git::History& history, git::ObjectWriter& writer,
                        const git::MergeOptions& options, const git::Oid& a,
                        const git::Oid& b);

}  // namespace backgraft::restore
