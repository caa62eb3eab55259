// Undoing commits, each by a commit of its own, as git revert does.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "git/repository.h"
#include "restore/progress.h"
#include "restore/revert_result.h"

namespace backgraft::restore {

struct RevertOptions {
  RevertCommonOptions common;
  std::vector<std::string> commits;  // COMMIT or A..B
  std::optional<size_t> mainline;    // -m, from 1
  bool squash = false;               // one commit for all
};

// Nothing has changed where the result has a conflict that was not left for git
// to go on with, or on any failure.
RevertResult Revert(const git::Repository& repository,
                    const RevertOptions& options, Progress& progress);

}  // namespace backgraft::restore
