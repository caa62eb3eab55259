// Taking an operation back, by one that goes the other way.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "git/operation.h"
#include "git/repository.h"

namespace backgraft::git {

// What knows the parts of an operation that are not the repository's.
struct PartSwitcher {
  // How `part` is taken back, as a part itself. Changes nothing.
  std::function<PartRecord(const PartRecord& part)> plan;
  // Does what plan() said; called when the record is durable.
  std::function<void(const PartRecord& part)> carry_out;
  // Undoes carry_out(), wherever it was stopped; may be called again.
  std::function<void(const PartRecord& part)> put_back;
};

struct InverseOptions {
  std::string command;  // "undo" or "redo"
  // Overwrites what was changed since; it is saved, as with a publication.
  bool force = false;
  bool dry_run = false;
  // Throws when the program was told to stop; asked until the first ref moves.
  std::function<void()> check_interrupted{};
  // Told how many of the working tree's files are back. May be null.
  std::function<void(uint64_t done, uint64_t total)> written{};
  PartSwitcher parts{};  // needed where the operation has parts
};

struct InverseResult {
  std::string operation;  // id of the new operation; "" of a dry run
  Operation record;       // what it does
  std::vector<std::string> left_alone;   // saved by others meanwhile
  std::vector<std::string> overwritten;  // with `force`
};

// Brings refs, files, index and notes back to what they were before `target`,
// bit for bit, where the journal of `repository` has it. Error(kRefused) where
// a ref is no longer where it left it, its branch is no longer checked out, a
// git operation is in progress, or files or index entries were changed since
// (all of them: Error::paths()). Nothing has changed on any Error, or, as
// Publication::Publish() has it, the next recovery puts it back. The lock of
// backgraft must be held, unless it is a dry run.
InverseResult TakeBack(const Repository& repository, const Operation& target,
                       const InverseOptions& options);

}  // namespace backgraft::git
