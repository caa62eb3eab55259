#include "git/worktree_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <set>
#include <utility>

#include "base/error.h"
#include "base/parallel.h"
#include "git/file_replacer.h"
#include "git/object_reader.h"

namespace backgraft::git {
namespace {

// Files that one worker writes before it takes the next: about a directory's
// worth, so that two seldom work in the same one.
constexpr size_t kGrain = 64;

}  // namespace

// One thread's view: its own handles, the writer's shared state.
class WorktreeWriter::Worker {
 public:
  explicit Worker(WorktreeWriter* writer)
      : writer_(*writer), stack_(writer->root_) {}
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Keeps the file of a change, if nothing else does.
  void Save(size_t i) {
    if (!writer_.MustSave(i)) return;
    const std::string& path = writer_.changes_[i].path;
    if (!stack_.Enter(ParentOf(path))) return writer_.LeaveAlone(path);
    Place place = PlaceOf(path);
    if (!IsAsExpected(place, writer_.check_.files[i].seen))
      return writer_.LeaveAlone(path);
    writer_.saved_.Save(place, std::to_string(i));
    const auto now = StatAt(place.directory, place.name, place.full_path);
    if (!now) return writer_.LeaveAlone(path);
    writer_.saved_files_[i] = FileIdentity::From(*now);
  }

  // Removes the file of a change that deletes it, or that has to make room for
  // a submodule's directory; or the directory of a submodule.
  void Delete(size_t i) {
    const TreeChange& change = writer_.changes_[i];
    const PlannedFile& plan = writer_.check_.files[i];
    bool makes_directory =
        change.after && change.after->mode == FileMode::kGitlink;
    if (plan.step == FileStep::kWrite ? !(makes_directory && plan.seen)
                                      : plan.step != FileStep::kDelete)
      return;
    if (writer_.MustSave(i) && !writer_.saved_files_[i]) return;
    if (!stack_.Enter(ParentOf(change.path))) return;
    Place place = PlaceOf(change.path);
    if (!plan.seen) {  // a submodule's directory: goes if there is nothing in
                       // it
      if (RemoveDirectoryAt(place.directory, place.name, place.full_path))
        writer_.done_[i] = Done::kDeleted;
      return;
    }
    if (!RemoveExpected(
            place, writer_.MustSave(i) ? *writer_.saved_files_[i] : *plan.seen))
      return writer_.LeaveAlone(change.path);
    writer_.done_[i] = Done::kDeleted;
  }

  void Write(size_t i) {
    const PlannedFile& plan = writer_.check_.files[i];
    const TreeChange& change = writer_.changes_[i];
    if (plan.step == FileStep::kCurrent) return NoteCurrent(i);
    if (plan.step != FileStep::kWrite) return;
    if (writer_.MustSave(i) && !writer_.saved_files_[i]) return;
    if (!stack_.Enter(ParentOf(change.path), DirectoryStack::Missing::kCreate))
      return writer_.LeaveAlone(change.path);
    Place place = PlaceOf(change.path);
    if (change.after->mode == FileMode::kGitlink) {
      if (mkdirat(place.directory, place.name.c_str(), 0777) == 0)
        writer_.done_[i] = Done::kWritten;
      else if (errno == EEXIST)
        writer_.LeaveAlone(change.path);
      else
        ThrowErrno(errno, "cannot create", place.full_path);
      return;
    }
    const std::optional<FileIdentity> expected =
        writer_.MustSave(i) ? writer_.saved_files_[i] : plan.seen;
    std::string content =
        writer_.objects_.Read(change.after->oid, ObjectType::kBlob);
    NewFile file;
    if (change.after->mode == FileMode::kSymlink) {
      if (writer_.rules_.symlinks) file.kind = NewFile::Kind::kSymlink;
    } else {
      if (writer_.rules_.to_worktree)
        content = writer_.rules_.to_worktree(change.path, std::move(content));
      if (change.after->mode == FileMode::kExecutable) file.mode = 0777;
    }
    file.content = content;
    std::optional<struct stat> written = ReplaceFile(place, file, expected);
    if (!written) return writer_.LeaveAlone(change.path);
    writer_.stats_[i] = IndexStat::From(*written);
    writer_.done_[i] = Done::kWritten;
    writer_.early_.Wrote(content.size());
    NoteDevice(*written);
  }

