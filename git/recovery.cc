#include "git/recovery.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>

#include "base/boot_time.h"
#include "base/directory_names.h"
#include "base/error.h"
#include "base/io.h"
#include "git/git_dir_files.h"
#include "git/index_file.h"
#include "git/kept_objects.h"
#include "git/leftovers.h"
#include "git/lock_file.h"
#include "git/obstacles.h"
#include "git/path_switch.h"
#include "git/publication_record.h"
#include "git/refs.h"
#include "git/tree_diff.h"
#include "git/worktree_rules.h"

namespace backgraft::git {
namespace {

// Witness of the index lock that a recovery takes.
constexpr char kIndexLock[] = "lock-index";

std::string ReadOrEmpty(const std::string& path) {
  std::string bytes;
  ReadFileIfExists(path, &bytes);
  return bytes;
}

class RollBackRun {
 public:
  RollBackRun(const Repository& repository, OpenOperation& operation,
              const Operation& record)
      : repository_(repository), operation_(operation), record_(record) {}

  RolledBack Run() {
    operation_.FreeReserve();
    FreeNewIndex();
    RemoveLocks(/*of_index=*/false);
    FindMovedRefs();
    if (result_.moved_refs.empty() && record_.checked_out) {
      // Ours still, where it was not published yet, or where a recovery was
      // stopped, too.
      std::optional<LockFile> lock;
      const std::string index = repository_.git_dir() + "/index";
      if (!IsLockOf(index + ".lock", operation_.PathOf(kIndexAfter)) &&
          !IsLockOf(index + ".lock", operation_.PathOf(kIndexLock)))
        lock.emplace(
            LockFile::Take(index, operation_.PathOf(kIndexLock), "the index"));
      PutBackNotes();
      PutBackFiles();
      PutBackIndex(index);
    }
    PutBackRefs();
    ReleaseObjects(repository_, operation_.id(),
                   operation_.PathOf("lock-kept"));
    RemoveLocks(/*of_index=*/true);
    operation_.Discard();
    return std::move(result_);
  }

 private:
  // On a full disk the room of an index that was not published is needed. The
  // file itself stays: it tells whose the lock is.
  void FreeNewIndex() const {
    const std::string now = repository_.git_dir() + "/index";
    const std::string after = operation_.PathOf(kIndexAfter);
    if (IsLockOf(now, after) || ReadOrEmpty(now) == ReadOrEmpty(after)) return;
    if (truncate(after.c_str(), 0) != 0 && errno != ENOENT)
      ThrowErrno(errno, "cannot truncate", after);
  }

  // Those of this operation alone, which a run that died left.
  void RemoveLocks(bool of_index) {
    std::vector<std::string> locks = {
        repository_.common_dir() + "/packed-refs.lock",
        repository_.git_dir() + "/HEAD.lock"};
    for (const RefUpdate& ref : record_.refs)
      locks.push_back(repository_.common_dir() + "/" +
                      ResolveRefName(repository_, ref.name) + ".lock");
    if (of_index) locks = {repository_.git_dir() + "/index.lock"};
    const UniqueFd directory =
        OpenFile(operation_.directory(), O_RDONLY | O_DIRECTORY);
    for (const std::string& name :
         NamesIn(directory.get(), operation_.directory())) {
      if (!name.starts_with("lock-") && name != kIndexAfter) continue;
      for (const std::string& lock : locks)
        if (IsLockOf(lock, operation_.PathOf(name))) RemoveFile(lock);
    }
  }

  void FindMovedRefs() {
    for (const RefUpdate& ref : record_.refs) {
      const auto now = ReadRef(repository_, ref.name);
      if (now != ref.before && now != ref.after)
        result_.moved_refs.push_back(ref.name);
    }
  }

  void PutBackNotes() {
    for (const NoteRecord& note : record_.notes) {
      const std::string path = repository_.git_dir() + "/" + note.name;
      std::string now;
      const bool exists = ReadFileIfExists(path, &now);
      if (exists && now != note.after) continue;
      if (note.before)
        WriteFileDurably(path, *note.before);
      else
        RemoveGitDirFiles(repository_.git_dir(), {{note.name, ""}});
    }
  }

  void PutBackFiles() {
    if (record_.paths.empty()) return;
    RemoveTemporaries(repository_.workdir(), record_.paths);
    const Index index = ReadIndexFile(operation_.PathOf(kIndexBefore));
    const std::vector<TreeChange> changes =
        DiffTrees(repository_, record_.tree_before, record_.tree_after);
    const WorktreeRules rules =
        RulesOf(repository_, repository_, index, changes);
    const StateSource before{repository_, operation_.directory(), {}};
    const bool went_down = record_.boot && IsOtherBoot(*record_.boot);
    const StateSource after{repository_, operation_.directory(),
                            rules.to_worktree, went_down};
    std::vector<PathSwitch> paths;
    for (const PathRecord& path : record_.paths)
      paths.push_back({path.path, path.after, path.before});
    result_.left_alone = SwitchPaths(repository_.workdir(), paths,
                                     record_.directories, after, before)
                             .left_alone;
    SyncTree(repository_.workdir());
  }

