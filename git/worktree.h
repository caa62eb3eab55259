// The working tree: what stands in the way of a change (worktree_check.cc), and
// making the change (worktree_write.cc). Only changed paths are ever looked at.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "git/index.h"
#include "git/tree_diff.h"

namespace backgraft::git {

class ObjectReader;
class Repository;

// How the working tree of one repository is to be read: its configuration, and
// how content changes on its way in and out.
struct WorktreeRules {
  bool file_mode = true;    // core.fileMode
  bool symlinks = true;     // core.symlinks
  bool trust_ctime = true;  // core.trustctime
  bool check_stat = true;   // core.checkStat is not "minimal"
  bool ignore_case = false;

  // Content of the regular file `path` as git stores it, and back. Null: the
  // bytes as they are. Called by several threads at the same time.
  std::function<std::string(const std::string& path, std::string content)>
      to_git;
  std::function<std::string(const std::string& path, std::string content)>
      to_worktree;
  // Whether to_git or to_worktree may change something at `path`.
  std::function<bool(const std::string& path)> converts;
  // Whether git ignores the untracked file `path`. Null: nothing is ignored.
  std::function<bool(const std::string& path)> ignores;
};

// Which file it is and when it was touched last; equal as long as nobody wrote
// to it or put another in its place.
struct FileIdentity {
  uint64_t device = 0;
  uint64_t inode = 0;
  uint32_t mode = 0;
  uint64_t size = 0;
  FileTime modified{};
  FileTime changed{};

  static FileIdentity From(const struct stat& file);
  bool operator==(const FileIdentity& other) const;
};

// What has to happen to the file of one TreeChange.
enum class FileStep {
  kNothing,  // no file is wanted and none of git's is there, or it stays away
  kCurrent,  // it is already what it is to become
  kWrite,
  kDelete,
};

struct PlannedFile {
  FileStep step = FileStep::kNothing;
  // What was there when it was checked (kCurrent, kWrite, kDelete); nothing
  // where nothing was.
  std::optional<FileIdentity> seen{};
  // Whether the bytes that were there can be had from `before` again.
  bool reproducible = false;
  bool skip_worktree = false;  // the index entry's flag, which stays
};

// Something at or below a path that has to be free for a change: an ignored
// file (or, when forced, an untracked one), to be saved and removed.
struct InTheWay {
  std::string path;
  FileIdentity seen;
  bool operator<(const InTheWay& other) const { return path < other.path; }
};

// Raw paths, sorted, each once. `ignored` ones are no reason to refuse: they
// are replaced, after having been saved.
struct Obstacles {
  std::vector<std::string> uncommitted;  // staged, modified or deleted
  std::vector<std::string> untracked;
  std::vector<std::string> unmerged;
  std::vector<std::string> ignored;
  // Directories with a .git of their own, which are never saved and removed.
  std::vector<std::string> repositories;
};

struct WorktreeCheck {
  Obstacles obstacles;
  std::vector<PlannedFile> files;  // one for each change, in the same order
  std::vector<InTheWay> in_the_way;
  // Directories that have to go so that files can take their place.
  std::vector<std::string> directories_in_the_way;
};

// Compares index and working tree of `root` with what `changes` (from
// DiffTrees(), in path order) expect to find. Reads only. Error(kRefused) for a
// path that git would never check out (`.git`, `..`).
WorktreeCheck CheckWorktree(const std::string& root, const Index& index,
                            const std::vector<TreeChange>& changes,
                            const WorktreeRules& rules);

// `index` with the changed paths replaced, and everything else as it was.
// `stats` are the fresh times of the files, one for each change; all zeros
// where the file is not known to be right.
Index UpdatedIndex(const Index& index, const std::vector<TreeChange>& changes,
                   const WorktreeCheck& check,
                   const std::vector<IndexStat>& stats);

// Puts the entries of unmerged paths (sorted as in an index) in the place of
// what `index` has there.
void SetUnmerged(const std::vector<IndexEntry>& unmerged, Index* index);

// Before `index` (from UpdatedIndex()) replaces the one it came from: makes git
// look at the content of entries that are not in `changes` and whose files were
// modified too close to the writing of the old index for their times to tell
// (ce_smudge_racily_clean_entry of git's read-cache.c).
void SmudgeRacyEntries(const std::string& root, const WorktreeRules& rules,
                       const std::vector<TreeChange>& changes, Index* index);

}  // namespace backgraft::git
