#include "git/path_switch.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "base/directory_names.h"
#include "base/error.h"
#include "base/filesystem_sync.h"
#include "base/io.h"

namespace backgraft::git {
namespace {

using Kind = PathState::Kind;

bool IsKind(const struct stat& file, Kind kind) {
  switch (kind) {
    case Kind::kAbsent:
      return false;
    case Kind::kFile:
      return S_ISREG(file.st_mode);
    case Kind::kSymlink:
      return S_ISLNK(file.st_mode);
    case Kind::kDirectory:
      return S_ISDIR(file.st_mode);
  }
  return false;
}

// Every directory above `paths`, outermost first; "" is not among them.
std::set<std::string> DirectoriesAbove(const std::vector<std::string>& paths) {
  std::set<std::string> directories;
  for (const std::string& path : paths)
    for (std::string_view above = ParentOf(path); !above.empty();
         above = ParentOf(above))
      if (!directories.emplace(above).second) break;
  return directories;
}

bool IsTorn(const Place& place, const struct stat& stat,
            const std::string& path, const PathState& state,
            const StateSource& source) {
  if (state.kind != Kind::kFile || !S_ISREG(stat.st_mode)) return false;
  const std::string wanted = ReadState(path, state, source);
  const std::string found =
      ReadFileAt(place.directory, place.name, place.full_path);
  return found.size() <= wanted.size() &&
         std::equal(found.begin(), found.end(), wanted.begin(),
                    [](char here, char there) {
                      return here == there || here == '\0';
                    });
}

class Switcher {
 public:
  Switcher(const std::string& root, const StateSource& from,
           const StateSource& to)
      : stack_(root), from_(from), to_(to) {}

  // Takes away what stands where something else, or nothing, is to be.
  void Clear(const PathSwitch& item) {
    if (!stack_.Enter(ParentOf(item.path))) return;
    const Place place = PlaceOf(item.path);
    const auto now = StatAt(place.directory, place.name, place.full_path);
    if (!now || IsKind(*now, item.to.kind)) return;
    if (S_ISDIR(now->st_mode)) {
      // One with something in it is somebody's; Write() reports it.
      if (item.from.kind == Kind::kDirectory || item.to.kind != Kind::kAbsent)
        RemoveDirectoryAt(place.directory, place.name, place.full_path);
      return;
    }
    if (!MayGo(place, *now, item)) {
      LeaveAlone(item.path);
      return;
    }
    if (!RemoveExpected(place, FileIdentity::From(*now))) LeaveAlone(item.path);
  }

  void Write(const PathSwitch& item) {
    const PathState& state = item.to;
    if (state.kind == Kind::kAbsent || left_alone_.count(item.path)) return;
    if (!stack_.Enter(ParentOf(item.path), DirectoryStack::Missing::kCreate))
      return LeaveAlone(item.path);
    const Place place = PlaceOf(item.path);
    const auto now = StatAt(place.directory, place.name, place.full_path);
    if (now && IsInState(place, now, item.path, state, to_)) return;
    if (state.kind == Kind::kDirectory) {
      if (mkdirat(place.directory, place.name.c_str(), 0777) != 0) {
        if (errno != EEXIST) ThrowErrno(errno, "cannot make", place.full_path);
        LeaveAlone(item.path);
      }
      return;
    }
    if (now && !MayGo(place, *now, item)) return LeaveAlone(item.path);
    const std::string content = ReadState(item.path, state, to_);
    NewFile file;
    if (state.kind == Kind::kSymlink) file.kind = NewFile::Kind::kSymlink;
    file.content = content;
    file.mode = state.mode;
    file.exact_mode = state.exact_mode;
    file.modified = state.modified;
    std::optional<FileIdentity> expected;
    if (now) expected = FileIdentity::From(*now);
    const auto written = ReplaceFile(place, file, expected);
    if (!written) return LeaveAlone(item.path);
    stats_[item.path] = IndexStat::From(*written);
  }

  void RemoveDirectory(const std::string& path) {
    if (stack_.Enter(ParentOf(path)))
      RemoveDirectoryAt(stack_.fd(), std::string(NameOf(path)),
                        stack_.Full(path));
  }

  // With its permissions from the start: a run that is stopped in between must
  // not leave others.
  void MakeDirectory(const DirectoryRecord& record) {
    if (!stack_.Enter(ParentOf(record.path), DirectoryStack::Missing::kCreate))
      return;
    const Place place = PlaceOf(record.path);
    if (StatAt(place.directory, place.name, place.full_path)) return;
    const std::string temporary =
        std::string(kTemporaryPrefix) + "d" + std::to_string(getpid());
    auto check = [&](bool done) {
      if (done) return;
      const int why = errno;
      unlinkat(place.directory, temporary.c_str(), AT_REMOVEDIR);
      ThrowErrno(why, "cannot make", place.full_path);
    };
    check(mkdirat(place.directory, temporary.c_str(), 0700) == 0);
    // One that we may not write to gets its permissions once everything is in.
    const unsigned mode = *record.mode | S_IRWXU;
    check(fchmodat(place.directory, temporary.c_str(), mode, 0) == 0);
    check(renameat(place.directory, temporary.c_str(), place.directory,
                   place.name.c_str()) == 0);
    if (mode != *record.mode) closed_.push_back(record);
  }