 private:
  Place PlaceOf(const std::string& path) const {
    return {stack_.fd(), std::string(NameOf(path)), stack_.Full(path)};
  }

  // A file that needs no writing: its times, if it still is what it was.
  void NoteCurrent(size_t i) {
    const std::string& path = writer_.changes_[i].path;
    const PlannedFile& plan = writer_.check_.files[i];
    if (!plan.seen || !stack_.Enter(ParentOf(path))) return;
    Place place = PlaceOf(path);
    std::optional<struct stat> now =
        StatAt(place.directory, place.name, place.full_path);
    if (now && FileIdentity::From(*now) == *plan.seen) {
      writer_.stats_[i] = IndexStat::From(*now);
      NoteDevice(*now);
    }
  }

  void NoteDevice(const struct stat& file) {
    if (file.st_dev == device_) return;
    device_ = file.st_dev;
    writer_.NoteDevice(file, stack_.fd());
  }

  WorktreeWriter& writer_;
  DirectoryStack stack_;
  dev_t device_ = 0;
};

WorktreeWriter::WorktreeWriter(const std::string& root,
                               const ObjectReader& objects,
                               const std::vector<TreeChange>& changes,
                               const WorktreeCheck& check,
                               const WorktreeRules& rules,
                               const WorktreeWriterOptions& options)
    : root_(root),
      root_fd_(OpenFile(root, O_RDONLY | O_DIRECTORY)),
      objects_(objects),
      changes_(changes),
      check_(check),
      rules_(rules),
      options_(options),
      saved_(options.operation + "/before"),
      done_(changes.size(), Done::kNothing),
      stats_(changes.size()),
      saved_files_(changes.size()),
      saved_in_the_way_(check.in_the_way.size()),
      early_(root_fd_.get(), root) {
  Require(check.files.size() == changes.size(), "one plan for each change");
}

void WorktreeWriter::Save() {
  bool saves = !check_.in_the_way.empty();
  for (size_t i = 0; i < changes_.size(); ++i) saves = saves || MustSave(i);
  if (!saves) return;
  saved_.Prepare();
  SaveInTheWay();
  RunOnChanges(&Worker::Save);
  saved_.Sync();
}

void WorktreeWriter::Apply() {
  RemoveInTheWay();
  RunOnChanges(&Worker::Delete);
  RemoveDirectories();
  RunOnChanges(&Worker::Write);
  std::sort(left_alone_.begin(), left_alone_.end());
}

void WorktreeWriter::RunOnChanges(void (Worker::*step)(size_t)) {
  std::atomic<uint64_t> done = 0;
  std::mutex telling;
  RunParallel(options_.threads, changes_.size(), kGrain,
              [&](RangeQueue* queue) {
                Worker worker(this);
                while (auto range = queue->Next()) {
                  for (size_t i = range->first; i < range->second; ++i)
                    (worker.*step)(i);
                  done += range->second - range->first;
                  if (step != &Worker::Write || !options_.written) continue;
                  // Who finds another one telling goes on writing.
                  std::unique_lock<std::mutex> lock(telling, std::try_to_lock);
                  if (lock) options_.written(done, changes_.size());
                }
              });
}

void WorktreeWriter::SaveInTheWay() {
  DirectoryStack stack(root_);
  for (size_t i = 0; i < check_.in_the_way.size(); ++i) {
    const InTheWay& item = check_.in_the_way[i];
    if (!stack.Enter(ParentOf(item.path))) continue;
    Place place{stack.fd(), std::string(NameOf(item.path)),
                stack.Full(item.path)};
    if (!IsAsExpected(place, item.seen)) {
      LeaveAlone(item.path);
      continue;
    }
    saved_.Save(place, "way" + std::to_string(i));
    const auto now = StatAt(place.directory, place.name, place.full_path);
    if (now) saved_in_the_way_[i] = FileIdentity::From(*now);
  }
}

void WorktreeWriter::RemoveInTheWay() {
  DirectoryStack stack(root_);
  for (size_t i = 0; i < check_.in_the_way.size(); ++i) {
    const std::string& path = check_.in_the_way[i].path;
    if (!saved_in_the_way_[i] || !stack.Enter(ParentOf(path))) continue;
    const Place place{stack.fd(), std::string(NameOf(path)), stack.Full(path)};
    if (!RemoveExpected(place, *saved_in_the_way_[i])) LeaveAlone(path);
  }
}

bool WorktreeWriter::NeededDirectory(const std::string& directory) const {
  std::string below = directory + "/";
  auto it = std::lower_bound(
      changes_.begin(), changes_.end(), below,
      [](const TreeChange& c, const std::string& key) { return c.path < key; });
  for (; it != changes_.end() && it->path.starts_with(below); ++it)
    if (it->after) return true;
  return false;
}

void WorktreeWriter::RemoveDirectories() {
  // Below comes before above.
  std::set<std::string, std::greater<>> candidates(
      check_.directories_in_the_way.begin(),
      check_.directories_in_the_way.end());
  for (size_t i = 0; i < changes_.size(); ++i)
    if (done_[i] == Done::kDeleted && !changes_[i].after)
      candidates.emplace(ParentOf(changes_[i].path));
  DirectoryStack stack(root_);
  while (!candidates.empty()) {
    std::string path =
        std::move(candidates.extract(candidates.begin()).value());
    if (path.empty() || NeededDirectory(path)) continue;
    std::string name(NameOf(path));
    if (!stack.Enter(ParentOf(path))) continue;
    std::optional<struct stat> directory =
        StatAt(stack.fd(), name, stack.Full(path));
    if (!directory || !S_ISDIR(directory->st_mode)) continue;
    // Where something keeps it, what needs the name free will say so.
    if (!RemoveDirectoryAt(stack.fd(), name, stack.Full(path))) continue;
    candidates.emplace(ParentOf(path));
  }
}

void WorktreeWriter::NoteDevice(const struct stat& file, int directory) {
  std::lock_guard lock(mutex_);
  if (devices_.count(file.st_dev)) return;
  UniqueFd fd(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (fd) devices_.emplace(file.st_dev, std::move(fd));
}

void WorktreeWriter::LeaveAlone(const std::string& path) {
  std::lock_guard lock(mutex_);
  left_alone_.push_back(path);
}

void WorktreeWriter::Sync() {
  early_.Finish();
  bool has_syncfs = true;
  auto sync = [&](int fd) {
    while (has_syncfs && syncfs(fd) != 0) {
      if (errno == ENOSYS || errno == EPERM)
        has_syncfs = false;
      else if (errno != EINTR)
        ThrowErrno(errno, "cannot make durable", root_);
    }
  };
  sync(root_fd_.get());
  for (const auto& [device, fd] : devices_) sync(fd.get());
  if (has_syncfs) return;
  std::set<std::string> directories = {""};
  for (size_t i = 0; i < changes_.size(); ++i) {
    if (done_[i] == Done::kNothing) continue;
    std::string_view above = changes_[i].path;
    while (!above.empty()) {
      above = ParentOf(above);
      directories.emplace(above);
    }
    std::string path = root_ + "/" + changes_[i].path;
    if (done_[i] != Done::kWritten || !IsRegular(changes_[i].after->mode))
      continue;
    SyncFile(OpenFile(path, O_RDONLY | O_NOFOLLOW).get(), path);
  }
  for (const std::string& path : directories) {
    UniqueFd fd(
        open((root_ + "/" + path).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (fd) SyncFile(fd.get(), root_ + "/" + path);
  }
}

}  // namespace backgraft::git
