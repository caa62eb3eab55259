#include "git/inverse_paths.h"

#include <algorithm>
#include <set>

#include "base/directory_names.h"

namespace backgraft::git {
namespace {

using Kind = PathState::Kind;

class Finder {
 public:
  Finder(const std::string& root, const Operation& target,
         const StateSource& before, const StateSource& after)
      : stack_(root), before_(before), after_(after) {
    for (const PathRecord& path : target.paths) known_.insert(path.path);
  }

  void Look(const PathRecord& record) {
    std::optional<struct stat> now;
    Place place;
    if (stack_.Enter(ParentOf(record.path))) {
      place = PlaceOf(record.path);
      now = StatAt(place.directory, place.name, place.full_path);
    } else if (!stack_.blocked().empty() &&
               record.before.kind != Kind::kAbsent &&
               known_.insert(stack_.blocked()).second) {
      LookAtBlocker(stack_.blocked());
    }
    if (IsInState(place, now, record.path, record.before, before_)) return;
    const bool is_as_left =
        IsInState(place, now, record.path, record.after, after_);
    if (!is_as_left && now && S_ISDIR(now->st_mode)) {
      if (record.before.kind != Kind::kAbsent) WalkDirectory(record.path);
      now.reset();
    } else if (!is_as_left) {
      found_.changed.push_back(record.path);
    }
    Add(record.path, State(now, is_as_left ? &record.after : nullptr),
        record.before);
  }

  InversePaths Finish() {
    std::sort(changes_.begin(), changes_.end(),
              [](const Change& a, const Change& b) {
                return a.record.path < b.record.path;
              });
    for (size_t i = 0; i < changes_.size(); ++i) {
      PathRecord& record = changes_[i].record;
      if (!record.before.saved.empty())
        record.before.saved = "before/" + std::to_string(i);
      found_.sources.push_back(record.after.saved);
      if (!record.after.saved.empty())
        record.after.saved = "after/" + std::to_string(i);
      found_.paths.push_back(std::move(record));
    }
    std::sort(found_.changed.begin(), found_.changed.end());
    return std::move(found_);
  }

 private:
  struct Change {
    PathRecord record;
  };

  Place PlaceOf(const std::string& path) const {
    return {stack_.fd(), std::string(NameOf(path)), stack_.Full(path)};
  }

  // How a file is now. Its bytes are to be saved unless `left`, the state it is
  // in, has them in a blob.
  static PathState State(const std::optional<struct stat>& now,
                         const PathState* left) {
    PathState state;
    if (!now) return state;
    state.kind = S_ISDIR(now->st_mode)   ? Kind::kDirectory
                 : S_ISLNK(now->st_mode) ? Kind::kSymlink
                                         : Kind::kFile;
    if (state.kind == Kind::kDirectory) return state;
    state.mode = now->st_mode & 07777;
    state.exact_mode = true;
    state.modified = FileTime{now->st_mtim.tv_sec, now->st_mtim.tv_nsec};
    if (left != nullptr && left->saved.empty() && !left->converted)
      state.blob = left->blob;
    else
      state.saved = "?";  // Finish() gives it its name
    return state;
  }

  void Add(const std::string& path, const PathState& now,
           const PathState& wanted) {
    if (now.kind == Kind::kAbsent && wanted.kind == Kind::kAbsent) return;
    changes_.push_back({{path, now, wanted}});
  }

  // A file of somebody's that has to go.
  void AddInTheWay(const std::string& path, const struct stat& file) {
    found_.changed.push_back(path);
    Add(path, State(file, nullptr), {});
  }

  void LookAtBlocker(const std::string& path) {
    if (!stack_.Enter(ParentOf(path))) return;
    const Place place = PlaceOf(path);
    if (auto file = StatAt(place.directory, place.name, place.full_path))
      AddInTheWay(path, *file);
  }

  void WalkDirectory(const std::string& top) {
    std::vector<std::string> pending = {top};
    while (!pending.empty()) {
      const std::string directory = std::move(pending.back());
      pending.pop_back();
      if (!stack_.Enter(directory)) continue;
      found_.directories_in_the_way.push_back(directory);
      if (StatAt(stack_.fd(), ".git", directory)) {
        found_.repositories.push_back(directory + "/");
        continue;
      }
      for (const std::string& name :
           NamesIn(stack_.fd(), stack_.Full(directory))) {
        const std::string path = directory + "/" + name;
        const auto file = StatAt(stack_.fd(), name, stack_.Full(path));
        if (!file) continue;
        if (S_ISDIR(file->st_mode))
          pending.push_back(path);
        else if (known_.insert(path).second)
          AddInTheWay(path, *file);
      }
    }
  }

  DirectoryStack stack_;
  const StateSource& before_;
  const StateSource& after_;
  std::set<std::string> known_;
  std::vector<Change> changes_;
  InversePaths found_;
};

}  // namespace

InversePaths FindInversePaths(const std::string& root, const Operation& target,
                              const StateSource& before,
                              const StateSource& after) {
  Finder finder(root, target, before, after);
  for (const PathRecord& record : target.paths) finder.Look(record);
  return finder.Finish();
}

}  // namespace backgraft::git
