// How long operations can be undone.
#pragma once

#include <cstdint>
#include <optional>

#include "git/repository.h"

namespace backgraft::git {

// Operations before this moment (seconds since 1970) are forgotten:
// backgraft.undoExpiry, as git's own expiry dates ("30 days ago", "90.days",
// "now"), 30 days where it is not set; nothing for "never". Error(kRefused)
// where it is none of them.
std::optional<int64_t> UndoExpiry(const Config& config, int64_t now);

// Forgets them: records, saved files and refs. The lock must be held.
void ExpireOperations(const Repository& repository, int64_t now);

}  // namespace backgraft::git
