// The branch a command works on.
#pragma once

#include <optional>
#include <string>

#include "git/oid.h"
#include "git/repository.h"

namespace backgraft::restore {

struct Target {
  std::string ref;               // "refs/heads/main", or "HEAD" when detached
  std::string short_name;        // "main", or "HEAD"
  std::optional<git::Oid> tip;   // nothing: unborn
  std::optional<git::Oid> tree;  // the tip's
  bool checked_out = false;      // the working tree follows it
};

// What a branch is at, for those that only read; FindTarget() without its
// refusals, but for a name that is none.
Target FindBranch(const git::Repository& repository,
                  const std::optional<std::string>& branch);

// `branch` is the name given with --branch, if any. Error(kRefused) where a git
// operation is in progress, the branch is checked out in another worktree, or
// there is no such branch.
Target FindTarget(const git::Repository& repository,
                  const std::optional<std::string>& branch);

}  // namespace backgraft::restore
