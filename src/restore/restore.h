// Brings a branch to what a code backup holds, by whatever way their relation
// allows: the table of the contract.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/part_reader.h"
#include "git/publication.h"
#include "git/relation.h"
#include "git/repository.h"
#include "git/tree_diff.h"
#include "restore/backup.h"
#include "restore/flatten.h"
#include "restore/import_target.h"
#include "restore/planned_change.h"
#include "restore/record.h"
#include "restore/revert_result.h"
#include "restore/source_limits.h"

namespace backgraft::restore {

// What becomes of a history that has nothing in common with the branch's.
enum class JoinAs { kFlatten, kGraft };

// How source and branch are related, told before anything is done.
struct RestorePlan {
  SourceInfo source;
  std::string branch;              // short name
  std::optional<git::Oid> before;  // the branch's tip; nothing: it is unborn
  // Nothing: the source has no history.
  std::optional<git::RelationResult> relation;
};

struct RestoreOptions {
  std::string source;  // path or "-"
  SourceLimits limits;
  // Which part of the source the code is; without one it is all code.
  std::optional<archive::Part> part;
  // Without a part, to stop where the source seems to hold more than code.
  bool only_code = false;
  Filters filters = Filters::kApply;
  std::optional<Select> select;
  std::optional<std::string> ref;
  bool tip_only = false;  // leave out what was never committed
  std::optional<JoinAs> as;
  std::optional<std::string> branch;
  CommitOptions commit;
  git::Pathspec keep, exclude;
  std::vector<std::string> keep_text, exclude_text;  // for the trailers
  bool dry_run = false;
  // Called once the relation is known. May be null.
  std::function<void(const RestorePlan&)> show;
  // Called before the branch moves, where it does. May be null.
  Announce announce;
  // Asked where a choice is needed that `as` does not make; nothing where
  // nobody is there to answer. May be null.
  std::function<std::optional<JoinAs>()> ask;
};

struct RestoreResult {
  RestorePlan plan;
  // The source seems to hold more than code, and `only_code` was asked for:
  // nothing was done, and nothing else is set.
  bool holds_more = false;
  bool nothing_to_do = false;
  std::string branch;              // short name
  std::optional<git::Oid> before;  // nothing: the branch was unborn
  std::optional<git::Oid> after;
  git::Oid tree;
  bool verified = false;
  std::vector<NewCommit> commits;  // ours, in the order they were made
  ChangeCounts counts;
  uint64_t from_repository = 0;
  std::vector<LeftOut> left_out;
  std::vector<git::TreeChange> changes;
  git::PublicationResult published;
  std::vector<std::string> warnings;
  // Set where the restore was a graft or a flatten, which have more to tell.
  std::optional<JoinAs> joined;
};

// "no-history" or RelationName().
std::string RelationWord(const RestorePlan& plan);

// Reads, decides, records, verifies, publishes. On any failure nothing has
// changed. Error(kRefused) where a choice is needed that nobody makes.
RestoreResult Restore(const git::Repository& repository,
                      const RestoreOptions& options, Progress& progress);

}  // namespace backgraft::restore
