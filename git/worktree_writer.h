// Makes the change that CheckWorktree() looked at, and takes it back if what
// comes after fails.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "git/directory_stack.h"
#include "git/saved_files.h"
#include "git/tree_diff.h"
#include "git/worktree.h"

namespace backgraft::git {

class ObjectReader;

struct WorktreeWriterOptions {
  unsigned threads = 0;  // 0: one for each processor
  // Where files that no object holds are kept meanwhile; the git directory.
  std::string save_parent;
};

class WorktreeWriter {
 public:
  // All arguments are borrowed and must outlive this. `check` is
  // CheckWorktree()'s answer for these `changes`.
  WorktreeWriter(const std::string& root, const ObjectReader& objects,
                 const std::vector<TreeChange>& changes,
                 const WorktreeCheck& check, const WorktreeRules& rules,
                 const WorktreeWriterOptions& options);

  // Deletes, then writes; all on all cores. A file that is not what the check
  // saw any more is left as it is and listed in left_alone(). On Error the
  // working tree is partly changed: call Rollback(). Not durable before Sync().
  void Apply();

  // Makes everything written durable: syncfs(2) of every filesystem concerned,
  // or fsync of each file and directory where there is no such call.
  void Sync();

  // Puts back what Apply() changed, as far as nobody changed it since: content,
  // permissions and modification times. Tries everything before it reports the
  // first failure.
  void Rollback();

  // Fresh file times for the index, one for each change; all zeros where the
  // file is not what the change asked for.
  const std::vector<IndexStat>& stats() const { return stats_; }
  // Paths somebody changed between check and Apply(), sorted.
  const std::vector<std::string>& left_alone() const { return left_alone_; }

 private:
  enum class Done : uint8_t { kNothing, kDeleted, kWritten };
  struct RemovedDirectory {
    std::string path;
    mode_t mode;
  };
  class Worker;

  void RemoveInTheWay();
  void RemoveDirectories();
  bool NeededDirectory(const std::string& directory) const;
  void NoteDevice(const struct stat& file, int directory);
  void LeaveAlone(const std::string& path);
  void RunOnChanges(void (Worker::*step)(size_t));
  void UndoWrite(DirectoryStack* stack, size_t i);
  void Restore(DirectoryStack* stack, size_t i,
               const std::optional<FileIdentity>& ours);

  const std::string& root_;
  const ObjectReader& objects_;
  const std::vector<TreeChange>& changes_;
  const WorktreeCheck& check_;
  const WorktreeRules& rules_;
  WorktreeWriterOptions options_;
  SavedFiles saved_;

  std::vector<Done> done_;
  std::vector<IndexStat> stats_;
  std::vector<bool> in_the_way_removed_;
  std::vector<RemovedDirectory> removed_directories_;

  std::mutex mutex_;  // guards the rest
  std::vector<std::string> left_alone_;
  std::vector<std::string> created_directories_;
  std::map<dev_t, UniqueFd> devices_;
};

}  // namespace backgraft::git
