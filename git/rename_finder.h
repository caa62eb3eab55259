// Finds which deleted files of one side live on under other names, with the
// results of git's diffcore_rename_extended(): first by id, then by equal file
// names, then by comparing what is left.
#pragma once

#include "git/merge_collect.h"

namespace backgraft::git {

struct RenameOptions {
  int minimum_score = 30000;  // of kMaximumSimilarity
  int limit = 7000;           // both sides of the comparison matrix
};

// Turns deletions and additions of `changes->pairs` into renames and counts
// into `changes->directory_counts` where removed directories went. Blobs are
// read only where neither id nor file size decides. Error(kIo) where one is
// missing.
void FindRenames(MergeState* state, const RenameOptions& options,
                 SideChanges* changes);

}  // namespace backgraft::git
