// Short forms of object ids, as long as git would write them.
#pragma once

#include <string>

#include "git/oid.h"

namespace backgraft::git {

class Repository;

// How many digits git begins with here: core.abbrev, or as many as the number
// of packed objects asks for, at least 7 (git's repo_find_unique_abbrev_r).
// Costs a look at every pack's index.
size_t AbbreviationLength(const Repository& repository);

// The shortest form of at least `length` digits that names no other object.
std::string Abbreviate(const Repository& repository, const Oid& oid,
                       size_t length);

}  // namespace backgraft::git