  void PutBackIndex(const std::string& index) {
    const std::string after = operation_.PathOf(kIndexAfter);
    const bool is_ours =
        IsLockOf(index, after) ||
        (access(after.c_str(), F_OK) == 0 && !ReadOrEmpty(after).empty() &&
         ReadOrEmpty(index) == ReadOrEmpty(after));
    if (!is_ours) return;
    if (!record_.had_index) {
      RemoveFile(index);
    } else {
      const std::string before = operation_.PathOf(kIndexBefore);
      const std::string name = index + ".backgraft-tmp";
      RemoveFile(name);
      if (link(before.c_str(), name.c_str()) != 0)
        WriteFileDurably(name, ReadFile(before));
      if (rename(name.c_str(), index.c_str()) != 0)
        ThrowErrno(errno, "cannot replace", index);
      // Two names of one file are one already: rename(2) leaves both.
      RemoveFile(name);
    }
    SyncDirectory(repository_.git_dir());
  }

  void PutBackRefs() {
    for (auto ref = record_.refs.rbegin(); ref != record_.refs.rend(); ++ref) {
      if (ref->before == ref->after) continue;
      if (ReadRef(repository_, ref->name) != ref->after) continue;
      const RefUpdate back{ref->name, ref->after, ref->before};
      if (UpdateRef(repository_, back, record_.who, "backgraft: put back",
                    operation_.PathOf("lock-back")) == RefOutcome::kMoved)
        result_.moved_refs.push_back(ref->name);
    }
  }

  const Repository& repository_;
  OpenOperation& operation_;
  const Operation& record_;
  RolledBack result_;
};

}  // namespace

std::string JournalDirectory(const Repository& repository) {
  return repository.common_dir() + "/backgraft";
}

std::string WorktreeName(const Repository& repository) {
  const std::string& git_dir = repository.git_dir();
  return git_dir == repository.common_dir()
             ? ""
             : git_dir.substr(git_dir.rfind('/') + 1);
}

std::optional<Repository> OpenWorktree(const Repository& repository,
                                       const std::string& name) {
  const std::string& common_dir = repository.common_dir();
  if (name.empty()) return Repository::FindAt(common_dir);
  std::string link;
  if (!ReadFileIfExists(common_dir + "/worktrees/" + name + "/gitdir", &link))
    return std::nullopt;
  while (!link.empty() && link.back() == '\n') link.pop_back();
  // Absolute, or relative to where it stands (worktree.useRelativePaths).
  if (!link.starts_with('/'))
    link = common_dir + "/worktrees/" + name + "/" + link;
  const std::string root = link.substr(0, link.rfind('/'));
  if (access(root.c_str(), F_OK) != 0) return std::nullopt;
  return Repository::FindAt(root);
}

RolledBack RollBack(const Repository& repository, OpenOperation& operation,
                    const Operation& record) {
  return RollBackRun(repository, operation, record).Run();
}

std::string TryRollBack(const Repository& repository, OpenOperation& operation,
                        const Operation& record) noexcept {
  try {
    const RolledBack result = RollBack(repository, operation, record);
    std::string moved;
    for (const std::string& name : result.moved_refs)
      moved += (moved.empty() ? "" : ", ") + ShortRefName(name);
    return moved.empty() ? "" : moved + " was moved by another program";
  } catch (const std::exception& error) {
    return error.what();
  }
}

Error WithPutBackFailure(const Error& error, const std::string& failed) {
  std::vector<std::string> hints = error.hints();
  if (!failed.empty()) {
    hints.push_back("not everything could be put back: " + failed);
    hints.emplace_back("when that is mended: backgraft recover");
  }
  return Error(error.kind(), error.what(), hints).WithPaths(error.paths());
}

bool MayNeedRecovery(const Repository& repository) {
  const std::string directory = JournalDirectory(repository);
  return IsLockFileThere(directory) || !Journal(directory).ListOpen().empty();
}

std::vector<Recovered> Recover(
    const Repository& repository, const OperationLock&,
    const std::function<void(const Operation&)>& switch_back) {
  std::vector<Recovered> all;
  const Journal journal(JournalDirectory(repository));
  const std::vector<std::string> open = journal.ListOpen();
  // The newest first: it may stand on what an older one was stopped in.
  for (auto id = open.rbegin(); id != open.rend(); ++id) {
    OpenOperation operation = journal.Reopen(*id);
    Recovered& recovered = all.emplace_back();
    recovered.id = *id;
    recovered.record = Journal::RecordOf(operation);
    if (!recovered.record) {
      RemoveOwnLocks(repository, operation);
      operation.Discard();
      continue;
    }
    Operation record = *recovered.record;
    if (switch_back) switch_back(record);
    const Repository* own = &repository;
    std::optional<Repository> other;
    if (record.worktree != WorktreeName(repository)) {
      other = OpenWorktree(repository, record.worktree);
      // Its files are gone with it.
      if (!other) record.checked_out = false;
      if (other) own = &*other;
    }
    recovered.result = RollBack(*own, operation, record);
  }
  RemoveLeftovers(repository);
  return all;
}

}  // namespace backgraft::git
