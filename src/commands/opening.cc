#include "commands/opening.h"

#include <ctime>

#include "base/error.h"
#include "base/escape.h"
#include "cli/terminal.h"
#include "commands/parts.h"
#include "commands/staging_note.h"
#include "git/expiry.h"
#include "git/leftovers.h"
#include "git/obstacles.h"

namespace backgraft::commands {

std::chrono::milliseconds Wait(const Context& context) {
  return std::chrono::milliseconds(
      static_cast<int64_t>(context.wait_seconds * 1000));
}

void RunRecovery(Access access, cli::Report& report,
                 const std::function<void()>& recover) {
  if (access != Access::kLook) return recover();
  try {
    recover();
  } catch (const Error& error) {
    report.warnings.push_back(
        "an interrupted operation could not be taken back yet: " +
        std::string(error.what()));
  }
}

void TellRecovered(const std::vector<git::Recovered>& all,
                   cli::Report* report) {
  for (const git::Recovered& recovered : all) {
    if (!recovered.record) continue;
    const git::Operation& operation = *recovered.record;
    const git::RolledBack& result = recovered.result;
    if (result.moved_refs.empty()) {
      report->warnings.push_back("an interrupted operation was taken back: " +
                                 Escape(operation.title));
    }
    for (const std::string& ref : result.moved_refs) {
      report->warnings.push_back(
          "an interrupted operation (" + Escape(operation.title) +
          ") could not be taken back: " + git::ShortRefName(ref) +
          " was moved since; files and index stay as they are");
    }
    for (const std::string& path : result.left_alone) {
      report->warnings.push_back(
          Quote(path) +
          " was changed since the interruption and stays as it "
          "is");
    }
  }
}

void Prepare(Context& context, cli::Report& report, Access access,
             git::Repository* repository) {
  const auto recover = [&](const git::OperationLock& lock) {
    RunRecovery(access, report, [&] {
      TellRecovered(git::Recover(*repository, lock,
                                 [&](const git::Operation& operation) {
                                   PutPartsBack(operation, context, report);
                                 }),
                    &report);
    });
    SweepStaged(git::JournalDirectory(*repository), context, report);
  };
  if (access == Access::kChange && !context.dry_run) {
    repository->Lock(Wait(context));
    recover(*repository->lock());
    git::ExpireOperations(*repository, std::time(nullptr),
                          DropperOfParts(context, report));
    return;
  }
  const bool left = git::HasLeftovers(*repository) ||
                    IsStagingNoted(git::JournalDirectory(*repository));
  if (!git::MayNeedRecovery(*repository) &&
      (access != Access::kRecover || !left))
    return;
  // Whoever holds it is at work, and nothing needs to be taken back.
  if (const auto lock =
          git::OperationLock::TryTake(git::JournalDirectory(*repository)))
    recover(*lock);
}

git::Repository OpenRepository(Context& context, cli::Report& report,
                               Access access) {
  git::Repository repository = git::Repository::Open("");
  Prepare(context, report, access, &repository);
  return repository;
}

}  // namespace backgraft::commands
