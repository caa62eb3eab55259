// Makes the change that CheckWorktree() looked at, in two steps: what no object
// holds is saved, then files are replaced. What takes it back is RollBack().
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/early_sync.h"
#include "git/directory_stack.h"
#include "git/operation.h"
#include "git/saved_files.h"
#include "git/tree_diff.h"
#include "git/worktree.h"

namespace backgraft::git {

class ObjectReader;

struct WorktreeWriterOptions {
  unsigned threads = 0;  // 0: one for each processor
  // The directory of the operation. Files that no object holds are kept in it,
  // in before/.
  std::string operation;
  // See PublicationPlan::written.
  std::function<void(uint64_t done, uint64_t total)> written;
};

class WorktreeWriter {
 public:
  // All arguments are borrowed and must outlive this. `check` is
  // CheckWorktree()'s answer for these `changes`.
  WorktreeWriter(const std::string& root, const ObjectReader& objects,
                 const std::vector<TreeChange>& changes,
                 const WorktreeCheck& check, const WorktreeRules& rules,
                 const WorktreeWriterOptions& options);

  // Keeps what is about to go and is not in any object, durably. Nothing of
  // the working tree changes. A file that is not what the check saw any more is
  // left as it is, here and in Apply(), and listed in left_alone().
  void Save();

  // Of everything that Apply() will touch; to be called after Save().
  std::vector<PathRecord> Records() const;
  // The directories that these are in, and those that are in their way.
  std::vector<DirectoryRecord> Directories(
      const std::vector<PathRecord>& records) const;

  // Deletes, then writes; all on all cores. On Error the working tree is partly
  // changed. Not durable before Sync().
  void Apply();

  // Makes everything written durable: syncfs(2) of every filesystem concerned,
  // or fsync of each file and directory where there is no such call.
  void Sync();

  // Fresh file times for the index, one for each change; all zeros where the
  // file is not what the change asked for.
  const std::vector<IndexStat>& stats() const { return stats_; }
  // Paths somebody changed between check and Apply(), sorted.
  const std::vector<std::string>& left_alone() const { return left_alone_; }

 private:
  enum class Done : uint8_t { kNothing, kDeleted, kWritten };
  class Worker;

  void SaveInTheWay();
  void RemoveInTheWay();
  void RemoveDirectories();
  bool NeededDirectory(const std::string& directory) const;
  void NoteDevice(const struct stat& file, int directory);
  void LeaveAlone(const std::string& path);
  void RunOnChanges(void (Worker::*step)(size_t));
  bool MustSave(size_t i) const;
  bool Touches(size_t i) const;

  const std::string& root_;
  const UniqueFd root_fd_;
  const ObjectReader& objects_;
  const std::vector<TreeChange>& changes_;
  const WorktreeCheck& check_;
  const WorktreeRules& rules_;
  WorktreeWriterOptions options_;
  SavedFiles saved_;

  std::vector<Done> done_;
  std::vector<IndexStat> stats_;
  // Of a file that Save() kept: what it looked like after that, which changed
  // its ctime. Nothing: it is left alone.
  std::vector<std::optional<FileIdentity>> saved_files_;
  std::vector<std::optional<FileIdentity>> saved_in_the_way_;

  EarlySync early_;   // of the root's filesystem
  std::mutex mutex_;  // guards the rest
  std::vector<std::string> left_alone_;
  std::map<dev_t, UniqueFd> devices_;
};

}  // namespace backgraft::git
