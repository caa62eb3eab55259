// Where operations are journaled: in the repository of the working directory,
// or, outside of every one, in a directory of the user's own.
#pragma once

#include <optional>
#include <string>

#include "cli/report.h"
#include "commands/context.h"
#include "commands/opening.h"
#include "git/config.h"
#include "git/journal.h"
#include "git/operation_lock.h"
#include "git/repository.h"

namespace backgraft::commands {

struct Place {
  std::optional<git::Repository> repository;
  git::Journal journal;
  // Outside of a repository, which else has it.
  std::optional<git::OperationLock> lock{};

  const git::Repository* repository_or_null() const {
    return repository ? &*repository : nullptr;
  }
};

// For a command that needs no repository (`import`, `restore` without code).
// What a run that died left is taken back first, as OpenRepository() does.
// Error(kRefused) where nothing says where the user's directories are.
Place OpenPlace(Context& context, cli::Report& report, Access access);

// For a command on operations that were done (`log`, `undo`): outside of a
// repository Error(kRefused), as OpenRepository() has it, unless there are any.
Place OpenPlaceOfOperations(Context& context, cli::Report& report,
                            Access access);

// The configuration that holds here.
git::Config ConfigHere();

}  // namespace backgraft::commands
