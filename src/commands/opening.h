// Opening the repository a command works on: what a run that died left there is
// taken back first, and nobody else is at work meanwhile.
#pragma once

#include <functional>

#include "cli/report.h"
#include "commands/context.h"
#include "git/repository.h"

namespace backgraft::commands {

enum class Access {
  kRead,     // never waits for another run
  kRecover,  // as kRead, and cleans up what no operation needs to be taken back
  kChange,   // takes the lock, unless it is a dry run
};

// Error as Repository::Open(), OperationLock::Take() and Recover() have it.
git::Repository OpenRepository(Context& context, cli::Report& report,
                               Access access);

// The same for one that is open. What was taken back is a warning of `report`.
void Prepare(Context& context, cli::Report& report, Access access,
             git::Repository* repository);

}  // namespace backgraft::commands
