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

// Whether `file` is what `expected` was before it was renamed, which sets the
// ctime.
bool IsRenamed(const struct stat& file, FileIdentity expected) {
  expected.changed = FileIdentity::From(file).changed;
  return FileIdentity::From(file) == expected;
}

// rename(2) in the place of `expected`; false where somebody else has put
// another file there since it was looked at, which stays. The two files change
// places, as that shows what was really replaced; besides, ext4 does not start
// to write out every single file then (auto_da_alloc), and a sync follows
// anyway.
bool Exchange(const Place& place, TemporaryName* temporary,
              const FileIdentity& expected) {
  const auto stat_temporary = [&] {
    return StatAt(place.directory, temporary->get(), place.full_path);
  };
  const auto swap = [&] {
    return renameat2(place.directory, temporary->get(), place.directory,
                     place.name.c_str(), RENAME_EXCHANGE) == 0;
  };
  const std::optional<struct stat> ours = stat_temporary();
  if (!swap()) {
    // Somebody else has removed it.
    if (errno == ENOENT) return false;
    // Filesystems that do not know the flag (NFS, some FUSE).
    if (errno != EINVAL && errno != ENOSYS)
      ThrowErrno(errno, "cannot replace", place.full_path);
    if (renameat(place.directory, temporary->get(), place.directory,
                 place.name.c_str()) != 0)
      ThrowErrno(errno, "cannot replace", place.full_path);
    return true;
  }
  // What stands under the temporary name is not ours to remove before it is
  // known.
  temporary->SetExists(false);
  const std::optional<struct stat> replaced = stat_temporary();
  const bool as_expected = replaced && IsRenamed(*replaced, expected);
  if (as_expected && unlinkat(place.directory, temporary->get(), 0) == 0)
    return true;
  const int problem = as_expected ? errno : 0;
  if (!swap()) ThrowErrno(errno, "cannot put back", place.full_path);
  const std::optional<struct stat> back = stat_temporary();
  temporary->SetExists(ours && back && back->st_dev == ours->st_dev &&
                       back->st_ino == ours->st_ino);
  if (problem != 0) ThrowErrno(problem, "cannot replace", place.full_path);
  return false;
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
    if (!Exchange(place, &temporary, *expected)) return std::nullopt;
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
  // Under another name first, which shows what is really removed.
  TemporaryName aside(place.directory);
  if (renameat2(place.directory, place.name.c_str(), place.directory,
                aside.get(), RENAME_NOREPLACE) != 0) {
    if (errno == ENOENT) return false;
    if (errno != EINVAL && errno != ENOSYS)
      ThrowErrno(errno, "cannot remove", place.full_path);
    if (unlinkat(place.directory, place.name.c_str(), 0) != 0)
      ThrowErrno(errno, "cannot remove", place.full_path);
    return true;
  }
  const std::optional<struct stat> removed =
      StatAt(place.directory, aside.get(), place.full_path);
  const bool as_expected = removed && IsRenamed(*removed, expected);
  if (as_expected && unlinkat(place.directory, aside.get(), 0) == 0)
    return true;
  const int problem = as_expected ? errno : 0;
  if (renameat2(place.directory, aside.get(), place.directory,
                place.name.c_str(), RENAME_NOREPLACE) != 0)
    ThrowErrno(errno, "cannot put back", place.full_path);
  if (problem != 0) ThrowErrno(problem, "cannot remove", place.full_path);
  return false;
}

}  // namespace backgraft::git
