#include "restore/undo.h"

#include <algorithm>
#include <map>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/history.h"
#include "git/obstacles.h"
#include "git/part_operations.h"
#include "git/refs.h"
#include "git/upstream.h"
#include "restore/publish.h"

namespace backgraft::restore {
namespace {

// The newest that may be taken back: by "undo" what is no undo itself, by
// "redo" an undo.
const LoggedOperation& Choose(const std::vector<LoggedOperation>& all,
                              const UndoOptions& options) {
  for (const LoggedOperation& logged : all) {
    const git::Operation& operation = logged.operation;
    if (options.operation) {
      if (operation.id == *options.operation) return logged;
    } else if (!logged.undone && operation.command != "redo" &&
               (operation.command == "undo") == options.redo) {
      return logged;
    }
  }
  if (options.operation)
    throw Error(ErrorKind::kRefused,
                "there is no operation " + Quote(*options.operation),
                {"list them: backgraft log"});
  throw Error(ErrorKind::kRefused,
              options.redo ? "there is no undo to take back"
                           : "there is no operation to undo",
              {"list them: backgraft log"});
}

// Whoever has the commits from there will bring them back.
void WarnOfUpstream(const git::Repository& repository,
                    const git::Operation& target,
                    std::vector<std::string>* warnings) {
  if (target.refs.empty() || !target.refs.front().after) return;
  const git::RefUpdate& branch = target.refs.front();
  const std::string name = branch.name == "HEAD"
                               ? branch.name
                               : git::ResolveRefName(repository, branch.name);
  const auto upstream = git::UpstreamOf(repository, name);
  if (!upstream) return;
  const auto tip = git::ReadRef(repository, *upstream);
  if (!tip || !repository.Exists(*tip)) return;
  git::History history(repository);
  if (!history.IsAncestor(*branch.after, *tip)) return;
  const std::string revert =
      branch.before ? branch.before->Hex().substr(0, 10) : "STATE";
  warnings->push_back(
      "the commits of operation " + target.id + " are on " +
      Quote(upstream->substr(upstream->find('/', 5) + 1)) +
      " already: to undo them there, too, 'backgraft redo', then 'backgraft "
      "revert --to " +
      revert + "'");
}

// See UndoResult::relation. What is likely is asked first: the other answer
// takes a walk through all of the history.
std::optional<git::Relation> FindDirection(const git::Repository& repository,
                                           const git::Operation& target) {
  if (target.refs.empty()) return std::nullopt;
  const git::RefUpdate& branch = target.refs.front();
  if (!branch.before || !branch.after) return std::nullopt;
  git::History history(repository);
  const bool likely_forth = target.command == "undo";
  for (const bool forth : {likely_forth, !likely_forth}) {
    const git::Oid& older = forth ? *branch.after : *branch.before;
    const git::Oid& newer = forth ? *branch.before : *branch.after;
    if (history.IsAncestor(older, newer)) {
      return forth ? git::Relation::kAhead : git::Relation::kBehind;
    }
  }
  return std::nullopt;
}

}  // namespace

std::vector<LoggedOperation> ListOperations(const git::Journal& journal) {
  std::vector<LoggedOperation> all;
  std::map<std::string, size_t> places;
  for (const std::string& id : journal.List()) {
    auto operation = journal.Find(id);
    if (!operation) continue;
    places[id] = all.size();
    // What it takes back is undone; what that had taken back stands again.
    bool undone = true;
    for (std::string taken = operation->undoes; places.count(taken) > 0;
         taken = all[places[taken]].operation.undoes) {
      all[places[taken]].undone = undone;
      undone = !undone;
    }
    all.push_back({std::move(*operation), false});
  }
  std::reverse(all.begin(), all.end());
  return all;
}

UndoResult Undo(const git::Repository* repository, const git::Journal& journal,
                const UndoOptions& options, Progress& progress) {
  const std::vector<LoggedOperation> all = ListOperations(journal);
  const LoggedOperation& chosen = Choose(all, options);
  UndoResult result;
  result.target = chosen.operation;
  git::InverseOptions inverse;
  inverse.command = options.redo ? "redo" : "undo";
  inverse.force = options.force;
  inverse.dry_run = options.dry_run;
  inverse.check_interrupted = ThrowIfInterrupted;
  inverse.written = WritingFiles(progress);
  inverse.parts = options.parts;
  if (repository == nullptr) {
    result.inverse = git::TakeBackParts(journal, result.target, inverse);
    return result;
  }
  WarnOfUpstream(*repository, result.target, &result.warnings);
  result.changes = git::DiffTrees(*repository, result.target.tree_after,
                                  result.target.tree_before);
  try {
    result.relation = FindDirection(*repository, result.target);
  } catch (const Error& error) {
    // Of a history with holes nothing is told; that is no reason not to undo.
    if (error.kind() != ErrorKind::kIo) throw;
  }
  result.inverse = git::TakeBack(*repository, result.target, inverse);
  return result;
}

}  // namespace backgraft::restore
