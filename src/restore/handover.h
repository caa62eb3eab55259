// Leaving a conflict to git: the state that `git revert` itself would have
// stopped in, so that its --continue, --skip and --abort go on from there.
#pragma once

#include <string>
#include <vector>

#include "git/oid.h"
#include "git/tree_merge.h"
#include "restore/revert_chain.h"
#include "restore/revert_selection.h"

namespace backgraft::restore {

struct Handover {
  // What is being reverted (REVERT_HEAD).
  git::Oid commit;
  // For MERGE_MSG, without the list of conflicts.
  std::string message;
  git::MergeResult merge;
  // Of a sequence: everything that is still to be done, `commit` first; empty
  // where there is no sequence.
  std::vector<SelectedCommit> todo;
};

// What markers in files call the sides of the revert of `commit`.
struct RevertLabels {
  std::string base, theirs;
};
RevertLabels LabelsOf(const git::Repository& repository,
                      const UndoneCommit& commit);

// Publishes what the chain has so far, the conflicted files and index entries,
// and git's notes, all or nothing.
RevertResult HandOver(RevertChain& chain, const Handover& handover,
                      const std::string& what);

}  // namespace backgraft::restore
