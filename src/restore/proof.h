// Reading a result back from the repository, before anything points at it.
#pragma once

#include <optional>
#include <vector>

#include "git/oid.h"
#include "git/repository.h"
#include "git/tree.h"

namespace backgraft::restore {

// Reads `tree` back from the repository's object database and compares it with
// what was read from the source: every file of `from_backup` (in the byte order
// of paths) at its path with its mode and the id its bytes hashed to, and
// `from_repository` other files. Error(kBug) naming the first that differs.
void ProveTree(const git::Repository& repository, const git::Oid& tree,
               const std::vector<git::TreeFile>& from_backup,
               uint64_t from_repository);

// Error(kBug) where the content of a file in which `after` differs from
// `before` is not in the repository's object database.
void ProveContents(const git::Repository& repository,
                   const std::optional<git::Oid>& before,
                   const git::Oid& after);

// Error(kBug) where a commit of ours does not read back with this tree and
// these parents.
void ProveCommit(const git::Repository& repository, const git::Oid& commit,
                 const git::Oid& tree, const std::vector<git::Oid>& parents);

}  // namespace backgraft::restore
