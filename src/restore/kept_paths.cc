#include "restore/kept_paths.h"

#include <vector>

#include "git/tree_diff.h"
#include "git/tree_edit.h"

namespace backgraft::restore {

git::Oid WithKeptPaths(git::ObjectWriter& writer, const git::Oid& ours,
                       const git::Oid& tree, const git::Pathspec& keep) {
  if (keep.empty()) return tree;
  std::vector<git::TreeChange> changes = git::DiffTrees(writer, ours, tree);
  std::erase_if(changes, [&](const git::TreeChange& change) {
    return change.before && keep.Matches(change.path);
  });
  return git::EditTree(writer, ours, changes);
}

void SettleKeptPaths(git::ObjectWriter& writer, const git::Oid& ours,
                     const git::Pathspec& keep, git::MergeResult* merge) {
  if (keep.empty()) return;
  std::erase_if(merge->conflicts, [&](const git::MergeConflict& conflict) {
    return conflict.stages[1] && keep.Matches(conflict.path);
  });
  merge->tree = WithKeptPaths(writer, ours, merge->tree, keep);
}

}  // namespace backgraft::restore
