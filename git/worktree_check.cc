#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <mutex>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/escape.h"
#include "base/parallel.h"
#include "git/directory_stack.h"
#include "git/dotgit.h"
#include "git/worktree.h"
#include "git/worktree_file.h"

namespace backgraft::git {
namespace {

struct DirDeleter {
  void operator()(DIR* dir) const noexcept { closedir(dir); }
};
using DirHandle = std::unique_ptr<DIR, DirDeleter>;

// Changes that one worker looks at before it takes the next.
constexpr size_t kGrain = 256;

void RequireSafe(const std::string& path) {
  std::string_view rest = path;
  while (true) {
    size_t slash = rest.find('/');
    std::string_view name = rest.substr(0, slash);
    if (name.empty() || name == "." || name == ".." || IsDotGitAnywhere(name))
      throw Error(ErrorKind::kRefused,
                  Quote(path) + " is no path that may be checked out");
    if (slash == std::string_view::npos) return;
    rest.remove_prefix(slash + 1);
  }
}

std::string FoldCase(std::string path) {
  for (char& c : path)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return path;
}

// What is the same for all workers.
struct Context {
  const Index& index;
  const std::vector<TreeChange>& changes;
  const WorktreeRules& rules;
  // With core.ignoreCase: the deleted paths, folded.
  std::set<std::string> folded_deletions;

  // Whether `changes` delete `path`.
  bool Deletes(std::string_view path) const {
    auto it = std::lower_bound(
        changes.begin(), changes.end(), path,
        [](const TreeChange& c, std::string_view key) { return c.path < key; });
    return it != changes.end() && it->path == path && !it->after;
  }
  // Whether the file at `path` is one of git's that the changes take away.
  bool Goes(std::string_view path) const {
    return index.Find(path) != nullptr && Deletes(path);
  }
};

class Checker {
 public:
  Checker(const std::string& root, const Context& context)
      : context_(context), stack_(root) {}

  PlannedFile Check(const TreeChange& change) {
    RequireSafe(change.path);
    PlannedFile plan;
    const IndexEntry* entry = context_.index.Find(change.path);
    bool intent_to_add = entry && entry->intent_to_add;
    std::optional<FileState> staged;
    if (entry && !intent_to_add) staged = FileState{entry->mode, entry->oid};
    if (change.after && !change.before) CheckNeighbours(change.path);
    if (intent_to_add || (staged != change.before && staged != change.after))
      Uncommitted(change.path);

    std::optional<FileAt> file = Look(change);
    if (entry && entry->skip_worktree) {
      plan.skip_worktree = true;
      if (!file) return plan;
    }
    if (!file) {
      if (!change.after) return plan;
      plan.step = FileStep::kWrite;
      // An empty directory is all there is to a submodule that was not fetched.
      if (staged && staged->mode != FileMode::kGitlink)
        Uncommitted(change.path);
      return plan;
    }
    if (S_ISDIR(file->stat.st_mode)) {
      CheckDirectory(change, staged, &plan);
      return plan;
    }
    plan.seen = FileIdentity::From(file->stat);
    if (staged)
      CheckTracked(change, *entry, *file, &plan);
    else
      CheckUntracked(change, intent_to_add, *file, &plan);
    return plan;
  }

  WorktreeCheck found;  // without `files`

 private:
  void Uncommitted(const std::string& path) {
    found.obstacles.uncommitted.push_back(path);
  }

  // A file that has to go and that no change takes away: an untracked one, or
  // one that was added to the index only (CheckNeighbours() refuses that).
  void InTheWayAt(const std::string& path, const FileIdentity& seen) {
    found.in_the_way.push_back({path, seen});
    if (context_.index.Find(path)) return;
    bool ignored = context_.rules.ignores && context_.rules.ignores(path);
    (ignored ? found.obstacles.ignored : found.obstacles.untracked)
        .push_back(path);
  }

