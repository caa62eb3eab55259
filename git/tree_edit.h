// A tree with some of its files changed, found without opening what stays.
#pragma once

#include <vector>

#include "git/oid.h"
#include "git/tree_diff.h"

namespace backgraft::git {

class ObjectWriter;

// `tree` with every path of `changes` (in path order, each once, as DiffTrees()
// has them) set to its `after`; `before` is not looked at. Directories that
// become empty are left out. Writes the trees that change and returns the
// root's id. Error(kRefused) where a file would have to stand both at a path
// and below it.
Oid EditTree(ObjectWriter& writer, const Oid& tree,
             const std::vector<TreeChange>& changes);

}  // namespace backgraft::git
