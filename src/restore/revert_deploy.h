// Undoing what one deploy brought, and keeping what came after it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/repository.h"
#include "restore/progress.h"
#include "restore/revert_result.h"

namespace backgraft::restore {

struct RevertDeployOptions {
  RevertCommonOptions common;
  std::optional<std::string> tag;  // nothing: the newest live one
  std::vector<std::string> globs;  // --deploy-tags
};

// As Revert().
RevertResult RevertDeploy(const git::Repository& repository,
                          const RevertDeployOptions& options,
                          Progress& progress);

}  // namespace backgraft::restore
