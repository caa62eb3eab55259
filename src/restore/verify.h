// Compares a commit's tree with a backup, byte for byte.
#pragma once

#include <string>
#include <vector>

#include "git/repository.h"
#include "restore/assemble.h"
#include "restore/progress.h"
#include "restore/source_info.h"
#include "restore/source_limits.h"

namespace backgraft::restore {

struct VerifyOptions {
  std::string source;
  SourceLimits limits;
  std::string revision = "HEAD";
  Filters filters = Filters::kApply;
  std::optional<Select> select;    // nothing: what the contract says
  std::optional<std::string> ref;  // nothing: the source's HEAD
};

enum class DifferenceKind {
  kAdded,     // the tree has it, the backup has not
  kDeleted,   // the backup has it, the tree has not
  kModified,  // other bytes, or a file where the other has a link
  kMode,      // the same bytes, another mode
};

// "added", "deleted", "modified", "mode".
std::string DifferenceName(DifferenceKind kind);

struct VerifyDifference {
  std::string path;
  DifferenceKind kind;
};

struct VerifyResult {
  SourceInfo source;
  git::Oid tree;       // the revision's
  git::Oid commit;     // zero where the revision is a tree
  uint64_t files = 0;  // of the backup
  std::vector<VerifyDifference> differences;  // by path; empty: equal
  std::vector<LeftOut> left_out;
  std::vector<std::string> warnings;
};

// Writes nothing. Error(kRefused) for a revision that does not exist,
// Error(kIo) for objects of the repository that cannot be read.
VerifyResult Verify(const git::Repository& repository,
                    const VerifyOptions& options, Progress& progress);

}  // namespace backgraft::restore
