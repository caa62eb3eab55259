// git's index as plain values: what would be committed next, with the file
// times that tell whether a file may have changed.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/cache_tree.h"
#include "git/oid.h"

namespace backgraft::git {

// What stat(2) said about a file when it was last known to equal its entry, cut
// to 32 bits as git does (sizes and times wrap). All zeros: not known.
struct IndexStat {
  uint32_t ctime_seconds = 0;
  uint32_t ctime_nanoseconds = 0;
  uint32_t mtime_seconds = 0;
  uint32_t mtime_nanoseconds = 0;
  uint32_t device = 0;
  uint32_t inode = 0;
  uint32_t uid = 0;
  uint32_t gid = 0;
  uint32_t size = 0;

  // munge_st_size of git's statinfo.c included: a size that is a multiple of
  // 4 GiB becomes 0x80000000, because 0 means "look at the content".
  static IndexStat From(const struct stat& file);

  friend bool operator==(const IndexStat&, const IndexStat&) = default;
};

struct IndexEntry {
  std::string path;
  FileMode mode = FileMode::kBlob;
  Oid oid;
  int stage = 0;  // 1, 2, 3: base, ours, theirs of an unmerged path
  bool assume_valid = false;
  bool skip_worktree = false;
  bool intent_to_add = false;
  IndexStat stat{};

  friend bool operator==(const IndexEntry&, const IndexEntry&) = default;
};

// When a file was last modified.
struct FileTime {
  int64_t seconds = 0;
  int64_t nanoseconds = 0;
};

struct Index {
  // In the byte order of paths, then by stage.
  std::vector<IndexEntry> entries;
  // The trees that parts of the index are already written as, if known.
  std::optional<CacheTree> cache_tree;
  // The REUC extension (conflicts that were resolved), as it is.
  std::string resolve_undo;
  // Of the file this was read from; nothing where there was none.
  std::optional<FileTime> modified;

  // The stage 0 entry at `path`, or nullptr.
  const IndexEntry* Find(std::string_view path) const;
  // Position of the first entry at or after `path`.
  size_t LowerBound(std::string_view path) const;

  // Whether the file of `entry` may have been changed without its times showing
  // it: it was modified at the moment the index was written, or later
  // (Documentation/technical/racy-git.txt). By nanoseconds where both are
  // known.
  bool IsRacy(const IndexEntry& entry) const;
};

}  // namespace backgraft::git
