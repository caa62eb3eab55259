#include "commands/opening.h"

#include <chrono>
#include <ctime>

#include "base/escape.h"
#include "cli/terminal.h"
#include "commands/parts.h"
#include "git/expiry.h"
#include "git/leftovers.h"
#include "git/obstacles.h"
#include "git/recovery.h"

namespace backgraft::commands {
namespace {

void Tell(const std::vector<git::Recovered>& all, cli::Report* report) {
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

}  // namespace

void Prepare(Context& context, cli::Report& report, Access access,
             git::Repository* repository) {
  const auto recover = [&](const git::OperationLock& lock) {
    Tell(git::Recover(*repository, lock,
                      [&](const git::Operation& operation) {
                        PutPartsBack(operation, context.database_url);
                      }),
         &report);
  };
  if (access == Access::kChange && !context.dry_run) {
    repository->Lock(std::chrono::milliseconds(
        static_cast<int64_t>(context.wait_seconds * 1000)));
    recover(*repository->lock());
    git::ExpireOperations(*repository, std::time(nullptr));
    return;
  }
  if (!git::MayNeedRecovery(*repository) &&
      (access != Access::kRecover || !git::HasLeftovers(*repository)))
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
