// Commits that are made one upon the other on a branch, in memory, and
// published together.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "git/history.h"
#include "git/object_writer.h"
#include "git/repository.h"
#include "restore/progress.h"
#include "restore/record.h"
#include "restore/revert_result.h"
#include "restore/target.h"

namespace backgraft::restore {

class RevertChain {
 public:
  // Finds the branch and who commits. Error(kRefused) where that cannot be said
  // or where the branch has no commit. All arguments must outlive this.
  RevertChain(const git::Repository& repository,
              const RevertCommonOptions& options, Progress& progress);

  const git::Repository& repository() const { return repository_; }
  const RevertCommonOptions& options() const { return options_; }
  Progress& progress() { return progress_; }
  const Target& target() const { return target_; }
  git::History& history() { return history_; }
  git::ObjectWriter& writer() { return writer_; }
  RevertResult& result() { return result_; }
  const Authorship& identity() const { return identity_; }

  // Where the branch will be: its tip and tree with what was added so far.
  const git::Oid& tip() const { return tip_; }
  const git::Oid& tree() const { return tree_; }

  // `tree` with the branch's own version of the paths that are to be kept.
  git::Oid WithKept(const git::Oid& tree);

  // A commit as messages name it.
  UndoneCommit Describe(const git::Oid& commit) const;

  // Adds a commit; `undone` is what it undoes (for the warning about merges).
  void Commit(const git::Oid& tree, const std::string& standard_message,
              const std::vector<git::Trailer>& trailers,
              const std::vector<UndoneCommit>& undone);

  // Warns of the merges that may be in a range which was undone without looking
  // at all of it.
  void WarnOfMergesIn(const std::string& range);

  // To be called once the objects can be read back from the repository.
  void AlsoProve(std::function<void()> prove) {
    prove_more_ = std::move(prove);
  }

  // Makes the objects durable, reads them back, moves the branch, changes the
  // files. `what` is for the reflog. Without new commits there is nothing to
  // do. May be called once.
  RevertResult Publish(const std::string& what);

  // The plan that Publish() carries out; what somebody else made of it, carried
  // out in its place.
  git::PublicationPlan Plan(const std::string& what) const;
  RevertResult PublishPlan(const git::PublicationPlan& plan);

 private:
  void WarnOfMerges(const std::vector<UndoneCommit>& undone);
  void InstallAndProve();
  void Prove() const;

  const git::Repository& repository_;
  const RevertCommonOptions& options_;
  Progress& progress_;
  Target target_;
  Authorship identity_;
  git::History history_;
  git::ObjectWriter writer_;
  git::Oid tip_, tree_;
  std::vector<git::Oid> trees_;  // of the new commits
  std::function<void()> prove_more_;
  RevertResult result_;
};

// Kept paths cannot conflict: takes the branch's version of them in `merge`.
void SettleKept(RevertChain& chain, git::MergeResult* merge);

}  // namespace backgraft::restore
