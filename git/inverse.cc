#include "git/inverse.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <optional>

#include "base/error.h"
#include "base/escape.h"
#include "git/git_dir_files.h"
#include "git/index_file.h"
#include "git/index_lock.h"
#include "git/inverse_index.h"
#include "git/inverse_paths.h"
#include "git/journal.h"
#include "git/kept_objects.h"
#include "git/obstacles.h"
#include "git/publication_record.h"
#include "git/recovery.h"
#include "git/refs.h"
#include "git/saved_files.h"
#include "git/tree_diff.h"
#include "git/worktree.h"
#include "git/worktree_rules.h"

namespace backgraft::git {
namespace {

// "Name <mail>" of the operation, and now.
std::string WhoNow(const std::string& who) {
  return who.substr(0, who.rfind('>') + 1) + " " +
         std::to_string(std::time(nullptr)) + " +0000";
}

class Inverse {
 public:
  Inverse(const Repository& repository, const Operation& target,
          const InverseOptions& options)
      : repository_(repository),
        target_(target),
        options_(options),
        journal_(JournalDirectory(repository)),
        directory_(journal_.DirectoryOf(target.id)) {}

  InverseResult Run() {
    RefuseMovedRefs();
    RefuseOtherTree();
    if (!options_.dry_run) {
      operation_.emplace(journal_.Begin());
      if (target_.checked_out)
        lock_.emplace(
            IndexLock::Take(repository_, operation_->PathOf(kIndexAfter)));
    }
    if (target_.checked_out) {
      RefuseBusy();
      LookAtTree();
    }
    FillRecord();
    if (options_.check_interrupted) options_.check_interrupted();
    if (!options_.dry_run) CarryOut();
    result_.record = std::move(record_);
    return std::move(result_);
  }

 private:
  void RefuseMovedRefs() const {
    for (const RefUpdate& ref : target_.refs) {
      if (ReadRef(repository_, ref.name) == ref.after) continue;
      throw Error(
          ErrorKind::kRefused,
          ShortRefName(ref.name) + " is no longer where operation " +
              target_.id + " left it",
          {"undo what came after it first: backgraft log",
           "or undo it by new commits: backgraft revert --to " +
               (ref.before ? ref.before->Hex().substr(0, 10) : "STATE")});
    }
  }

  void RefuseOtherTree() const {
    if (target_.refs.empty()) return;
    const std::string& branch = target_.refs.front().name;
    const bool is_head =
        !repository_.is_bare() &&
        repository_.HeadRef() == ResolveRefName(repository_, branch);
    if (target_.worktree != WorktreeName(repository_) && target_.checked_out) {
      auto other = OpenWorktree(repository_, target_.worktree);
      throw Error(ErrorKind::kRefused,
                  "operation " + target_.id +
                      " was done in another working tree" +
                      (other ? ", " + Quote(other->workdir()) : ""),
                  {other ? "backgraft -C " + Quote(other->workdir()) +
                               " undo " + target_.id
                         : "git worktree list"});
    }
    if (target_.checked_out == is_head) return;
    throw Error(
        ErrorKind::kRefused,
        ShortRefName(branch) + (is_head ? " was not" : " is not") +
            " checked out" +
            (is_head
                 ? " when operation " + target_.id + " was done, and is now"
                 : ", as it was when operation " + target_.id + " was done"),
        {is_head ? "git switch --detach"
                 : "git switch " + Quote(ShortRefName(branch, false))});
  }

  // Notes of the operation's own are what is taken back.
  void RefuseBusy() const {
    auto busy = repository_.OperationInProgress();
    if (!busy || !target_.notes.empty()) return;
    throw Error(ErrorKind::kRefused, "git is in the middle of a " + *busy,
                {"finish it, or give it up: git " + *busy + " --abort"});
  }

  void LookAtTree() {
    const std::string path = repository_.git_dir() + "/index";
    now_ = lock_ ? lock_->index() : ReadIndexFile(path);
    const Index before = ReadIndexFile(directory_ + "/" + kIndexBefore);
    const Index after = ReadIndexFile(directory_ + "/" + kIndexAfter);
    index_ = FindInverseIndex(before, after, now_);
    // As the operation itself wrote its files.
    const WorktreeRules rules = RulesOf(
        repository_, repository_, before,
        DiffTrees(repository_, target_.tree_before, target_.tree_after));
    paths_ = FindInversePaths(repository_.workdir(), target_,
                              {repository_, directory_, {}},
                              {repository_, directory_, rules.to_worktree});
    Obstacles obstacles;
    obstacles.repositories = paths_.repositories;
    std::set_union(paths_.changed.begin(), paths_.changed.end(),
                   index_.changed.begin(), index_.changed.end(),
                   std::back_inserter(obstacles.uncommitted));
    RefuseObstacles(obstacles, options_.force);
    result_.overwritten = std::move(obstacles.uncommitted);
  }

  void FillRecord() {
    record_.command = options_.command;
    record_.title = options_.command + " " + target_.id;
    record_.time = std::time(nullptr);
    record_.who = WhoNow(target_.who);
    record_.undoes = target_.id;
    record_.worktree = WorktreeName(repository_);
    record_.checked_out = target_.checked_out;
    record_.tree_before = target_.tree_after;
    record_.tree_after = target_.tree_before;
    for (const PartRecord& part : target_.parts)
      record_.parts.push_back(options_.parts.plan(part));
    for (const RefUpdate& ref : target_.refs)
      record_.refs.push_back({ref.name, ref.after, ref.before});
    for (const NoteRecord& note : target_.notes) {
      NoteRecord& mine =
          record_.notes.emplace_back(NoteRecord{note.name, {}, note.before});
      std::string bytes;
      if (ReadFileIfExists(repository_.git_dir() + "/" + note.name, &bytes))
        mine.before = std::move(bytes);
    }
    record_.paths = paths_.paths;
    if (!target_.checked_out) return;
    std::vector<std::string> above;
    for (const PathRecord& path : record_.paths) above.push_back(path.path);
    for (const std::string& directory : paths_.directories_in_the_way)
      above.push_back(directory + "/.");
    record_.directories = RecordDirectories(repository_.workdir(), above);
  }

