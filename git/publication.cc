#include "git/publication.h"

#include <unistd.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include "base/error.h"
#include "base/escape.h"
#include "git/index_file.h"
#include "git/index_lock.h"
#include "git/journal.h"
#include "git/kept_objects.h"
#include "git/linked_worktrees.h"
#include "git/obstacles.h"
#include "git/operation_lock.h"
#include "git/publication_record.h"
#include "git/recovery.h"
#include "git/repository.h"
#include "git/tree_diff.h"
#include "git/worktree.h"
#include "git/worktree_rules.h"
#include "git/worktree_writer.h"

namespace backgraft::git {

struct Publication::State {
  const Repository& repository;
  const ObjectReader& objects;
  PublicationPlan plan;

  State(const Repository& in, const ObjectReader& from,
        const PublicationPlan& what)
      : repository(in), objects(from), plan(what) {}

  std::optional<OperationLock> operation_lock;  // unless `repository` has it
  std::optional<OpenOperation> operation;
  Operation record;
  bool recorded = false;

  // What follows is for a checkout only.
  bool checks_out = false;
  std::optional<IndexLock> lock;
  Index unlocked;  // what a preview reads
  std::vector<TreeChange> changes;
  WorktreeRules rules;
  WorktreeCheck check;
  std::optional<WorktreeWriter> writer;
};

namespace {

void RefuseBusy(const Repository& repository, const PublicationPlan& plan) {
  for (const RefUpdate& update : plan.refs)
    if (auto where = CheckedOutElsewhere(repository, update.name))
      throw Error(
          ErrorKind::kRefused,
          ShortRefName(update.name) + " is checked out in " + Quote(*where),
          {"run it there: backgraft -C " + Quote(*where) + " ..."});
}

// With `force`, sorted.
std::vector<std::string> Overwritten(const Obstacles& obstacles) {
  std::vector<std::string> paths;
  std::set_union(obstacles.uncommitted.begin(), obstacles.uncommitted.end(),
                 obstacles.untracked.begin(), obstacles.untracked.end(),
                 std::back_inserter(paths));
  return paths;
}

bool MovesHead(const Repository& repository, const PublicationPlan& plan) {
  std::string head = repository.HeadRef();
  for (const RefUpdate& update : plan.refs)
    if (update.name == head) return true;
  return false;
}

}  // namespace

std::unique_ptr<Publication::State> Publication::Inspect(
    const Repository& repository, const ObjectReader& objects,
    const PublicationPlan& plan, bool take_lock) {
  auto state = std::make_unique<State>(repository, objects, plan);
  if (plan.check_interrupted) plan.check_interrupted();
  RefuseBusy(repository, plan);
  if (take_lock) {
    const std::string journal = JournalDirectory(repository);
    if (repository.lock() == nullptr)
      state->operation_lock.emplace(OperationLock::Take(journal, {}));
    state->operation.emplace(Journal(journal).Begin());
  }
  if (!plan.tree_after || repository.is_bare()) return state;
  // HEAD is read under the lock: git switches branches with it held.
  const std::string witness =
      take_lock ? state->operation->PathOf(kIndexAfter) : "";
  if (take_lock) state->lock.emplace(IndexLock::Take(repository, witness));
  state->checks_out = MovesHead(repository, plan);
  if (!state->checks_out) {
    state->lock.reset();
    if (take_lock) unlink(witness.c_str());
    return state;
  }
  if (auto operation = repository.OperationInProgress())
    throw Error(ErrorKind::kRefused, "git is in the middle of a " + *operation,
                {"finish it, or give it up: git " + *operation + " --abort"});
  state->changes = DiffTrees(objects, plan.tree_before, plan.tree_after);
  if (!take_lock)
    state->unlocked = ReadIndexFile(repository.git_dir() + "/index");
  const Index& index = take_lock ? state->lock->index() : state->unlocked;
  state->rules = RulesOf(repository, objects, index, state->changes);
  state->check =
      CheckWorktree(repository.workdir(), index, state->changes, state->rules);
  RefuseObstacles(state->check.obstacles, plan.force);
  return state;
}

PublicationResult Publication::Preview(const Repository& repository,
                                       const ObjectReader& objects,
                                       const PublicationPlan& plan) {
  std::unique_ptr<State> state = Inspect(repository, objects, plan, false);
  PublicationResult result;
  result.overwritten = Overwritten(state->check.obstacles);
  result.replaced_ignored = state->check.obstacles.ignored;
  result.checked_out = state->checks_out;
  return result;
}

Publication Publication::Prepare(const Repository& repository,
                                 const ObjectReader& objects,
                                 const PublicationPlan& plan) {
  repository.RefreshObjects();
  return Publication(Inspect(repository, objects, plan, true));
}

Publication::Publication(std::unique_ptr<State> state)
    : state_(std::move(state)) {}
Publication::Publication(Publication&&) noexcept = default;
Publication::~Publication() = default;

PublicationResult Publication::Publish() {
  if (state_->plan.check_interrupted) state_->plan.check_interrupted();
  try {
    Record();
    if (state_->plan.parts != nullptr) state_->plan.parts->Switch();
    MoveRefs();
    if (state_->checks_out) CheckOut();
    state_->operation->Complete();
  } catch (const Error& error) {
    throw WithPutBackFailure(error, PutBack());
  } catch (...) {
    PutBack();
    throw;
  }
  PublicationResult result;
  result.operation = state_->operation->id();
  state_->lock.reset();
  result.checked_out = state_->checks_out;
  result.overwritten = Overwritten(state_->check.obstacles);
  result.replaced_ignored = state_->check.obstacles.ignored;
  if (state_->writer) result.left_alone = state_->writer->left_alone();
  return result;
}

void Publication::Record() {
  State& state = *state_;
  Operation& record = state.record;
  const PublicationPlan& plan = state.plan;
  record = BeginRecord(state.repository, *state.operation, plan);
  record.checked_out = state.checks_out;
  std::map<std::string, Oid> kept = KeptRefs(plan);
  if (state.checks_out) {
    WorktreeWriterOptions options;
    options.operation = state.operation->directory();
    options.written = plan.written;
    state.writer.emplace(state.repository.workdir(), state.objects,
                         state.changes, state.check, state.rules, options);
    state.writer->Save();
    record.paths = state.writer->Records();
    record.directories = state.writer->Directories(record.paths);
    record.had_index = KeepIndex(state.lock->path(), *state.operation);
    if (auto staged =
            KeepStaged(state.repository, state.lock->index(), state.changes))
      kept.emplace("staged", *staged);
  }
  state.operation->Write(record);
  state.recorded = true;
  KeepObjects(state.repository, *state.operation, kept);
}

void Publication::MoveRefs() {
  const PublicationPlan& plan = state_->plan;
  for (const RefUpdate& update : plan.refs) {
    bool moved;
    if (update.before == update.after) {
      moved = ReadRef(state_->repository, update.name) != update.before;
    } else {
      moved = UpdateRef(state_->repository, update, plan.who, plan.log_message,
                        state_->operation->PathOf("lock-ref")) ==
              RefOutcome::kMoved;
    }
    if (moved)
      throw Error(
          ErrorKind::kRefused,
          ShortRefName(update.name) + " was moved by another program",
          {"look at it, then run the command again: git log " + update.name});
  }
}

void Publication::CheckOut() {
  State& state = *state_;
  const std::string& root = state.repository.workdir();
  state.writer->Apply();
  Index index = UpdatedIndex(state.lock->index(), state.changes, state.check,
                             state.writer->stats());
  SetUnmerged(state.plan.unmerged, &index);
  SmudgeRacyEntries(root, state.rules, state.changes, &index);
  if (index.cache_tree)
    UpdateCacheTree(&*index.cache_tree, index.entries, state.repository);
  state.lock->Write(index);
  state.writer->Sync();
  if (!state.plan.git_dir_files.empty())
    WriteGitDirFiles(state.repository.git_dir(), state.plan.git_dir_files);
  state.lock->Publish();
}

std::string Publication::PutBack() noexcept {
  State& state = *state_;
  // Without a record, nothing has changed.
  if (!state.recorded) return "";
  // RollBack() locks it for itself.
  state.lock.reset();
  try {
    if (state.plan.parts != nullptr) state.plan.parts->PutBack();
  } catch (const std::exception& error) {
    return error.what();
  }
  return TryRollBack(state.repository, *state.operation, state.record);
}

}  // namespace backgraft::git
