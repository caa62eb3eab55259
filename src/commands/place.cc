#include "commands/place.h"

#include <sys/stat.h>

#include <cerrno>
#include <cstdlib>
#include <ctime>

#include "base/error.h"
#include "commands/parts.h"
#include "commands/staging_note.h"
#include "git/expiry.h"
#include "git/part_operations.h"
#include "git/recovery.h"

namespace backgraft::commands {
namespace {

constexpr unsigned kPrivate = 0700;

// $XDG_STATE_HOME/backgraft; relative ones do not count, as the specification
// of the XDG base directories has it.
std::optional<std::string> StateDirectory() {
  const char* const state = std::getenv("XDG_STATE_HOME");
  if (state != nullptr && *state == '/') {
    return std::string(state) + "/backgraft";
  }
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return std::nullopt;
  return std::string(home) + "/.local/state/backgraft";
}

std::string RequireStateDirectory() {
  if (auto directory = StateDirectory()) return std::move(*directory);
  throw Error(ErrorKind::kRefused,
              "there is no repository here, and neither HOME nor "
              "XDG_STATE_HOME says where else operations can be journaled",
              {"export XDG_STATE_HOME=DIR",
               "or run it in a repository: "
               "backgraft -C DIR ..."});
}

void MakePrivateDirectories(const std::string& path) {
  for (size_t end = path.find('/', 1);; end = path.find('/', end + 1)) {
    const std::string directory = path.substr(0, end);
    if (mkdir(directory.c_str(), kPrivate) != 0 && errno != EEXIST) {
      ThrowErrno(errno, "cannot make", directory);
    }
    if (end == std::string::npos) return;
  }
}

void Recover(Context& context, cli::Report& report, Access access,
             const git::Journal& journal, const git::OperationLock& lock) {
  RunRecovery(access, report, [&] {
    TellRecovered(git::RecoverParts(journal, lock,
                                    [&](const git::Operation& operation) {
                                      PutPartsBack(operation, context, report);
                                    }),
                  &report);
  });
  SweepStaged(journal.directory(), context, report);
}

bool MayNeedRecovery(const git::Journal& journal) {
  return git::IsLockFileThere(journal.directory()) ||
         !journal.ListOpen().empty() || IsStagingNoted(journal.directory());
}

bool HoldsOperations(const git::Journal& journal) {
  return MayNeedRecovery(journal) || !journal.List().empty();
}

void PrepareOutside(Context& context, cli::Report& report, Access access,
                    Place* place) {
  const std::string& directory = place->journal.directory();
  if (access == Access::kChange && !context.dry_run) {
    MakePrivateDirectories(directory);
    place->lock.emplace(git::OperationLock::Take(directory, Wait(context)));
    Recover(context, report, access, place->journal, *place->lock);
    git::ExpireParts(place->journal, ConfigHere(), std::time(nullptr),
                     DropperOfParts(context, report));
    return;
  }
  if (!MayNeedRecovery(place->journal)) return;
  // Whoever holds it is at work, and nothing needs to be taken back.
  if (const auto lock = git::OperationLock::TryTake(directory)) {
    Recover(context, report, access, place->journal, *lock);
  }
}

Place InRepository(git::Repository repository) {
  git::Journal journal(git::JournalDirectory(repository));
  return {std::move(repository), std::move(journal)};
}

}  // namespace

Place OpenPlace(Context& context, cli::Report& report, Access access) {
  context.has_parts = true;
  if (auto repository = git::Repository::Find("")) {
    Place place = InRepository(std::move(*repository));
    Prepare(context, report, access, &*place.repository);
    return place;
  }
  // A dry run does without.
  if (context.dry_run && !StateDirectory()) {
    return {std::nullopt, git::Journal("")};
  }
  Place place{std::nullopt, git::Journal(RequireStateDirectory(), kPrivate)};
  PrepareOutside(context, report, access, &place);
  return place;
}

Place OpenPlaceOfOperations(Context& context, cli::Report& report,
                            Access access) {
  const auto directory = StateDirectory();
  if (!git::Repository::Find("") &&
      (!directory || !HoldsOperations(git::Journal(*directory)))) {
    // Says what is wrong with here.
    context.has_parts = true;
    return InRepository(OpenRepository(context, report, access));
  }
  return OpenPlace(context, report, access);
}

git::Config ConfigHere() {
  if (const auto repository = git::Repository::Find("")) {
    return repository->config();
  }
  return git::Config::Load("", "", git::Environment::OfProcess());
}

}  // namespace backgraft::commands
