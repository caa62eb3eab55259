// Checks a tree object's bytes as git fsck does (fsck_tree in git's fsck.c).
#pragma once

#include <string_view>
#include <vector>

#include "git/fsck_messages.h"

namespace backgraft::git {

// What a tree names as a file of git's own, to be looked at once all objects
// are known.
struct DotFilesInTree {
  std::vector<Oid> gitmodules;
  std::vector<Oid> gitattributes;
};

// Reports what is wrong with the tree `bytes`; adds to `found`.
void CheckTree(std::string_view bytes, FsckReporter* reporter,
               DotFilesInTree* found);

}  // namespace backgraft::git
