#include "git/shared_mode.h"

#include <sys/stat.h>

#include <cerrno>
#include <optional>

#include "base/error.h"

namespace backgraft::git {

mode_t SharedMode(const Config& config, mode_t mode) {
  std::optional<std::string> value = config.GetString("core.sharedRepository");
  if (!value) return mode;
  if (*value == "group") return mode | 0660;
  if (*value == "all" || *value == "world" || *value == "everybody")
    return mode | 0664;
  if (*value == "umask") return mode;
  if (value->size() == 4 && value->front() == '0')
    return static_cast<mode_t>(std::stoul(*value, nullptr, 8)) & 0666;
  return config.GetBool("core.sharedRepository").value_or(false) ? mode | 0660
                                                                 : mode;
}

void ShareFile(const Config& config, int fd, const std::string& path) {
  struct stat file;
  if (fstat(fd, &file) != 0) ThrowErrno(errno, "cannot read", path);
  const mode_t mode = SharedMode(config, file.st_mode & 0777);
  if (mode != (file.st_mode & 0777) && fchmod(fd, mode) != 0)
    ThrowErrno(errno, "cannot set permissions of", path);
}

}  // namespace backgraft::git
