#include "base/filesystem_sync.h"

#include <unistd.h>

#include <cerrno>

#include "base/error.h"

namespace backgraft {

void SyncFilesystem(int fd, const std::string& path) {
  while (syncfs(fd) != 0) {
    if (errno == ENOSYS || errno == EPERM) return sync();
    if (errno != EINTR) ThrowErrno(errno, "cannot make durable", path);
  }
}

}  // namespace backgraft
