// Where two histories meet (git's commit-reach.c).
#pragma once

#include <vector>

#include "git/history.h"
#include "git/oid.h"

namespace backgraft::git {

// The best common ancestors of two commits, as `git merge-base --all a b` lists
// them, in its order; empty where the histories share nothing.
std::vector<Oid> MergeBases(History& history, const Oid& a, const Oid& b);

}  // namespace backgraft::git
