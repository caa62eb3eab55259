// Taking back what was done here, and doing it again.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/inverse.h"
#include "git/journal.h"
#include "git/operation.h"
#include "git/relation.h"
#include "git/repository.h"
#include "git/tree_diff.h"
#include "restore/progress.h"

namespace backgraft::restore {

struct LoggedOperation {
  git::Operation operation;
  // By an operation that is not itself taken back.
  bool undone = false;
};

// Everything that the journal has, newest first.
std::vector<LoggedOperation> ListOperations(const git::Journal& journal);

struct UndoOptions {
  std::optional<std::string> operation;  // nothing: the newest that is left
  bool redo = false;                     // take the newest undo back instead
  bool force = false;
  bool dry_run = false;
  git::PartSwitcher parts;
};

struct UndoResult {
  git::Operation target;  // what was taken back
  // Of the branch's tree.
  std::vector<git::TreeChange> changes;
  // Of the commit the branch comes to, seen from where it was: kBehind or
  // kAhead; nothing where it is neither, or the branch was or becomes unborn.
  std::optional<git::Relation> relation;
  git::InverseResult inverse;
  std::vector<std::string> warnings;
};

// Error(kRefused) where there is nothing to undo or no such operation, and as
// git::TakeBack() has it. `journal` is that of `repository`, which is null
// where the operations were done outside of every one.
UndoResult Undo(const git::Repository* repository, const git::Journal& journal,
                const UndoOptions& options, Progress& progress);

}  // namespace backgraft::restore
