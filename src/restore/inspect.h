// What a source is and what a person should know of it before restoring it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "git/foreign_refs.h"
#include "git/relation.h"
#include "git/repository.h"
#include "restore/backup_layout.h"
#include "restore/flatten.h"
#include "restore/platform.h"
#include "restore/progress.h"
#include "restore/site_notes.h"
#include "restore/source_info.h"
#include "restore/source_limits.h"

namespace backgraft::restore {

struct LargeFile {
  std::string path;
  uint64_t size;
};

// A blob somewhere in the history that the files do not hold.
struct LargeBlob {
  git::Oid oid;
  std::string path;  // where a commit had it
  uint64_t size;
};

// The history that is in the source.
struct InspectedHistory {
  git::Oid tip;
  std::string head;      // the branch HEAD is at; "" where it is detached
  uint64_t commits = 0;  // that the tip holds
  std::vector<std::string> branches, tags;  // short names, sorted
  std::vector<git::RejectedRef> rejected_refs;
  std::vector<LargeBlob> large;  // largest first
  uint64_t fsck_warnings = 0;
  // What the files differ in from the tip; nothing where it cannot be told.
  std::optional<ChangeCounts> uncommitted;
};

// How the source's tip and the repository's branch are related.
struct InspectedRelation {
  std::string branch;  // short name
  git::RelationResult result;
  // A tag at the branch's tip, if there is one.
  std::optional<std::string> tag;
};

struct InspectResult {
  SourceInfo source;
  std::optional<Platform> platform;
  // Where the source holds more than code.
  std::optional<BackupLayout> layout;
  std::vector<SiteNote> notes;
  std::optional<InspectedHistory> history;
  // "no-history", or what FindRelation() says; nothing without a repository.
  std::optional<std::string> relation;
  std::optional<InspectedRelation> related;
  uint64_t files = 0, executables = 0, symlinks = 0;
  uint64_t bytes = 0;  // of all contents
  std::optional<int64_t> newest;
  std::vector<LargeFile> large;  // over 50 MB, largest first
  std::vector<std::string> lfs_pointers;
  std::vector<std::string> nested_repositories;
  std::vector<std::string> submodules;
  // Groups of paths that are one on some file systems, by case or by Unicode
  // normalisation.
  std::vector<std::vector<std::string>> collisions;
  std::vector<LeftOut> left_out;
  std::vector<std::string> warnings;
};

inline constexpr uint64_t kLargeFileSize = 50'000'000;
inline constexpr uint64_t kHugeFileSize = 100'000'000;

struct InspectOptions {
  std::string source;
  SourceLimits limits;
  std::optional<std::string> branch;  // what the tip is compared with
};

// Reads the source to its end, its history included, and writes nothing. Throws
// what restoring it would refuse with. `repository` may be null.
InspectResult Inspect(const git::Repository* repository,
                      const InspectOptions& options, Progress& progress);

}  // namespace backgraft::restore
