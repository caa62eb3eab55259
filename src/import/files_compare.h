// What differs between a list of files and a directory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "import/files_list.h"
#include "import/tree_handle.h"

namespace backgraft::imports {

struct FilesChange {
  std::string path;
  bool directory;
  char change;  // 'A' in the list alone, 'M' both but not the same, 'D' the
                // directory alone
};

struct FilesComparison {
  std::vector<FilesChange> changes;               // in the order of paths
  uint64_t added = 0, modified = 0, deleted = 0;  // directories do not count
};

// Compares kinds, permission bits, bytes and links of everything in `list` with
// the directory `root`, of which `listing` is a listing; times do not count.
// Bytes that were proved when they were written do not count either where
// `staged` says that `root` is where they went.
// Directories of which only their children are named have no mode. What the
// list lacks counts as deleted unless `overlay`.
FilesComparison CompareFiles(const FilesList& list, int root,
                             const TreeListing& listing,
                             const std::string& shown, bool overlay,
                             bool staged);

}  // namespace backgraft::imports
