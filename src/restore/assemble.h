// From the files of a backup and the branch's tree to the tree that is
// recorded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/object_writer.h"
#include "git/oid.h"
#include "git/pathspec.h"
#include "git/tree.h"
#include "restore/backup_files.h"
#include "restore/source_history.h"

namespace backgraft::restore {

enum class Select { kAll, kUnignored, kTracked };
enum class Filters { kApply, kRaw };
enum class Mode { kReplace, kOverlay };

struct AssembleOptions {
  Mode mode = Mode::kReplace;
  Select select = Select::kAll;
  Filters filters = Filters::kApply;
  std::string prefix;  // without slashes at the ends; "" is the root
  git::Pathspec keep, exclude;
  // What the source's own history tracks, and where its objects are read from;
  // null where there is none.
  const SourceTip* tip = nullptr;
  const git::ObjectReader* tip_objects = nullptr;
  // A tree of an earlier version of the same code that the writer may build on
  // to save space.
  std::optional<git::Oid> older{};
};

struct Assembled {
  git::Oid tree;
  // What of the backup is recorded, with the paths and ids it has in `tree`, in
  // the byte order of paths.
  std::vector<git::TreeFile> from_backup;
  // Files of `tree` that the backup does not hold (kept, overlaid, outside the
  // prefix).
  uint64_t from_repository = 0;
  // New blobs that no file of `tree` has: contents that were left out or
  // converted.
  std::vector<git::Oid> unused;
  std::vector<LeftOut> left_out;  // of the source, all of it, by path
};

// Writes the blobs that were put aside and all trees through `writer`, which
// must be the one that read `backup`. `base` is the branch's tree, if it has
// one. Error(kRefused) where a filter that is not ours would have to run.
// `backup` has lost what it left out.
Assembled Assemble(BackupFiles& backup, const std::optional<git::Oid>& base,
                   const AssembleOptions& options, git::ObjectWriter& writer);

}  // namespace backgraft::restore
