// Opening the repository a command works on: what a run that died left there is
// taken back first, and nobody else is at work meanwhile.
#pragma once

#include <chrono>
#include <functional>
#include <vector>

#include "cli/report.h"
#include "commands/context.h"
#include "git/recovery.h"
#include "git/repository.h"

namespace backgraft::commands {

enum class Access {
  // Never waits for another run. What cannot be taken back now (its database is
  // out of reach) is a warning.
  kLook,
  kRead,     // never waits for another run
  kRecover,  // as kRead, and cleans up what no operation needs to be taken back
  kChange,   // takes the lock, unless it is a dry run
};

// Error as Repository::Open(), OperationLock::Take() and Recover() have it.
git::Repository OpenRepository(Context& context, cli::Report& report,
                               Access access);

// How long another backgraft is waited for.
std::chrono::milliseconds Wait(const Context& context);

// Runs `recover`; with kLook its failures become warnings.
void RunRecovery(Access access, cli::Report& report,
                 const std::function<void()>& recover);

// What was taken back, as warnings.
void TellRecovered(const std::vector<git::Recovered>& all, cli::Report* report);

// The same for one that is open. What was taken back is a warning of `report`.
void Prepare(Context& context, cli::Report& report, Access access,
             git::Repository* repository);

}  // namespace backgraft::commands
