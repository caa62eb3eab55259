#include "git/saved_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "base/filesystem_sync.h"
#include "git/directory_stack.h"

namespace backgraft::git {
namespace {

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

void SavedFiles::Prepare() {
  if (fd_) return;
  if (mkdir(directory_.c_str(), 0700) != 0 && errno != EEXIST)
    ThrowErrno(errno, "cannot make", directory_);
  fd_ = OpenFile(directory_, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
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
  Copy(place, {fd_.get(), name, directory_ + "/" + name});
}

void SavedFiles::Sync() {
  // What was linked may have been written just now, by somebody else.
  SyncFilesystem(fd_.get(), directory_);
}

}  // namespace backgraft::git
