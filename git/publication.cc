#include "git/publication.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/escape.h"
#include "git/index_file.h"
#include "git/index_lock.h"
#include "git/linked_worktrees.h"
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

  // What follows is for a checkout only.
  bool checks_out = false;
  std::optional<IndexLock> lock;
  Index unlocked;  // what a preview reads
  std::vector<TreeChange> changes;
  WorktreeRules rules;
  WorktreeCheck check;
  std::optional<WorktreeWriter> writer;

  size_t refs_moved = 0;
  bool git_dir_files_written = false;
};

namespace {

// How messages name a ref.
std::string ShortName(const std::string& ref) {
  constexpr std::string_view kHeads = "refs/heads/";
  return ref.starts_with(kHeads) ? "branch " + Quote(ref.substr(kHeads.size()))
                                 : Quote(ref);
}

// At most so many paths are spelled out in one message.
constexpr size_t kShownPaths = 20;

std::string List(const std::vector<std::string>& paths) {
  std::string out;
  for (size_t i = 0; i < std::min(paths.size(), kShownPaths); ++i)
    out += (i ? ", " : "") + Quote(paths[i]);
  if (paths.size() > kShownPaths)
    out += " and " + std::to_string(paths.size() - kShownPaths) + " more";
  return out;
}

void RefuseObstacles(const Obstacles& obstacles) {
  if (!obstacles.Refuse()) return;
  std::vector<std::string> clauses;
  std::vector<std::string> hints;
  std::vector<std::string> paths;
  auto add = [&](const std::vector<std::string>& some, const char* what,
                 const char* hint) {
    if (some.empty()) return;
    clauses.push_back(what + List(some));
    hints.emplace_back(hint);
    paths.insert(paths.end(), some.begin(), some.end());
  };
  add(obstacles.unmerged, "unmerged paths: ",
      "resolve them and commit, or give up: git merge --abort");
  add(obstacles.uncommitted, "uncommitted changes in the way: ",
      "commit them, or put them aside: git stash");
  add(obstacles.untracked, "untracked files in the way: ",
      "move them, or put them aside: git stash --include-untracked");
  std::string message;
  for (const std::string& clause : clauses)
    message += (message.empty() ? "" : "; ") + clause;
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  throw Error(ErrorKind::kRefused, message, hints).WithPaths(std::move(paths));
}

void RefuseBusy(const Repository& repository, const PublicationPlan& plan) {
  for (const RefUpdate& update : plan.refs)
    if (auto where = CheckedOutElsewhere(repository, update.name))
      throw Error(
          ErrorKind::kRefused,
          ShortName(update.name) + " is checked out in " + Quote(*where),
          {"run it there: backgraft -C " + Quote(*where) + " ..."});
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
  if (!plan.tree_after || repository.is_bare()) return state;
  // HEAD is read under the lock: git switches branches with it held.
  if (take_lock) state->lock.emplace(IndexLock::Take(repository));
  state->checks_out = MovesHead(repository, plan);
  if (!state->checks_out) {
    state->lock.reset();
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
  RefuseObstacles(state->check.obstacles);
  return state;
}

PublicationResult Publication::Preview(const Repository& repository,
                                       const ObjectReader& objects,
                                       const PublicationPlan& plan) {
  std::unique_ptr<State> state = Inspect(repository, objects, plan, false);
  return {{}, state->check.obstacles.ignored, state->checks_out};
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
    MoveRefs();
    if (state_->checks_out) CheckOut();
  } catch (const Error& error) {
    std::string failed = PutBack();
    if (failed.empty()) throw;
    std::vector<std::string> hints = error.hints();
    hints.push_back("not everything could be put back: " + failed);
    throw Error(error.kind(), error.what(), hints).WithPaths(error.paths());
  } catch (...) {
    PutBack();
    throw;
  }
  state_->lock.reset();
  PublicationResult result;
  result.checked_out = state_->checks_out;
  result.replaced_ignored = state_->check.obstacles.ignored;
  if (state_->writer) result.left_alone = state_->writer->left_alone();
  return result;
}

void Publication::MoveRefs() {
  const PublicationPlan& plan = state_->plan;
  for (const RefUpdate& update : plan.refs) {
    bool moved;
    if (update.before == update.after) {
      moved = ReadRef(state_->repository, update.name) != update.before;
    } else {
      moved = UpdateRef(state_->repository, update, plan.who,
                        plan.log_message) == RefOutcome::kMoved;
    }
    if (moved)
      throw Error(
          ErrorKind::kRefused,
          ShortName(update.name) + " was moved by another program",
          {"look at it, then run the command again: git log " + update.name});
    ++state_->refs_moved;
  }
}

void Publication::CheckOut() {
  State& state = *state_;
  const std::string& root = state.repository.workdir();
  WorktreeWriterOptions options;
  options.save_parent = state.repository.git_dir();
  state.writer.emplace(root, state.objects, state.changes, state.check,
                       state.rules, options);
  state.writer->Apply();
  Index index = UpdatedIndex(state.lock->index(), state.changes, state.check,
                             state.writer->stats());
  SetUnmerged(state.plan.unmerged, &index);
  SmudgeRacyEntries(root, state.rules, state.changes, &index);
  if (index.cache_tree)
    UpdateCacheTree(&*index.cache_tree, index.entries, state.repository);
  state.lock->Write(index);
  state.writer->Sync();
  if (!state.plan.git_dir_files.empty()) {
    WriteGitDirFiles(state.repository.git_dir(), state.plan.git_dir_files);
    state.git_dir_files_written = true;
  }
  state.lock->Publish();
}

std::string Publication::PutBack() noexcept {
  std::string failed;
  auto attempt = [&](const std::string& what, auto&& step) {
    try {
      step();
    } catch (const std::exception& error) {
      failed += (failed.empty() ? "" : "; ") + what + ": " + error.what();
    }
  };
  const PublicationPlan& plan = state_->plan;
  if (state_->git_dir_files_written)
    attempt("notes for git", [&] {
      RemoveGitDirFiles(state_->repository.git_dir(), plan.git_dir_files);
    });
  if (state_->writer) attempt("files", [&] { state_->writer->Rollback(); });
  while (state_->refs_moved > 0) {
    const RefUpdate& update = plan.refs[--state_->refs_moved];
    if (update.before == update.after) continue;
    attempt(ShortName(update.name), [&] {
      RefUpdate back{update.name, update.after, update.before};
      if (UpdateRef(state_->repository, back, plan.who,
                    "backgraft: put back") == RefOutcome::kMoved)
        throw Error(ErrorKind::kRefused, "moved by another program");
    });
  }
  return failed;
}

}  // namespace backgraft::git
