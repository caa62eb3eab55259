// Making much durable at once.
#pragma once

#include <string>

namespace backgraft {

// Makes durable what was written to the filesystem that `fd` is on: syncfs(2),
// or sync(2) where there is no such call. Error(kIo) naming `path`.
void SyncFilesystem(int fd, const std::string& path);

}  // namespace backgraft
