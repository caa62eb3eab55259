// How a repository's configuration, attributes and ignore rules want its
// working tree to be read and written.
#pragma once

#include <vector>

#include "git/index.h"
#include "git/tree_diff.h"
#include "git/worktree.h"

namespace backgraft::git {

class ObjectReader;
class Repository;

// The rules for a working tree that goes through `changes` and has this `index`
// before. Files that are read follow the .gitattributes that stand in the
// working tree, files that are written those of the index to be
// (GIT_ATTR_CHECKIN and GIT_ATTR_CHECKOUT of git's attr.c). Everything is
// borrowed and must outlive the result.
WorktreeRules RulesOf(const Repository& repository, const ObjectReader& objects,
                      const Index& index,
                      const std::vector<TreeChange>& changes);

}  // namespace backgraft::git
