// Which directory an import into DIR means, and whether it can be exchanged.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>

namespace backgraft::imports {

struct FilesTarget {
  std::string path;  // absolute, links resolved
  std::string parent, name;
  std::optional<struct stat> status;  // nothing where there is none yet
};

// Error(kRefused) where it is a file, a mount point, the root directory or a
// link to nothing, holds `.git`, or has no directory to stand in.
FilesTarget FindFilesTarget(const std::string& directory);

}  // namespace backgraft::imports
