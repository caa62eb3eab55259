// How what stands in the way of a change is told.
#pragma once

#include <string>

#include "git/worktree.h"

namespace backgraft::git {

// How messages name a ref: "branch 'main'" of refs/heads/main; without
// `described` "main" alone.
std::string ShortRefName(const std::string& ref, bool described = true);

// Error(kRefused) with every path (Error::paths()), unless there is none.
// `force` leaves only what is never overwritten.
void RefuseObstacles(const Obstacles& obstacles, bool force);

}  // namespace backgraft::git
