// Operations on nothing but parts (a database, a directory of files) in a
// journal that belongs to no repository.
#pragma once

#include <functional>
#include <vector>

#include "git/inverse.h"
#include "git/journal.h"
#include "git/operation_lock.h"
#include "git/recovery.h"

namespace backgraft::git {

// As Recover() and TakeBack() of a repository. The lock of the journal must be
// held, unless it is a dry run.
std::vector<Recovered> RecoverParts(
    const Journal& journal, const OperationLock& lock,
    const std::function<void(const Operation&)>& switch_back);
InverseResult TakeBackParts(const Journal& journal, const Operation& target,
                            const InverseOptions& options);

}  // namespace backgraft::git
