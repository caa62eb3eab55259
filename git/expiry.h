// How long operations can be undone.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "git/journal.h"
#include "git/operation.h"
#include "git/repository.h"

namespace backgraft::git {

// Operations before this moment (seconds since 1970) are forgotten:
// backgraft.undoExpiry, as git's own expiry dates ("30 days ago", "90.days",
// "now"), 30 days where it is not set; nothing for "never". Error(kRefused)
// where it is none of them.
std::optional<int64_t> UndoExpiry(const Config& config, int64_t now);

// Drops what the parts of `operation` keep, unless one of `others`, which stay
// in the journal, needs it, too; false where that cannot be done now.
using DropParts = std::function<bool(const Operation& operation,
                                     const std::vector<Operation>& others)>;

// Forgets them: records, saved files and refs. The lock must be held.
// Operations with parts stay where `drop` is null or returns false.
void ExpireOperations(const Repository& repository, int64_t now,
                      const DropParts& drop);

// The same in a journal that belongs to no repository.
void ExpireParts(const Journal& journal, const Config& config, int64_t now,
                 const DropParts& drop);

}  // namespace backgraft::git
