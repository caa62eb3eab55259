// What differs between two trees, found without opening subtrees that are
// equal.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

class ObjectReader;

struct FileState {
  FileMode mode;
  Oid oid;
  friend bool operator==(const FileState&, const FileState&) = default;
};

// One path whose file differs. Both sides are never equal and never both
// absent.
struct TreeChange {
  std::string path;
  std::optional<FileState> before;
  std::optional<FileState> after;
};

// The changes that turn `before` into `after`, in the byte order of paths.
// Either may be nothing, which counts as the empty tree. A file that becomes a
// directory is one deletion and one addition for each file below it.
std::vector<TreeChange> DiffTrees(const ObjectReader& objects,
                                  const std::optional<Oid>& before,
                                  const std::optional<Oid>& after);

}  // namespace backgraft::git
