// What is about to be published: told before it is, and by a dry run.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "git/oid.h"
#include "restore/revert_result.h"

namespace backgraft::restore {

struct PlannedChange {
  std::string branch;              // short name
  std::optional<git::Oid> before;  // nothing: the branch is unborn
  git::Oid after;
  std::vector<NewCommit> commits;  // ours, in the order they are made
};
using Announce = std::function<void(const PlannedChange&)>;

}  // namespace backgraft::restore
