#include "restore/graft_merge.h"

#include "git/merge_settings.h"
#include "git/tree.h"
#include "git/tree_builder.h"
#include "restore/kept_paths.h"
#include "restore/settle_conflicts.h"
#include "restore/virtual_base.h"

namespace backgraft::restore {
namespace {

// `around` with `tree` in place of what it has at `prefix`, as git's subtree
// merge shifts the trees that it is given.
git::Oid Shift(git::ObjectWriter& writer, const git::Oid& around,
               const std::string& prefix, const git::Oid& tree) {
  if (prefix.empty()) return tree;
  git::TreeBuilder builder;
  for (git::TreeFile& file : git::ListTree(writer, around)) {
    // Neither below the prefix nor a file where a directory is to be.
    if (file.path.starts_with(prefix + "/") || file.path == prefix ||
        prefix.starts_with(file.path + "/")) {
      continue;
    }
    builder.Add(std::move(file));
  }
  if (tree != git::kEmptyTree) {
    for (git::TreeFile& file : git::ListTree(writer, tree)) {
      file.path = prefix + "/" + file.path;
      builder.Add(std::move(file));
    }
  }
  return builder.Finish(&writer);
}

}  // namespace

git::MergeResult MergeGraft(const git::Repository& repository,
                            git::History& history, git::ObjectWriter& writer,
                            const GraftSides& sides,
                            const GraftMergeOptions& options) {
  git::MergeRules rules(repository, writer);
  rules.Use(sides.branch_tree);
  git::MergeOptions merge = git::MergeOptionsOf(repository);
  merge.rules = [&rules](const std::string& path) { return rules.Find(path); };
  MergeBase base = FindMergeBase(repository, history, writer, merge,
                                 sides.branch, sides.tip);
  merge.base_label = base.label;
  merge.theirs_label = options.label;
  merge.favor = options.favor;
  git::Oid base_tree =
      Shift(writer, sides.branch_tree, options.prefix, base.tree);
  git::MergeResult result = git::MergeTrees(
      writer, base_tree, sides.branch_tree, sides.backup_tree, merge);
  SettleKeptPaths(writer, sides.branch_tree, options.keep, &result);
  if (options.favor != git::MergeFavor::kNone) {
    SettleConflicts(writer,
                    options.favor == git::MergeFavor::kOurs ? sides.branch_tree
                                                            : sides.backup_tree,
                    merge, nullptr, &result);
  }
  return result;
}

}  // namespace backgraft::restore
