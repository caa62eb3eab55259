// Taking paths of the working tree from one recorded state to the other: what
// undoes an operation, and what rolls an interrupted one back.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "git/directory_stack.h"
#include "git/file_replacer.h"
#include "git/index.h"
#include "git/object_reader.h"
#include "git/operation.h"

namespace backgraft::git {

// Where the bytes of a recorded state are. Borrowed.
struct StateSource {
  const ObjectReader& objects;
  // The operation's directory, for what is saved.
  const std::string& directory;
  // What the working tree's filters made of a blob; null: nothing.
  std::function<std::string(const std::string& path, std::string content)>
      to_worktree;
  // The machine went down while files were taken to this state or from it: what
  // is there of a new file may be shorter, and have zeros, where its bytes did
  // not reach the disk any more.
  bool may_be_torn = false;
};

// The bytes of a file's or symlink's state. Error(kIo) where they cannot be
// had.
std::string ReadState(const std::string& path, const PathState& state,
                      const StateSource& source);

// Whether the file is in this state: kind, permissions (as far as they are
// recorded) and bytes; not the time of its last change. `stat` is nothing where
// nothing is there.
bool IsInState(const Place& place, const std::optional<struct stat>& stat,
               const std::string& path, const PathState& state,
               const StateSource& source);

struct PathSwitch {
  std::string path;
  PathState from, to;
};

struct SwitchedPaths {
  // Paths that were in neither state and were not touched, sorted.
  std::vector<std::string> left_alone;
  // Of each file that was written.
  std::map<std::string, IndexStat> stats;
};

// Takes every path from `from` to `to`; one that is in `to` already stays as it
// is, one that is not there at all counts as being in `from`. Directories above
// the paths that did not exist (`directories`) go when they are empty, those
// that did are made again with their permissions. May be called again after it
// was stopped anywhere. Not durable before SyncTree().
// `written` is told how many of the paths are there; it may be null.
SwitchedPaths SwitchPaths(
    const std::string& root, const std::vector<PathSwitch>& paths,
    const std::vector<DirectoryRecord>& directories, const StateSource& from,
    const StateSource& to,
    const std::function<void(uint64_t done, uint64_t total)>& written =
        nullptr);

// The directories above `paths` as they are now, outermost first.
std::vector<DirectoryRecord> RecordDirectories(
    const std::string& root, const std::vector<std::string>& paths);

// Removes temporary files that a dead run left in the directories of `paths`.
void RemoveTemporaries(const std::string& root,
                       const std::vector<PathRecord>& paths);

// Makes what was written below `root` durable (syncfs).
void SyncTree(const std::string& root);

}  // namespace backgraft::git
