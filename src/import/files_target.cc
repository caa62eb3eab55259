#include "import/files_target.h"

#include <fcntl.h>
#include <linux/stat.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cerrno>
#include <memory>

#include "base/error.h"
#include "base/escape.h"
#include "import/tree_handle.h"

namespace backgraft::imports {
namespace {

struct FreeDeleter {
  void operator()(char* text) const noexcept { free(text); }
};

std::optional<std::string> Resolved(const std::string& path) {
  const std::unique_ptr<char, FreeDeleter> text(
      realpath(path.c_str(), nullptr));
  if (text) return std::string(text.get());
  if (errno == ENOENT) return std::nullopt;
  if (errno == ENOTDIR || errno == ELOOP) {
    throw Error(ErrorKind::kRefused, Quote(path) + " is no directory");
  }
  ThrowErrno(errno, "cannot look at", path);
}

bool IsMountPoint(const std::string& path) {
  struct statx status;
  if (statx(AT_FDCWD, path.c_str(), AT_NO_AUTOMOUNT, 0, &status) != 0) {
    ThrowErrno(errno, "cannot look at", path);
  }
  return (status.stx_attributes & STATX_ATTR_MOUNT_ROOT) != 0;
}

}  // namespace

FilesTarget FindFilesTarget(const std::string& directory) {
  std::string given = directory;
  while (given.size() > 1 && given.ends_with('/')) given.pop_back();
  FilesTarget target;
  struct stat status;
  if (const auto resolved = Resolved(given)) {
    target.path = *resolved;
    if (stat(target.path.c_str(), &status) != 0) {
      ThrowErrno(errno, "cannot look at", target.path);
    }
    target.status = status;
    if (!S_ISDIR(status.st_mode)) {
      throw Error(ErrorKind::kRefused, Quote(directory) + " is no directory");
    }
    if (lstat((target.path + "/.git").c_str(), &status) == 0) {
      throw Error(ErrorKind::kRefused,
                  Quote(directory) +
                      " holds '.git': it is a repository, not a directory of "
                      "uploaded files",
                  {"restore code with: backgraft restore SOURCE"});
    }
    if (target.path == "/" || IsMountPoint(target.path)) {
      throw Error(
          ErrorKind::kRefused,
          Quote(directory) + " is a mount point, which cannot be exchanged",
          {"import into a directory below it: backgraft import files "
           "SOURCE " +
           Quote(directory + "/files")});
    }
  } else {
    if (lstat(given.c_str(), &status) == 0) {
      throw Error(ErrorKind::kRefused,
                  Quote(directory) + " is a link to nothing",
                  {"make the directory that it names, or remove it: rm " +
                   Quote(given)});
    }
    const SplitPath split = Split(given);
    const auto parent =
        Resolved(split.directory.empty() ? (given.starts_with('/') ? "/" : ".")
                                         : split.directory);
    if (!parent || split.name.empty() || split.name == "." ||
        split.name == "..") {
      throw Error(
          ErrorKind::kRefused,
          "there is no directory for " + Quote(directory) + " to stand in",
          {"mkdir -p " + Quote(split.directory)});
    }
    target.path = (*parent == "/" ? "" : *parent) + "/" + split.name;
  }
  const SplitPath split = Split(target.path);
  target.parent = split.directory.empty() ? "/" : split.directory;
  target.name = split.name;
  return target;
}

}  // namespace backgraft::imports
