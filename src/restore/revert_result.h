// What every form of `revert` takes and gives back.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/oid.h"
#include "git/pathspec.h"
#include "git/publication.h"
#include "git/tree_diff.h"
#include "git/tree_merge.h"
#include "restore/record.h"
#include "restore/revert_message.h"
#include "restore/source_info.h"

namespace backgraft::restore {

struct RevertCommonOptions {
  std::optional<std::string> branch;
  CommitOptions commit;
  git::Pathspec keep;
  std::vector<std::string> keep_text;  // for the trailers
  bool leave_conflicts = false;        // as git leaves them
  bool dry_run = false;
};

struct NewCommit {
  git::Oid oid;
  std::string subject;
};

struct SkippedRevert {
  UndoneCommit commit;
  std::string reason;
};

// Where a merge could not be settled.
struct RevertConflict {
  // What was being undone; for a deploy its tag's commit.
  UndoneCommit commit;
  std::vector<git::MergeConflict> paths;
  // The state was left for git to go on with; otherwise nothing has changed.
  bool left = false;
};

struct RevertResult {
  bool nothing_to_do = false;
  std::string branch;  // short name
  git::Oid before, after, tree;
  std::vector<NewCommit> commits;  // in the order they were made
  // What those undo, newest first; false where they undo earlier ones as well,
  // which nobody has looked for.
  std::vector<UndoneCommit> undone;
  bool undone_complete = true;
  std::vector<SkippedRevert> skipped;
  std::optional<RevertConflict> conflict;
  // The commit whose tree is back, for --to.
  std::optional<git::Oid> restored;
  // It is known to be an ancestor of `before`.
  bool restored_is_behind = false;
  bool verified = false;
  std::vector<git::TreeChange> changes;
  std::optional<SourceInfo> source;
  std::vector<LeftOut> left_out;
  std::vector<std::string> warnings;
  git::PublicationResult published;
};

}  // namespace backgraft::restore
