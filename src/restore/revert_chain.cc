#include "restore/revert_chain.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/commit.h"
#include "restore/kept_paths.h"
#include "restore/proof.h"
#include "restore/publish.h"

namespace backgraft::restore {
namespace {

Target FindTargetWithCommits(const git::Repository& repository,
                             const std::optional<std::string>& branch) {
  Target target = FindTarget(repository, branch);
  if (!target.tip) {
    throw Error(ErrorKind::kRefused,
                "branch " + Quote(target.short_name) + " has no commits yet");
  }
  return target;
}

}  // namespace

RevertChain::RevertChain(const git::Repository& repository,
                         const RevertCommonOptions& options, Progress& progress)
    : repository_(repository),
      options_(options),
      progress_(progress),
      target_(FindTargetWithCommits(repository, options.branch)),
      identity_(WhoCommits(repository.config(), options.commit, std::nullopt)),
      history_(repository),
      writer_(repository, repository.objects_dir(),
              {.dry_run = options.dry_run}),
      tip_(*target_.tip),
      tree_(*target_.tree) {
  result_.branch = target_.short_name;
  result_.before = tip_;
}

git::Oid RevertChain::WithKept(const git::Oid& tree) {
  return WithKeptPaths(writer_, *target_.tree, tree, options_.keep);
}

UndoneCommit RevertChain::Describe(const git::Oid& oid) const {
  git::Commit commit = git::ReadCommit(writer_, oid);
  return {oid, TitleOf(commit), commit.parents.size() > 1};
}

void RevertChain::Commit(const git::Oid& tree,
                         const std::string& standard_message,
                         const std::vector<git::Trailer>& trailers,
                         const std::vector<UndoneCommit>& undone) {
  std::vector<git::Trailer> all = {{"Backgraft-Mode", "revert"}};
  all.insert(all.end(), trailers.begin(), trailers.end());
  for (const std::string& spec : options_.keep_text) {
    all.push_back({"Backgraft-Keep", spec});
  }
  std::string message =
      MessageWithTrailers(identity_, options_.commit, standard_message, all);
  tip_ = WriteCommit(tree, {tip_}, identity_, message, writer_);
  tree_ = tree;
  trees_.push_back(tree);
  result_.commits.push_back({tip_, git::Subject(message)});
  result_.undone.insert(result_.undone.end(), undone.begin(), undone.end());
  WarnOfMerges(undone);
}

void RevertChain::WarnOfMerges(const std::vector<UndoneCommit>& undone) {
  if (auto warning = UndoneMergesWarning(undone, tip_)) {
    result_.warnings.push_back(*warning);
  }
}

void RevertChain::WarnOfMergesIn(const std::string& range) {
  result_.warnings.push_back(UnlistedMergesWarning(range, tip_));
}

git::PublicationPlan RevertChain::Plan(const std::string& what) const {
  git::PublicationPlan plan;
  plan.refs = {{target_.ref, target_.tip, tip_}};
  plan.who = identity_.committer.ToHeader();
  plan.force = options_.commit.force;
  plan.log_message = "backgraft: " + Escape(what);
  plan.tree_before = target_.tree;
  plan.tree_after = tree_;
  plan.check_interrupted = ThrowIfInterrupted;
  return plan;
}

void RevertChain::InstallAndProve() {
  writer_.Install();
  repository_.RefreshObjects();
  Prove();
  if (prove_more_) prove_more_();
}

void RevertChain::Prove() const {
  // Install() read every object of the new pack back and hashed it, and the
  // hash is over tree and parents: what is left is that all are there, and
  // where they lead.
  const auto& commits = result_.commits;
  Require(commits.size() == trees_.size(), "a new commit has no tree");
  for (size_t i = 0; i < commits.size(); ++i) {
    Require(repository_.Exists(commits[i].oid), "a new commit was not stored");
    Require(repository_.Exists(trees_[i]),
            "a new commit's tree was not stored");
  }
  if (!commits.empty()) {
    ProveCommit(repository_, commits.front().oid, trees_.front(),
                {*target_.tip});
    Require(git::ReadCommit(repository_, tip_).tree == trees_.back(),
            "a new commit does not read back as it was written");
  }
  ProveContents(repository_, target_.tree, tree_);
}

RevertResult RevertChain::Publish(const std::string& what) {
  if (trees_.empty()) {
    result_.after = tip_;
    result_.tree = tree_;
    result_.nothing_to_do = true;
    return std::move(result_);
  }
  return PublishPlan(Plan(what));
}

RevertResult RevertChain::PublishPlan(const git::PublicationPlan& plan) {
  result_.after = tip_;
  result_.tree = tree_;
  result_.changes = git::DiffTrees(writer_, plan.tree_before, plan.tree_after);
  result_.published = restore::Publish(
      repository_, writer_, plan, options_.dry_run,
      [&] {
        InstallAndProve();
        result_.verified = !trees_.empty();
      },
      progress_);
  return std::move(result_);
}

void SettleKept(RevertChain& chain, git::MergeResult* merge) {
  SettleKeptPaths(chain.writer(), *chain.target().tree, chain.options().keep,
                  merge);
}

}  // namespace backgraft::restore
