// Trees out of a flat listing of files.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/oid.h"
#include "git/tree.h"

namespace backgraft::git {

class ObjectWriter;

// Gathers files and writes the trees that hold them. Paths must have been
// checked (TreePath); no file's path may be a directory of another's, and none
// may come twice: Error(kBug), because callers have refused such sources
// before.
class TreeBuilder {
 public:
  void Add(TreeFile file) { files_.push_back(std::move(file)); }

  // Writes every tree, those that are there already only by id, and returns the
  // root's. The builder is empty afterwards. `older`, if given, is an earlier
  // version of the root, whose trees the new ones may be deltas against.
  Oid Finish(ObjectWriter* writer, const std::optional<Oid>& older = {});

 private:
  std::vector<TreeFile> files_;
};

}  // namespace backgraft::git