  void CarryOut() {
    record_.id = operation_->id();
    bool recorded = false;
    try {
      if (lock_) {
        SaveFiles();
        record_.had_index = KeepIndex(lock_->path(), *operation_);
      }
      operation_->Write(record_);
      recorded = true;
      KeepObjects(repository_, *operation_, Kept());
      for (const PartRecord& part : record_.parts)
        options_.parts.carry_out(part);
      MoveRefs();
      if (lock_) CheckOut();
      result_.operation = operation_->id();
      operation_->Complete();
    } catch (const Error& error) {
      throw WithPutBackFailure(error, recorded ? PutBack() : "");
    } catch (...) {
      if (recorded) PutBack();
      throw;
    }
  }

  // What failed, if anything.
  std::string PutBack() noexcept {
    // RollBack() locks it for itself.
    lock_.reset();
    try {
      for (const PartRecord& part : record_.parts)
        options_.parts.put_back(part);
      return TryRollBack(repository_, *operation_, record_);
    } catch (const std::exception& error) {
      return error.what();
    }
  }

  // What is there now, and what is wanted and may be forgotten with `target_`.
  void SaveFiles() {
    SavedFiles before(operation_->PathOf("before"));
    SavedFiles after(operation_->PathOf("after"));
    before.Prepare();
    after.Prepare();
    DirectoryStack stack(repository_.workdir());
    for (size_t i = 0; i < record_.paths.size(); ++i) {
      const PathRecord& record = record_.paths[i];
      const std::string name = std::to_string(i);
      if (!record.before.saved.empty() && stack.Enter(ParentOf(record.path)))
        before.Save({stack.fd(), std::string(NameOf(record.path)),
                     stack.Full(record.path)},
                    name);
      if (!paths_.sources[i].empty()) {
        const std::string source = directory_ + "/" + paths_.sources[i];
        after.Save({AT_FDCWD, source, source}, name);
      }
    }
    before.Sync();
  }

  std::map<std::string, Oid> Kept() const {
    std::map<std::string, Oid> kept;
    const std::string prefix = kKeptPrefix + target_.id + "/";
    for (const Ref& ref : ListRefs(repository_, prefix))
      kept.emplace(ref.name.substr(prefix.size()), ref.oid);
    for (const Oid& oid : index_.staged)
      if (repository_.Exists(oid)) kept.emplace("staged-" + oid.Hex(), oid);
    return kept;
  }

  void MoveRefs() {
    for (const RefUpdate& ref : record_.refs) {
      if (UpdateRef(repository_, ref, record_.who,
                    "backgraft: " + record_.title,
                    operation_->PathOf("lock-ref")) == RefOutcome::kMoved)
        throw Error(
            ErrorKind::kRefused,
            ShortRefName(ref.name) + " was moved by another program",
            {"look at it, then run the command again: git log " + ref.name});
    }
  }

  void CheckOut() {
    const std::string& root = repository_.workdir();
    std::vector<PathSwitch> paths;
    for (const PathRecord& path : record_.paths)
      paths.push_back({path.path, path.before, path.after});
    const StateSource source{repository_, operation_->directory(), {}};
    SwitchedPaths switched = SwitchPaths(root, paths, DirectoriesWanted(),
                                         source, source, options_.written);
    result_.left_alone = std::move(switched.left_alone);
    Index& index = index_.index;
    SetStats(record_.paths, switched.stats, &index);
    SmudgeRacyEntries(root, RulesOf(repository_, repository_, now_, {}), {},
                      &index);
    lock_->Write(index);
    SyncTree(root);
    WriteNotes();
    lock_->Publish();
  }

  // As before the operation; what it made and somebody put files into stays.
  std::vector<DirectoryRecord> DirectoriesWanted() const {
    std::vector<DirectoryRecord> wanted = target_.directories;
    for (const std::string& path : paths_.directories_in_the_way)
      wanted.push_back({path, std::nullopt});
    std::sort(wanted.begin(), wanted.end(),
              [](const DirectoryRecord& a, const DirectoryRecord& b) {
                return a.path < b.path;
              });
    return wanted;
  }

  void WriteNotes() const {
    std::vector<GitDirFile> written, removed;
    for (const NoteRecord& note : record_.notes) {
      if (note.after)
        written.push_back({note.name, *note.after});
      else
        removed.push_back({note.name, ""});
    }
    RemoveGitDirFiles(repository_.git_dir(), removed);
    WriteGitDirFiles(repository_.git_dir(), written);
  }

  const Repository& repository_;
  const Operation& target_;
  const InverseOptions& options_;
  const Journal journal_;
  const std::string directory_;  // of `target_`
  std::optional<OpenOperation> operation_;
  std::optional<IndexLock> lock_;
  Index now_;
  InverseIndex index_;
  InversePaths paths_;
  Operation record_;
  InverseResult result_;
};

}  // namespace

InverseResult TakeBack(const Repository& repository, const Operation& target,
                       const InverseOptions& options) {
  return Inverse(repository, target, options).Run();
}

}  // namespace backgraft::git
