// Makes a repository out of archives, or goes on with one that was made so: one
// commit for each source, or the source's own history.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "git/oid.h"
#include "git/publication.h"
#include "git/repository.h"
#include "git/tree_diff.h"
#include "restore/assemble.h"
#include "restore/flatten.h"
#include "restore/progress.h"
#include "restore/record.h"
#include "restore/source_info.h"
#include "restore/source_limits.h"

namespace backgraft::restore {

enum class RebuildOrder { kDate, kVersion, kGiven };

struct RebuildOptions {
  std::string directory;
  std::vector<std::string> sources;  // paths or "-"
  bool bare = false;                 // of a repository that is made
  RebuildOrder order = RebuildOrder::kDate;
  bool tag = false;    // name every source's state after its file
  bool graft = false;  // join histories that share nothing
  SourceLimits limits;
  Filters filters = Filters::kApply;
  std::optional<Select> select;
  git::Pathspec exclude;
  std::vector<std::string> exclude_text;  // for the trailers
  std::optional<std::string> branch;
  CommitOptions commit;
  bool dry_run = false;
  // Called with the repository where there is one already, before it is looked
  // at. May be null.
  std::function<void(git::Repository&)> found;
};

struct RebuiltCommit {
  git::Oid oid;
  std::string subject;
};

struct SkippedSource {
  git::Oid commit;     // which has what it would bring
  std::string reason;  // "'a.tar' holds the same tree"
};

struct RebuildResult {
  bool nothing_to_do = false;
  std::string branch;              // short name
  std::optional<git::Oid> before;  // nothing: the branch was unborn
  std::optional<git::Oid> after;
  git::Oid tree;
  bool verified = false;
  ChangeCounts counts;
  std::vector<SourceInfo> sources;     // in the order in which they were taken
  std::vector<RebuiltCommit> commits;  // ours, oldest first
  std::vector<SkippedSource> skipped;
  std::vector<std::string> refs;  // branches and tags that were made or moved
  std::vector<LeftOut> left_out;  // of all sources
  std::vector<git::TreeChange> changes;
  git::PublicationResult published;
  std::vector<std::string> warnings;
};

// Reads all sources, computes everything, publishes it at once. On any failure
// nothing has changed, and a directory that was made is gone. Error(kRefused)
// where the directory is neither free nor a repository.
RebuildResult Rebuild(const RebuildOptions& options, Progress& progress);

}  // namespace backgraft::restore