  // Entries of the index that a new file at `path` leaves no room for: those
  // above it and those below it, where the changes do not delete them.
  void CheckNeighbours(const std::string& path) {
    std::string below = path + "/";
    for (size_t i = context_.index.LowerBound(below);
         i < context_.index.entries.size(); ++i) {
      const IndexEntry& entry = context_.index.entries[i];
      if (!entry.path.starts_with(below)) break;
      if (!context_.Deletes(entry.path)) Uncommitted(entry.path);
    }
    std::string_view above = ParentOf(path);
    if (above == parent_checked_) return;
    parent_checked_ = above;
    for (; !above.empty(); above = ParentOf(above))
      if (context_.index.Find(above) && !context_.Deletes(above))
        Uncommitted(std::string(above));
  }

  std::optional<FileAt> Look(const TreeChange& change) {
    if (!stack_.Enter(ParentOf(change.path))) {
      const std::string& blocked = stack_.blocked();
      // One that the changes delete is looked at as a change of its own.
      if (!blocked.empty() && change.after && !context_.Goes(blocked) &&
          blocked != blocked_checked_) {
        blocked_checked_ = blocked;
        CheckBlocking(blocked);
      }
      return std::nullopt;
    }
    FileAt file{stack_.fd(),
                std::string(NameOf(change.path)),
                change.path,
                stack_.Full(change.path),
                {}};
    std::optional<struct stat> found_stat =
        StatAt(file.directory, file.name, file.full_path);
    if (!found_stat) return std::nullopt;
    file.stat = *found_stat;
    return file;
  }

  void CheckBlocking(const std::string& path) {
    if (!stack_.Enter(ParentOf(path))) return;
    std::optional<struct stat> file =
        StatAt(stack_.fd(), std::string(NameOf(path)), stack_.Full(path));
    if (file) InTheWayAt(path, FileIdentity::From(*file));
  }

  void CheckTracked(const TreeChange& change, const IndexEntry& entry,
                    const FileAt& file, PlannedFile* plan) {
    const WorktreeRules& rules = context_.rules;
    FileState staged{entry.mode, entry.oid};
    plan->step = change.after ? FileStep::kWrite : FileStep::kDelete;
    if (MatchesEntry(file, context_.index, entry, rules)) {
      if (staged == change.after) plan->step = FileStep::kCurrent;
      plan->reproducible = staged == change.before &&
                           !(rules.converts && rules.converts(change.path));
    } else if (change.after && FileEquals(file, *change.after, rules)) {
      plan->step = FileStep::kCurrent;
    } else {
      Uncommitted(change.path);
    }
  }

  void CheckUntracked(const TreeChange& change, bool intent_to_add,
                      const FileAt& file, PlannedFile* plan) {
    if (!change.after) return;
    if (FileEquals(file, *change.after, context_.rules)) {
      plan->step = FileStep::kCurrent;
      if (intent_to_add) found.obstacles.uncommitted.pop_back();
      return;
    }
    plan->step = FileStep::kWrite;
    if (intent_to_add) return;
    if (context_.folded_deletions.count(FoldCase(change.path))) {
      plan->seen.reset();  // it is the file of another name, which goes first
      return;
    }
    bool ignored =
        context_.rules.ignores && context_.rules.ignores(change.path);
    (ignored ? found.obstacles.ignored : found.obstacles.untracked)
        .push_back(change.path);
  }

  void CheckDirectory(const TreeChange& change,
                      const std::optional<FileState>& staged,
                      PlannedFile* plan) {
    bool is_submodule = staged && staged->mode == FileMode::kGitlink;
    if (change.after && change.after->mode == FileMode::kGitlink) {
      plan->step = FileStep::kCurrent;
      return;
    }
    if (!change.after) {
      // Goes if it is empty; a submodule with files is left alone.
      if (is_submodule) plan->step = FileStep::kDelete;
      return;
    }
    plan->step = FileStep::kWrite;
    if (staged && !is_submodule) Uncommitted(change.path);
    WalkDirectory(change.path);
  }

