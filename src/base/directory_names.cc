#include "base/directory_names.h"

#include <dirent.h>
#include <fcntl.h>

#include <cerrno>
#include <memory>

#include "base/error.h"
#include "base/io.h"

namespace backgraft {
namespace {

struct DirDeleter {
  void operator()(DIR* directory) const noexcept { closedir(directory); }
};

}  // namespace

std::vector<std::string> NamesIn(int directory, const std::string& path) {
  UniqueFd fd(openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::unique_ptr<DIR, DirDeleter> entries(fd ? fdopendir(fd.get())
                                                    : nullptr);
  if (!entries) ThrowErrno(errno, "cannot read", path);
  fd.release();
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* entry = readdir(entries.get())) {
    const std::string name = entry->d_name;
    if (name != "." && name != "..") names.push_back(name);
    errno = 0;
  }
  if (errno != 0) ThrowErrno(errno, "cannot read", path);
  return names;
}

}  // namespace backgraft
