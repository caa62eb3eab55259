// Files below a directory, by handles that cannot leave it: no link is
// followed, no ".." taken.
#pragma once

#include <sys/stat.h>

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/io.h"

namespace backgraft::imports {

// openat2(2) below `root` with RESOLVE_BENEATH and RESOLVE_NO_SYMLINKS;
// O_CLOEXEC and O_NOFOLLOW are added. -1 and errno where it fails.
int OpenBeneath(int root, std::string_view path, int flags, unsigned mode = 0);

// The directory `path` ("" is `root` itself) below `root`. Error(kIo), naming
// it below `shown`.
UniqueFd OpenDirectoryBeneath(int root, const std::string& path,
                              const std::string& shown);

// Removes `name` in `parent` with everything below it; what is not there is no
// failure. Error(kIo).
void RemoveTree(int parent, const std::string& name, const std::string& shown);

// Everything below `root`, by path, without `root` itself.
using TreeListing = std::map<std::string, struct stat>;
TreeListing ListTreeBeneath(int root, const std::string& shown);

// The target of the link `path`.
std::string ReadLinkBeneath(int root, const std::string& path,
                            const std::string& shown);

// "" and the name, or the directory and the name.
struct SplitPath {
  std::string directory, name;
};
SplitPath Split(std::string_view path);

}  // namespace backgraft::imports