  // Everything below a directory where a file has to go.
  void WalkDirectory(const std::string& top) {
    std::vector<std::string> pending = {top};
    while (!pending.empty()) {
      std::string directory = std::move(pending.back());
      pending.pop_back();
      if (!stack_.Enter(directory)) continue;
      int fd = openat(stack_.fd(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (fd < 0) ThrowErrno(errno, "cannot read", stack_.Full(directory));
      DirHandle handle(fdopendir(fd));
      if (!handle) {
        UniqueFd closes(fd);
        ThrowErrno(errno, "cannot read", stack_.Full(directory));
      }
      found.directories_in_the_way.push_back(directory);
      bool is_repository = StatAt(fd, ".git", directory).has_value();
      if (is_repository) {
        // Somebody's history: never saved and removed like a file.
        found.obstacles.repositories.push_back(directory + "/");
        continue;
      }
      errno = 0;
      while (const dirent* item = readdir(handle.get())) {
        std::string name = item->d_name;
        if (name == "." || name == "..") continue;
        std::string path = directory + "/" + name;
        std::optional<struct stat> file = StatAt(fd, name, stack_.Full(path));
        if (file && S_ISDIR(file->st_mode))
          pending.push_back(std::move(path));
        else if (file && !context_.Goes(path))
          InTheWayAt(path, FileIdentity::From(*file));
        errno = 0;
      }
      if (errno != 0) ThrowErrno(errno, "cannot read", stack_.Full(directory));
    }
  }

  const Context& context_;
  DirectoryStack stack_;
  std::string parent_checked_;
  std::string blocked_checked_;
};

void MakeUnique(std::vector<std::string>* paths) {
  std::sort(paths->begin(), paths->end());
  paths->erase(std::unique(paths->begin(), paths->end()), paths->end());
}

template <typename T>
void Append(std::vector<T>* to, std::vector<T>* from) {
  to->insert(to->end(), std::make_move_iterator(from->begin()),
             std::make_move_iterator(from->end()));
}

}  // namespace

WorktreeCheck CheckWorktree(const std::string& root, const Index& index,
                            const std::vector<TreeChange>& changes,
                            const WorktreeRules& rules) {
  WorktreeCheck all;
  Context context{index, changes, rules, {}};
  if (rules.ignore_case)
    for (const TreeChange& change : changes)
      if (!change.after) context.folded_deletions.insert(FoldCase(change.path));
  for (const IndexEntry& entry : index.entries)
    if (entry.stage != 0) all.obstacles.unmerged.push_back(entry.path);

  all.files.resize(changes.size());
  std::mutex mutex;
  RunParallel(0, changes.size(), kGrain, [&](RangeQueue* queue) {
    Checker checker(root, context);
    while (auto range = queue->Next())
      for (size_t i = range->first; i < range->second; ++i)
        all.files[i] = checker.Check(changes[i]);
    std::lock_guard lock(mutex);
    Obstacles& from = checker.found.obstacles;
    Append(&all.obstacles.uncommitted, &from.uncommitted);
    Append(&all.obstacles.untracked, &from.untracked);
    Append(&all.obstacles.ignored, &from.ignored);
    Append(&all.obstacles.repositories, &from.repositories);
    Append(&all.in_the_way, &checker.found.in_the_way);
    Append(&all.directories_in_the_way, &checker.found.directories_in_the_way);
  });
  MakeUnique(&all.obstacles.uncommitted);
  MakeUnique(&all.obstacles.untracked);
  MakeUnique(&all.obstacles.ignored);
  MakeUnique(&all.obstacles.unmerged);
  MakeUnique(&all.obstacles.repositories);
  MakeUnique(&all.directories_in_the_way);
  std::sort(all.in_the_way.begin(), all.in_the_way.end());
  all.in_the_way.erase(std::unique(all.in_the_way.begin(), all.in_the_way.end(),
                                   [](const InTheWay& a, const InTheWay& b) {
                                     return a.path == b.path;
                                   }),
                       all.in_the_way.end());
  return all;
}

}  // namespace backgraft::git
