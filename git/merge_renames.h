// The second step of a tree merge: brings the versions of renamed files
// together under one path, and moves what one side added into directories that
// the other side renamed.
#pragma once

#include "git/merge_collect.h"

namespace backgraft::git {

// Finds the renames that `changes` may hold, and joins what belongs together.
// Error(kIo) where an object is missing.
void ApplyRenames(MergeState* state, Changes* changes);

}  // namespace backgraft::git
