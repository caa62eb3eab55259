#include "import/tree_handle.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <climits>
#include <memory>
#include <vector>

#include "base/error.h"
#include "base/interrupt.h"

namespace backgraft::imports {
namespace {

struct DirCloser {
  void operator()(DIR* dir) const noexcept { closedir(dir); }
};

// The names in a directory; takes the descriptor over.
std::vector<std::string> NamesIn(UniqueFd fd, const std::string& shown) {
  const std::unique_ptr<DIR, DirCloser> dir(fdopendir(fd.get()));
  if (!dir) ThrowErrno(errno, "cannot read", shown);
  static_cast<void>(fd.release());
  std::vector<std::string> names;
  for (;;) {
    errno = 0;
    const dirent* entry = readdir(dir.get());
    if (entry == nullptr) break;
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) ThrowErrno(errno, "cannot read", shown);
  return names;
}

}  // namespace

int OpenBeneath(int root, std::string_view path, int flags, unsigned mode) {
  open_how how{};
  how.flags = static_cast<unsigned>(flags | O_CLOEXEC | O_NOFOLLOW);
  how.mode = mode;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  const std::string text = path.empty() ? "." : std::string(path);
  for (;;) {
    const long fd = syscall(SYS_openat2, root, text.c_str(), &how, sizeof how);
    // EAGAIN: something was renamed meanwhile.
    if (fd >= 0 || (errno != EINTR && errno != EAGAIN)) {
      return static_cast<int>(fd);
    }
  }
}

UniqueFd OpenDirectoryBeneath(int root, const std::string& path,
                              const std::string& shown) {
  UniqueFd fd(OpenBeneath(root, path, O_RDONLY | O_DIRECTORY));
  if (!fd) ThrowErrno(errno, "cannot open", shown + "/" + path);
  return fd;
}

void RemoveTree(int parent, const std::string& name, const std::string& shown) {
  if (unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return;
  if (errno != EISDIR && errno != EPERM) {
    ThrowErrno(errno, "cannot remove", shown);
  }
  UniqueFd fd(OpenBeneath(parent, name, O_RDONLY | O_DIRECTORY));
  // A mode from the source must not keep us out of our own directory.
  if (!fd && errno == EACCES && fchmodat(parent, name.c_str(), 0700, 0) == 0) {
    fd = UniqueFd(OpenBeneath(parent, name, O_RDONLY | O_DIRECTORY));
  }
  if (!fd) ThrowErrno(errno, "cannot remove", shown);
  const int directory = fd.get();
  UniqueFd reading(fcntl(directory, F_DUPFD_CLOEXEC, 0));
  if (!reading) ThrowErrno(errno, "cannot remove", shown);
  for (const std::string& child : NamesIn(std::move(reading), shown)) {
    RemoveTree(directory, child, shown + "/" + child);
  }
  if (unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    ThrowErrno(errno, "cannot remove", shown);
  }
}

TreeListing ListTreeBeneath(int root, const std::string& shown) {
  TreeListing listing;
  std::vector<std::string> directories = {""};
  while (!directories.empty()) {
    ThrowIfInterrupted();
    const std::string directory = std::move(directories.back());
    directories.pop_back();
    const UniqueFd fd = OpenDirectoryBeneath(root, directory, shown);
    UniqueFd reading(fcntl(fd.get(), F_DUPFD_CLOEXEC, 0));
    if (!reading) ThrowErrno(errno, "cannot read", shown);
    for (const std::string& name : NamesIn(std::move(reading), shown)) {
      std::string path = directory.empty() ? name : directory + "/" + name;
      struct stat status;
      if (fstatat(fd.get(), name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) continue;  // gone meanwhile
        ThrowErrno(errno, "cannot look at", shown + "/" + path);
      }
      if (S_ISDIR(status.st_mode)) directories.push_back(path);
      listing.emplace(std::move(path), status);
    }
  }
  return listing;
}

std::string ReadLinkBeneath(int root, const std::string& path,
                            const std::string& shown) {
  const UniqueFd fd(OpenBeneath(root, path, O_PATH));
  std::array<char, PATH_MAX> target;
  const ssize_t size =
      fd ? readlinkat(fd.get(), "", target.data(), target.size()) : -1;
  if (size < 0) ThrowErrno(errno, "cannot read", shown + "/" + path);
  return {target.data(), static_cast<size_t>(size)};
}

SplitPath Split(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return {"", std::string(path)};
  return {std::string(path.substr(0, slash)),
          std::string(path.substr(slash + 1))};
}

}  // namespace backgraft::imports
