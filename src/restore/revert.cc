#include "restore/revert.h"

#include <algorithm>

#include "base/error.h"
#include "base/interrupt.h"
#include "git/merge_settings.h"
#include "git/tree_merge.h"
#include "restore/conflict_notes.h"
#include "restore/handover.h"
#include "restore/revert_chain.h"
#include "restore/revert_selection.h"
#include "restore/standing_reverts.h"

namespace backgraft::restore {
namespace {

class Reverter {
 public:
  Reverter(RevertChain& chain, const RevertOptions& options,
           const Selection& selection)
      : chain_(chain),
        options_(options),
        selection_(selection),
        merger_(chain.writer()),
        rules_(chain.repository(), chain.writer()),
        merge_options_(git::MergeOptionsOf(chain.repository())),
        standing_(chain.writer(), chain.history(), chain.tip()),
        tree_(chain.tree()) {
    merge_options_.rules = [this](const std::string& path) {
      return rules_.Find(path);
    };
  }

  RevertResult Run() {
    const auto& commits = selection_.commits;
    chain_.progress().Begin("reverting", Unit::kCommits, commits.size());
    for (size_t i = 0; i < commits.size(); ++i) {
      ThrowIfInterrupted();
      if (!Undo(commits[i])) return Stop(i);
      chain_.progress().Update(i + 1);
    }
    if (options_.squash && tree_ != chain_.tree()) Squash();
    return chain_.Publish(What());
  }

 private:
  std::string What() const {
    std::string what = "revert";
    for (const std::string& argument : options_.commits) what += " " + argument;
    return what;
  }

  git::MergeResult Merge(const SelectedCommit& commit) {
    rules_.Use(tree_);
    git::Oid base = chain_.history().Get(commit.oid).tree;
    git::Oid theirs = commit.parent ? chain_.history().Get(*commit.parent).tree
                                    : git::kEmptyTree;
    return merger_.Merge(base, tree_, theirs, merge_options_);
  }

  // False where there is a conflict.
  bool Undo(const SelectedCommit& commit) {
    git::MergeResult merge = Merge(commit);
    SettleKept(chain_, &merge);
    UndoneCommit undone = chain_.Describe(commit.oid);
    if (!merge.clean()) {
      if (!standing_.Undone(commit.oid)) {
        chain_.result().conflict = {undone, std::move(merge.conflicts), false};
        return false;
      }
      Skip(undone, "already undone by a later revert");
      return true;
    }
    if (merge.tree == tree_) {
      Skip(undone, "already undone");
      return true;
    }
    tree_ = merge.tree;
    done_.push_back(undone);
    done_mainline_ = commit.parent;
    if (!options_.squash) {
      std::string message = RevertMessage(undone, commit.parent);
      std::vector<git::Trailer> trailers;
      if (undone.is_merge) trailers.push_back(MergeTrailer(undone.oid));
      chain_.Commit(tree_, message, trailers, {undone});
      standing_.Add(chain_.tip(), message);
    }
    return true;
  }

  void Skip(const UndoneCommit& commit, const std::string& reason) {
    chain_.result().skipped.push_back({commit, reason});
  }

  void Squash() {
    std::vector<git::Trailer> trailers;
    std::string message = SquashMessage(done_);
    if (done_.size() == 1) {
      message = RevertMessage(done_.front(), done_mainline_);
      if (done_.front().is_merge) {
        trailers.push_back(MergeTrailer(done_.front().oid));
      }
    }
    chain_.Commit(tree_, message, trailers, done_);
  }

  RevertResult Stop(size_t at) {
    RevertResult& result = chain_.result();
    if (!options_.common.leave_conflicts || options_.common.dry_run) {
      // Nothing of what came before is published.
      result.commits.clear();
      result.undone.clear();
      result.warnings.clear();
      result.after = result.before;
      return std::move(result);
    }
    const SelectedCommit& commit = selection_.commits[at];
    // Once more, with markers that say whose lines they are.
    RevertLabels labels =
        LabelsOf(chain_.repository(), result.conflict->commit);
    merge_options_.base_label = labels.base;
    merge_options_.theirs_label = labels.theirs;
    Handover handover;
    handover.commit = commit.oid;
    handover.merge = Merge(commit);
    SettleKept(chain_, &handover.merge);
    handover.message = MessageWithTrailers(
        chain_.identity(), options_.common.commit,
        RevertMessage(result.conflict->commit, commit.parent), {});
    if (selection_.is_sequence) {
      handover.todo.assign(
          selection_.commits.begin() + static_cast<ptrdiff_t>(at),
          selection_.commits.end());
    }
    return HandOver(chain_, handover, What());
  }

  RevertChain& chain_;
  const RevertOptions& options_;
  const Selection& selection_;
  git::TreeMerger merger_;
  git::MergeRules rules_;
  git::MergeOptions merge_options_;
  StandingReverts standing_;
  git::Oid tree_;
  std::vector<UndoneCommit> done_;         // in the order they were undone
  std::optional<git::Oid> done_mainline_;  // of the last of them
};

}  // namespace

RevertResult Revert(const git::Repository& repository,
                    const RevertOptions& options, Progress& progress) {
  RevertChain chain(repository, options.common, progress);
  if (chain.options().leave_conflicts) RefuseWithoutWorkingTree(chain.target());
  Selection selection =
      SelectCommits(repository, chain.history(), chain.target(),
                    options.commits, options.mainline);
  bool own_message = !options.common.commit.message.empty() ||
                     options.common.commit.message_file.has_value();
  if (own_message && !options.squash && selection.commits.size() > 1) {
    throw Error(ErrorKind::kRefused,
                "one message cannot be that of " +
                    std::to_string(selection.commits.size()) + " commits",
                {"make one commit of them: add --squash"});
  }
  return Reverter(chain, options, selection).Run();
}

}  // namespace backgraft::restore
