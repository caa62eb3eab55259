// How a repository's configuration, attributes and ignore rules want its
// working tree to be read and written.
#pragma once

#include <optional>

#include "git/oid.h"
#include "git/worktree.h"

namespace backgraft::git {

class ObjectReader;
class Repository;

// Files that are written follow the attributes of `tree_after`, files that are
// read those that stand in the working tree, as git checkout has it.
// `repository` and `objects` must outlive the result.
WorktreeRules RulesOf(const Repository& repository, const ObjectReader& objects,
                      const std::optional<Oid>& tree_after);

}  // namespace backgraft::git
