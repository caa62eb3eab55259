// What `revert --to STATE` names: a revision, a tag, a date or a source.
#pragma once

#include <optional>
#include <string>

#include "git/history.h"
#include "git/oid.h"
#include "git/repository.h"
#include "restore/target.h"

namespace backgraft::restore {

// The commit that `text` names as a revision, tag or date, in this order;
// nothing where it has to be a source ("./name", a URL, or a file that is
// there). A date is a point on the first-parent line of the branch; without a
// time of day it is the end of that day in the local zone. `now` is in seconds
// since 1970. Error(kRefused) for a date before the first commit, and for what
// is none of the four.
std::optional<git::Oid> ResolveState(const git::Repository& repository,
                                     git::History& history,
                                     const Target& target,
                                     const std::string& text, int64_t now);

}  // namespace backgraft::restore
