// What git finds in the index and in its notes when a merge of ours is left to
// it with conflicts.
#pragma once

#include <string>
#include <vector>

#include "git/config.h"
#include "git/index.h"
#include "git/tree_merge.h"
#include "restore/target.h"

namespace backgraft::restore {

// Error(kRefused) where nothing can be left: a bare repository, or a branch
// that is not checked out.
void RefuseWithoutWorkingTree(const Target& target);

// Index entries with stages 1 to 3, sorted as in an index.
std::vector<git::IndexEntry> UnmergedEntries(
    const std::vector<git::MergeConflict>& conflicts);

// MERGE_MSG: `message`, and the conflicts as comments.
std::string MessageWithConflicts(
    const git::Config& config, const std::string& message,
    const std::vector<git::MergeConflict>& conflicts);

}  // namespace backgraft::restore