  void SetModes() {
    for (const DirectoryRecord& record : closed_) {
      if (!stack_.Enter(ParentOf(record.path))) continue;
      const Place place = PlaceOf(record.path);
      if (fchmodat(place.directory, place.name.c_str(), *record.mode, 0) != 0)
        ThrowErrno(errno, "cannot set permissions of", place.full_path);
    }
  }

  SwitchedPaths Finish() {
    SwitchedPaths result;
    result.left_alone.assign(left_alone_.begin(), left_alone_.end());
    result.stats = std::move(stats_);
    return result;
  }

 private:
  Place PlaceOf(const std::string& path) const {
    return {stack_.fd(), std::string(NameOf(path)), stack_.Full(path)};
  }
  // Whether it is what is expected there, nobody else's.
  bool MayGo(const Place& place, const struct stat& now,
             const PathSwitch& item) const {
    if (IsInState(place, now, item.path, item.from, from_)) return true;
    return from_.may_be_torn &&
           (IsTorn(place, now, item.path, item.from, from_) ||
            IsTorn(place, now, item.path, item.to, to_));
  }
  void LeaveAlone(const std::string& path) { left_alone_.insert(path); }

  DirectoryStack stack_;
  const StateSource& from_;
  const StateSource& to_;
  std::set<std::string> left_alone_;
  std::map<std::string, IndexStat> stats_;
  std::vector<DirectoryRecord> closed_;
};

}  // namespace

std::string ReadState(const std::string& path, const PathState& state,
                      const StateSource& source) {
  if (state.saved.empty()) {
    std::string content = source.objects.Read(state.blob, ObjectType::kBlob);
    if (state.converted && source.to_worktree)
      content = source.to_worktree(path, std::move(content));
    return content;
  }
  const std::string saved = source.directory + "/" + state.saved;
  if (state.kind == Kind::kSymlink) return ReadLinkAt(AT_FDCWD, saved, saved);
  return ReadFileAt(AT_FDCWD, saved, saved);
}

bool IsInState(const Place& place, const std::optional<struct stat>& stat,
               const std::string& path, const PathState& state,
               const StateSource& source) {
  if (!stat) return state.kind == Kind::kAbsent;
  if (!IsKind(*stat, state.kind)) return false;
  if (state.kind == Kind::kDirectory) return true;
  if (state.kind == Kind::kFile) {
    const unsigned mode = stat->st_mode & 07777;
    if (state.exact_mode ? mode != state.mode
                         : ((mode ^ state.mode) & S_IXUSR) != 0)
      return false;
  }
  const std::string wanted = ReadState(path, state, source);
  if (wanted.size() != static_cast<size_t>(stat->st_size)) return false;
  const std::string found =
      state.kind == Kind::kSymlink
          ? ReadLinkAt(place.directory, place.name, place.full_path)
          : ReadFileAt(place.directory, place.name, place.full_path);
  return found == wanted;
}

SwitchedPaths SwitchPaths(
    const std::string& root, const std::vector<PathSwitch>& paths,
    const std::vector<DirectoryRecord>& directories, const StateSource& from,
    const StateSource& to,
    const std::function<void(uint64_t done, uint64_t total)>& written) {
  Switcher switcher(root, from, to);
  for (auto item = paths.rbegin(); item != paths.rend(); ++item)
    switcher.Clear(*item);
  for (auto item = directories.rbegin(); item != directories.rend(); ++item)
    if (!item->mode) switcher.RemoveDirectory(item->path);
  // A directory that has to be where a file still is comes with its files.
  for (const DirectoryRecord& record : directories)
    if (record.mode) switcher.MakeDirectory(record);
  for (size_t i = 0; i < paths.size(); ++i) {
    switcher.Write(paths[i]);
    if (written) written(i + 1, paths.size());
  }
  switcher.SetModes();
  return switcher.Finish();
}

std::vector<DirectoryRecord> RecordDirectories(
    const std::string& root, const std::vector<std::string>& paths) {
  std::vector<DirectoryRecord> records;
  DirectoryStack stack(root);
  for (const std::string& path : DirectoriesAbove(paths)) {
    std::optional<unsigned> mode;
    if (stack.Enter(ParentOf(path))) {
      const auto found =
          StatAt(stack.fd(), std::string(NameOf(path)), stack.Full(path));
      if (found && S_ISDIR(found->st_mode)) mode = found->st_mode & 07777;
    }
    records.push_back({path, mode});
  }
  return records;
}

void RemoveTemporaries(const std::string& root,
                       const std::vector<PathRecord>& paths) {
  std::vector<std::string> names;
  for (const PathRecord& record : paths) names.push_back(record.path);
  std::set<std::string> directories = DirectoriesAbove(names);
  directories.emplace();
  DirectoryStack stack(root);
  for (const std::string& path : directories) {
    if (!stack.Enter(path)) continue;
    for (const std::string& name : NamesIn(stack.fd(), stack.Full(path)))
      if (name.starts_with(kTemporaryPrefix) &&
          unlinkat(stack.fd(), name.c_str(), 0) != 0 &&
          (errno != EISDIR ||
           unlinkat(stack.fd(), name.c_str(), AT_REMOVEDIR) != 0))
        ThrowErrno(errno, "cannot remove", stack.Full(path) + "/" + name);
  }
}

void SyncTree(const std::string& root) {
  UniqueFd fd = OpenFile(root, O_RDONLY | O_DIRECTORY);
  SyncFilesystem(fd.get(), root);
}

}  // namespace backgraft::git
