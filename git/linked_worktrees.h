// The other working trees of a repository (git-worktree(1)).
#pragma once

#include <optional>
#include <string>

namespace backgraft::git {

class Repository;

// The working tree, other than this repository's own, that has the branch `ref`
// ("refs/heads/main") checked out or is rebasing or bisecting it; nothing where
// none has.
std::optional<std::string> CheckedOutElsewhere(const Repository& repository,
                                               const std::string& ref);

// Whether this repository's own working tree has left the branch `ref` for a
// rebase or bisection that will come back to it.
bool IsLeftForOperation(const Repository& repository, const std::string& ref);

}  // namespace backgraft::git
