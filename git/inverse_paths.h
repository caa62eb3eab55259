// The working tree's side of taking an operation back: what its paths are now,
// and what is in the way.
#pragma once

#include <string>
#include <vector>

#include "git/index.h"
#include "git/operation.h"
#include "git/path_switch.h"

namespace backgraft::git {

struct InversePaths {
  // What has to change, sorted: `before` is how it is now, `after` how it is to
  // be. Bytes of `before` that are to be kept under "before/…" (of the new
  // operation) are still in their place; those of `after` under "after/…" are
  // in `target`'s directory, in the file `sources` names.
  std::vector<PathRecord> paths;
  std::vector<std::string> sources;  // one for each of `paths`; "" is none
  // Directories with files of somebody's where a file is to be.
  std::vector<std::string> directories_in_the_way;
  // Changed since; and directories that are repositories of their own.
  std::vector<std::string> changed;
  std::vector<std::string> repositories;
};

// `after` is where the states that `target` left are from.
InversePaths FindInversePaths(const std::string& root, const Operation& target,
                              const StateSource& before,
                              const StateSource& after);

}  // namespace backgraft::git
