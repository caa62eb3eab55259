#include "restore/virtual_base.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/interrupt.h"
#include "git/abbreviation.h"
#include "git/commit.h"
#include "git/merge_base.h"
#include "restore/settle_conflicts.h"

namespace backgraft::restore {
namespace {

// Histories of people cross once or twice; one made to cross without end must
// not keep us busy.
constexpr int kMaximumMerges = 200;
constexpr int kMaximumDepth = 40;

[[noreturn]] void TooManyCrossings() {
  throw Error(ErrorKind::kRefused,
              "the two histories cross in too many places to be merged",
              {"take the tree of one side: --tree backup, or --tree ours"});
}

// What is no line-by-line merge has no markers; git takes the base's version.
bool TakesBase(const git::MergeConflict& conflict) {
  return conflict.kind == git::ConflictKind::kBinary ||
         conflict.kind == git::ConflictKind::kModifyDelete ||
         conflict.kind == git::ConflictKind::kMode;
}

class BaseFinder {
 public:
  BaseFinder(const git::Repository& repository, git::History& history,
             git::ObjectWriter& writer, const git::MergeOptions& options)
      : repository_(repository),
        history_(history),
        writer_(writer),
        options_(options) {}

  MergeBase Find(const git::Oid& a, const git::Oid& b, int depth) {
    std::vector<git::Oid> bases = git::MergeBases(history_, a, b);
    if (bases.empty()) return {git::kEmptyTree, "empty tree"};
    if (depth > kMaximumDepth) TooManyCrossings();
    if (bases.size() == 1) {
      return {history_.Get(bases[0]).tree, NameOf(bases[0])};
    }
    // git goes through them from the last to the first.
    std::reverse(bases.begin(), bases.end());
    git::Oid merged = bases[0];
    for (size_t i = 1; i < bases.size(); ++i) {
      merged = MergeCommits(merged, bases[i], depth + 1);
    }
    return {history_.Get(merged).tree, "merged common ancestors"};
  }

 private:
  // A commit that only `history_` knows.
  git::Oid MergeCommits(const git::Oid& a, const git::Oid& b, int depth) {
    ThrowIfInterrupted();
    if (++merges_ > kMaximumMerges) TooManyCrossings();
    MergeBase base = Find(a, b, depth);
    git::MergeOptions options = options_;
    options.favor = git::MergeFavor::kNone;
    options.base_label = base.label;
    options.ours_label = "Temporary merge branch 1";
    options.theirs_label = "Temporary merge branch 2";
    options.rules = [this, depth](const std::string& path) {
      git::FileMergeRules rules;
      if (options_.rules) rules = options_.rules(path);
      rules.marker_size += 2 * depth;
      return rules;
    };
    git::MergeResult result =
        git::MergeTrees(writer_, base.tree, history_.Get(a).tree,
                        history_.Get(b).tree, options);
    SettleConflicts(writer_, base.tree, options, TakesBase, &result);

    git::Commit commit;
    commit.tree = result.tree;
    commit.parents = {a, b};
    git::HistoryCommit entry;
    entry.tree = commit.tree;
    entry.parents = commit.parents;
    git::Oid oid =
        git::HashObject(git::ObjectType::kCommit, git::SerializeCommit(commit));
    history_.Preload(oid, std::move(entry));
    return oid;
  }

  std::string NameOf(const git::Oid& commit) const {
    return git::Abbreviate(repository_, commit,
                           git::AbbreviationLength(repository_));
  }

  const git::Repository& repository_;
  git::History& history_;
  git::ObjectWriter& writer_;
  const git::MergeOptions& options_;
  int merges_ = 0;
};

}  // namespace

MergeBase FindMergeBase(const git::Repository& repository,
                        git::History& history, git::ObjectWriter& writer,
                        const git::MergeOptions& options, const git::Oid& a,
                        const git::Oid& b) {
  return BaseFinder(repository, history, writer, options).Find(a, b, 0);
}

}  // namespace backgraft::restore
