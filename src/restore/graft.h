// Brings a source's history in, and joins it with the branch's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "git/publication.h"
#include "git/relation.h"
#include "git/repository.h"
#include "git/tree_diff.h"
#include "git/tree_merge.h"
#include "restore/backup.h"
#include "restore/flatten.h"
#include "restore/import_target.h"
#include "restore/planned_change.h"
#include "restore/progress.h"
#include "restore/record.h"
#include "restore/source_info.h"
#include "restore/source_limits.h"
#include "restore/target.h"

namespace backgraft::restore {

// What the joined commit holds.
enum class GraftTree { kBackup, kOurs, kMerge };
// Which of the source's refs are kept, beside its tip.
enum class GraftRefs { kTip, kAll };

struct GraftOptions {
  std::string source;  // path or "-"; only for Graft()
  SourceLimits limits;
  GraftTree tree = GraftTree::kBackup;
  // Of a merge: kOurs and kTheirs (the backup) settle every conflict.
  git::MergeFavor favor = git::MergeFavor::kNone;
  GraftRefs refs = GraftRefs::kTip;
  AssembleOptions assemble;  // its mode is kReplace
  std::optional<Select> select;
  std::optional<std::string> ref;  // nothing: the source's HEAD
  std::optional<std::string> branch;
  CommitOptions commit;
  bool leave_conflicts = false;  // as git leaves them
  bool dry_run = false;
  std::vector<std::string> keep_text, exclude_text;  // for the trailers
  Announce announce;                                 // may be null
};

// What became of the files of one side.
struct GraftSide {
  uint64_t taken = 0;                // are in the result as they were
  std::vector<std::string> dropped;  // paths whose version is not
};

struct GraftConflicts {
  std::vector<git::MergeConflict> paths;
  // They were left for git to go on with; otherwise nothing has changed.
  bool left = false;
};

struct GraftResult {
  SourceInfo source;
  // Of the branch and the source's tip; kAhead where the branch was unborn.
  git::RelationResult relation;
  bool nothing_to_do = false;
  std::string branch;              // short name
  std::optional<git::Oid> before;  // nothing: the branch was unborn
  std::optional<git::Oid> after;
  git::Oid tree;
  // The commit that was made; nothing where the branch only went forward.
  std::optional<std::string> subject;
  bool verified = false;
  // The tree is the backup's, not a merge or the branch's own.
  bool tree_is_backup = false;
  uint64_t from_repository = 0;  // files of it that are not the backup's
  GraftSide branch_side, backup_side;
  ChangeCounts counts;
  std::vector<LeftOut> left_out;
  std::vector<git::TreeChange> changes;
  // With GraftRefs::kAll: refs/imported/<name>, how many refs are there, and
  // how many of them are new or moved.
  std::optional<std::string> imported_name;
  uint64_t imported_refs = 0, moved_refs = 0;
  std::optional<GraftConflicts> conflicts;
  git::PublicationResult published;
  std::vector<std::string> warnings;
};

// Grafts a backup that has been read with `import`: verifies its history, makes
// the commit, publishes. A conflict is an outcome, not a failure.
// Error(kRefused) where the source has no history. On any failure nothing has
// changed.
GraftResult GraftBackup(const git::Repository& repository, const Target& target,
                        const Authorship& identity, Backup& backup,
                        ImportTarget& import, const GraftOptions& options,
                        Progress& progress);

// Reads the source and does the same.
GraftResult Graft(const git::Repository& repository,
                  const GraftOptions& options, Progress& progress);

}  // namespace backgraft::restore
