// Bringing a whole state of the code back, whatever lies between.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/pathspec.h"
#include "git/repository.h"
#include "restore/assemble.h"
#include "restore/progress.h"
#include "restore/revert_result.h"
#include "restore/source_limits.h"

namespace backgraft::restore {

struct RevertToOptions {
  RevertCommonOptions common;
  std::string state;  // a revision, tag, date or source
  bool each = false;  // one commit for each that is undone
  // Paths that count as absent from the state.
  git::Pathspec exclude;
  std::vector<std::string> exclude_text;
  // For a source.
  SourceLimits limits;
  std::optional<Select> select;
  Filters filters = Filters::kApply;
};

// On any failure nothing has changed.
RevertResult RevertTo(const git::Repository& repository,
                      const RevertToOptions& options, Progress& progress);

}  // namespace backgraft::restore
