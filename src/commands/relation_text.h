// How people are told how a source and a branch are related.
#pragma once

#include <string>

#include "git/relation.h"

namespace backgraft::commands {

// "behind: 12 commits behind pantheon_live_41". `branch` is what it is compared
// with, not escaped.
std::string RelationText(const git::RelationResult& relation,
                         const std::string& branch);

}  // namespace backgraft::commands
