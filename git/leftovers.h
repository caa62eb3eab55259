// What runs of ours that died may leave beside the journal: temporary files and
// locks. Only to be removed with the lock of backgraft held: then nobody is at
// work.
#pragma once

#include <string>

#include "git/journal.h"
#include "git/repository.h"

namespace backgraft::git {

// How the names of our temporary files in objects/ and objects/pack/ begin
// (git's own gc knows the first part of each).
inline constexpr char kQuarantineName[] = "tmp_objdir-backgraft-";
inline constexpr char kTemporaryPackName[] = "tmp_pack_backgraft_";
inline constexpr char kTemporaryIdxName[] = "tmp_idx_backgraft_";

// Whether there are temporary packs or quarantines.
bool HasLeftovers(const Repository& repository);

// Removes temporary packs and quarantines, a pack that was not given its idx
// any more, and temporary files of the git directory.
void RemoveLeftovers(const Repository& repository);

// Removes the index lock of an operation that never got a record.
void RemoveOwnLocks(const Repository& repository,
                    const OpenOperation& operation);

}  // namespace backgraft::git
