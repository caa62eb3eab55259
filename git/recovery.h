// What an operation that was interrupted left, taken back.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "git/journal.h"
#include "git/operation.h"
#include "git/operation_lock.h"
#include "git/repository.h"

namespace backgraft::git {

// Where the journal and the lock of a repository are; common to all its working
// trees.
std::string JournalDirectory(const Repository& repository);

// "" for the main working tree, else the linked one's name.
std::string WorktreeName(const Repository& repository);

// The repository as its working tree `name` sees it; nothing where that is
// gone.
std::optional<Repository> OpenWorktree(const Repository& repository,
                                       const std::string& name);

struct RolledBack {
  // Files that were neither as the operation found nor as it left them; they
  // stay.
  std::vector<std::string> left_alone;
  // Refs that somebody has moved since; they, and then files and index, stay.
  std::vector<std::string> moved_refs;
};

// Puts refs, index, files and notes back to what `record` says they were, and
// forgets the operation. May be stopped anywhere and called again. Error leaves
// it under way. `repository` is the one with the operation's working tree.
RolledBack RollBack(const Repository& repository, OpenOperation& operation,
                    const Operation& record);

// RollBack() after a failure: says what could not be put back, "" where all
// was.
std::string TryRollBack(const Repository& repository, OpenOperation& operation,
                        const Operation& record) noexcept;

// `error`, with a word about that, unless `failed` is "".
Error WithPutBackFailure(const Error& error, const std::string& failed);

// One that Recover() took back; `record` is nothing where it had changed
// nothing yet.
struct Recovered {
  std::string id;
  std::optional<Operation> record;
  RolledBack result;
};

// Whether a run has died here, or is at work. Reads only.
bool MayNeedRecovery(const Repository& repository);

// Takes back every interrupted operation and removes what dead runs left. The
// lock must be held. Operations with parts that are not the repository's are
// left to `switch_back`, which is called before the rest is taken back.
std::vector<Recovered> Recover(
    const Repository& repository, const OperationLock& lock,
    const std::function<void(const Operation&)>& switch_back = {});

}  // namespace backgraft::git
