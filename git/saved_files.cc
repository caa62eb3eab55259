#include "git/saved_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/parallel.h"
#include "git/directory_stack.h"

namespace backgraft::git {
namespace {

// Removing a file waits for the disk more than for a processor.
constexpr unsigned kRemovers = 4;
constexpr size_t kRemovedAtOnce = 64;

// Writes a file like the one at `from` under `name` in `directory`.
void Copy(const Place& from, const Place& to) {
  std::optional<struct stat> file =
      StatAt(from.directory, from.name, from.full_path);
  if (!file) ThrowErrno(ENOENT, "cannot save", from.full_path);
  NewFile copy;
  std::string content;
  if (S_ISLNK(file->st_mode)) {
    copy.kind = NewFile::Kind::kSymlink;
    content = ReadLinkAt(from.directory, from.name, from.full_path);
  } else {
    content = ReadFileAt(from.directory, from.name, from.full_path);
  }
  copy.content = content;
  copy.mode = file->st_mode & 07777;
  copy.exact_mode = true;
  copy.modified = FileTime{file->st_mtim.tv_sec, file->st_mtim.tv_nsec};
  std::optional<FileIdentity> there;
  if (auto now = StatAt(to.directory, to.name, to.full_path))
    there = FileIdentity::From(*now);
  if (!ReplaceFile(to, copy, there))
    ThrowErrno(EBUSY, "cannot replace", to.full_path);
}

}  // namespace

SavedFiles::SavedFiles(std::string parent) : parent_(std::move(parent)) {}

SavedFiles::~SavedFiles() {
  if (!fd_) return;
  std::error_code ignored;  // what stays is cleared with the directory later
  std::vector<std::string> names;
  std::filesystem::directory_iterator at(path_, ignored), end;
  for (; !ignored && at != end; at.increment(ignored)) {
    names.push_back(at->path().filename());
  }
  RunParallel(kRemovers, names.size(), kRemovedAtOnce, [&](RangeQueue* queue) {
    while (auto range = queue->Next()) {
      for (size_t i = range->first; i < range->second; ++i) {
        unlinkat(fd_.get(), names[i].c_str(), 0);
      }
    }
  });
  std::filesystem::remove_all(path_, ignored);
}

void SavedFiles::Prepare() {
  if (fd_) return;
  std::string path = parent_ + "/backgraft-saved-XXXXXX";
  if (!mkdtemp(path.data())) ThrowErrno(errno, "cannot create", path);
  path_ = path;
  fd_ = OpenFile(path, O_PATH | O_DIRECTORY | O_NOFOLLOW);
}

void SavedFiles::Save(const Place& place, const std::string& name) {
  if (linkat(place.directory, place.name.c_str(), fd_.get(), name.c_str(), 0) ==
      0)
    return;
  // Another filesystem, one without links, or a file of somebody else's
  // (protected_hardlinks).
  if (errno != EXDEV && errno != EPERM && errno != EMLINK &&
      errno != EOPNOTSUPP && errno != EACCES)
    ThrowErrno(errno, "cannot save", place.full_path);
  Copy(place, {fd_.get(), name, path_ + "/" + name});
}

void SavedFiles::PutBack(const std::string& name, const Place& place) {
  if (renameat(fd_.get(), name.c_str(), place.directory, place.name.c_str()) ==
      0)
    return;
  if (errno != EXDEV) ThrowErrno(errno, "cannot put back", place.full_path);
  Copy({fd_.get(), name, path_ + "/" + name}, place);
}

}  // namespace backgraft::git
