// Records a backup's files as one commit on a branch.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/publication.h"
#include "git/repository.h"
#include "git/tree_diff.h"
#include "restore/assemble.h"
#include "restore/backup.h"
#include "restore/planned_change.h"
#include "restore/progress.h"
#include "restore/record.h"
#include "restore/source_info.h"
#include "restore/source_limits.h"
#include "restore/target.h"

namespace backgraft::restore {

struct FlattenOptions {
  std::string source;  // path or "-"
  SourceLimits limits;
  AssembleOptions assemble;
  // Nothing: what the contract says for this source.
  std::optional<Select> select;
  std::optional<std::string> ref;  // nothing: the source's HEAD
  std::optional<std::string> branch;
  CommitOptions commit;
  bool dry_run = false;
  std::vector<std::string> keep_text, exclude_text;  // for the trailers
  Announce announce;                                 // may be null
};

struct ChangeCounts {
  uint64_t files = 0;  // of the backup, in the result
  uint64_t added = 0, modified = 0, deleted = 0;
};

struct FlattenResult {
  SourceInfo source;
  bool nothing_to_do = false;
  std::string branch;              // short name
  std::optional<git::Oid> before;  // nothing: the branch was unborn
  std::optional<git::Oid> after;   // the commit; in a dry run too
  git::Oid tree;
  bool verified = false;
  ChangeCounts counts;
  std::vector<LeftOut> left_out;
  uint64_t from_repository = 0;
  std::vector<git::TreeChange> changes;
  git::PublicationResult published;
  std::vector<std::string> warnings;
  std::string subject;
};

ChangeCounts CountChanges(const std::vector<git::TreeChange>& changes);

// Records a backup that has been read, and whose files have been chosen, as one
// commit of `identity` on `target`: writes, verifies, publishes. `writer` must
// be the one that it was read with. On any failure nothing has changed.
FlattenResult FlattenBackup(const git::Repository& repository,
                            const Target& target, const Authorship& identity,
                            Backup& backup, const FlattenOptions& options,
                            git::ObjectWriter& writer, Progress& progress);

// Reads the source and does the same.
FlattenResult Flatten(const git::Repository& repository,
                      const FlattenOptions& options, Progress& progress);

}  // namespace backgraft::restore
