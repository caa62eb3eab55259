// The last step of a tree merge: decides every path and writes the trees.
#pragma once

#include "git/merge_state.h"

namespace backgraft::git {

// Returns the merged tree. Paths that stay in conflict are in
// `state->conflicted` afterwards; the tree holds for them what git leaves in
// the working tree.
Oid ResolveEntries(MergeState* state);

}  // namespace backgraft::git
