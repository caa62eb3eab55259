// What a graft took of each side, and what it did not.
#pragma once

#include <optional>
#include <vector>

#include "git/object_reader.h"
#include "git/oid.h"
#include "git/tree.h"
#include "restore/graft.h"

namespace backgraft::restore {

// Compares both sides' files with `result_tree` and fills in `result`: its
// sides, from_repository, and why each file of the backup that is not there is
// left out. `taken` gets the backup's files that are.
void CompareSides(const git::ObjectReader& objects,
                  const std::optional<git::Oid>& branch_tree,
                  const std::vector<git::TreeFile>& from_backup,
                  const git::Oid& result_tree,
                  std::vector<git::TreeFile>* taken, GraftResult* result);

}  // namespace backgraft::restore
