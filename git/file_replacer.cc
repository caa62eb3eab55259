#include "git/file_replacer.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "base/error.h"
#include "base/io.h"
#include "git/directory_stack.h"

namespace backgraft::git {
namespace {

// A name beside the real one, removed again unless Keep() is called.
class TemporaryName {
 public:
  explicit TemporaryName(int directory) : directory_(directory) {
    static std::atomic<uint64_t> counter{0};
    static const std::string prefix =
        std::string(kTemporaryPrefix) + std::to_string(getpid()) + "-";
    name_ = prefix + std::to_string(counter++);
  }
  TemporaryName(const TemporaryName&) = delete;
  TemporaryName& operator=(const TemporaryName&) = delete;
  ~TemporaryName() {
    if (exists_) unlinkat(directory_, name_.c_str(), 0);
  }
  const char* get() const { return name_.c_str(); }
  void SetExists(bool exists) { exists_ = exists; }

 private:
  int directory_;
  std::string name_;
  bool exists_ = false;
};

UniqueFd WriteTemporary(const Place& place, const NewFile& file,
                        TemporaryName* name) {
  int fd;
  do {
    fd =
        openat(place.directory, name->get(),
               O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, file.mode);
  } while (fd < 0 && errno == EINTR);
  if (fd < 0) ThrowErrno(errno, "cannot create", place.full_path);
  name->SetExists(true);
  UniqueFd out(fd);
  WriteAll(fd, AsBytes(file.content), place.full_path);
  if (file.exact_mode && fchmod(fd, file.mode) != 0)
    ThrowErrno(errno, "cannot set permissions of", place.full_path);
  return out;
}

// rename(2) that only goes where nothing is; false where something is.
bool RenameToFree(const Place& place, const char* from) {
  if (renameat2(place.directory, from, place.directory, place.name.c_str(),
                RENAME_NOREPLACE) == 0)
    return true;
  if (errno == EEXIST) return false;
  // Filesystems that do not know the flag (NFS, some FUSE).
  if (errno != EINVAL && errno != ENOSYS)
    ThrowErrno(errno, "cannot create", place.full_path);
  if (!IsAsExpected(place, std::nullopt)) return false;
  if (renameat(place.directory, from, place.directory, place.name.c_str()) != 0)
    ThrowErrno(errno, "cannot create", place.full_path);
  return true;
}

}  // namespace

bool IsAsExpected(const Place& place,
                  const std::optional<FileIdentity>& expected) {
  std::optional<struct stat> now =
      StatAt(place.directory, place.name, place.full_path);
  if (!now || !expected) return !now && !expected;
  return FileIdentity::From(*now) == *expected;
}

std::optional<struct stat> ReplaceFile(
    const Place& place, const NewFile& file,
    const std::optional<FileIdentity>& expected) {
  TemporaryName temporary(place.directory);
  UniqueFd fd;
  if (file.kind == NewFile::Kind::kSymlink) {
    if (symlinkat(std::string(file.content).c_str(), place.directory,
                  temporary.get()) != 0)
      ThrowErrno(errno, "cannot create", place.full_path);
    temporary.SetExists(true);
  } else {
    fd = WriteTemporary(place, file, &temporary);
  }
  if (file.modified) {
    struct timespec times[2] = {{0, UTIME_OMIT}, {0, 0}};
    times[1].tv_sec = static_cast<time_t>(file.modified->seconds);
    times[1].tv_nsec = static_cast<long>(file.modified->nanoseconds);
    if (utimensat(place.directory, temporary.get(), times,
                  AT_SYMLINK_NOFOLLOW) != 0)
      ThrowErrno(errno, "cannot set times of", place.full_path);
  }
  if (!expected) {
    if (!RenameToFree(place, temporary.get())) return std::nullopt;
  } else {
    if (!IsAsExpected(place, expected)) return std::nullopt;
    if (renameat(place.directory, temporary.get(), place.directory,
                 place.name.c_str()) != 0)
      ThrowErrno(errno, "cannot replace", place.full_path);
  }
  temporary.SetExists(false);
  // After the rename, which sets the ctime.
  struct stat written;
  if (fd) {
    if (fstat(fd.get(), &written) != 0)
      ThrowErrno(errno, "cannot read", place.full_path);
    // Where closing is what reports a failed write (NFS, quota).
    if (close(fd.release()) != 0 && errno != EINTR)
      ThrowErrno(errno, "cannot write", place.full_path);
    return written;
  }
  return StatAt(place.directory, place.name, place.full_path);
}

bool RemoveExpected(const Place& place, const FileIdentity& expected) {
  if (!IsAsExpected(place, expected)) return false;
  if (unlinkat(place.directory, place.name.c_str(), 0) != 0)
    ThrowErrno(errno, "cannot remove", place.full_path);
  return true;
}

}  // namespace backgraft::git
