// The short way through a tree merge, for what nearly all reverts are: no
// renames can be involved, and only directories that both sides changed are
// opened.
#pragma once

#include <optional>

#include "git/merge_state.h"

namespace backgraft::git {

// The merged tree, or nothing where the long way is needed: then `state` is of
// no use any more. Error(kIo) where an object is missing.
std::optional<Oid> MergeSparsely(MergeState* state, const Oid& base,
                                 const Oid& ours, const Oid& theirs);

}  // namespace backgraft::git
