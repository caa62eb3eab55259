#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/escape.h"
#include "commands/commands.h"
#include "commands/place.h"
#include "commands/summary.h"
#include "git/date.h"
#include "git/obstacles.h"
#include "restore/undo.h"

namespace backgraft::commands {
namespace {

std::string Digits(const std::optional<git::Oid>& oid) {
  return oid ? oid->Hex().substr(0, kShownIdDigits) : "nothing";
}

cli::OperationRow RowOf(const restore::LoggedOperation& logged) {
  const git::Operation& operation = logged.operation;
  cli::OperationRow row;
  row.op = operation.id;
  row.time = git::FormatUtcDate(operation.time);
  row.command = operation.command;
  row.title = operation.title;
  if (!operation.refs.empty()) {
    const git::RefUpdate& ref = operation.refs.front();
    row.branch = git::ShortRefName(ref.name, false);
    if (ref.before) row.before = ref.before->Hex();
    if (ref.after) row.after = ref.after->Hex();
  }
  row.files = operation.paths.size();
  row.undone = logged.undone;
  if (!operation.undoes.empty()) row.undoes = operation.undoes;
  return row;
}

void SayOperation(const cli::Terminal& terminal,
                  const restore::LoggedOperation& logged, size_t width) {
  const git::Operation& operation = logged.operation;
  std::string id = operation.id;
  id.insert(0, width - id.size(), ' ');
  terminal.Say(terminal.Id(id) + "  " +
               git::FormatIsoDate(operation.time,
                                  git::LocalOffsetMinutes(operation.time)) +
               "  " + Escape(operation.title) +
               (logged.undone ? "  (undone)" : ""));
  const std::string indent(width + 2, ' ');
  for (size_t i = 0; i < operation.refs.size(); ++i) {
    if (i > 0 && !terminal.verbose()) {
      terminal.Say(indent + "and " +
                   cli::Plural(operation.refs.size() - 1, "more ref") +
                   " (-v lists them)");
      break;
    }
    const git::RefUpdate& ref = operation.refs[i];
    terminal.Say(indent + Escape(git::ShortRefName(ref.name, false)) + ": " +
                 Digits(ref.before) + " to " + Digits(ref.after) +
                 (i == 0 && !operation.paths.empty()
                      ? ", " + cli::Plural(operation.paths.size(), "file")
                      : ""));
  }
}

void Run(Context& context, cli::Report& report) {
  const Place place = OpenPlaceOfOperations(context, report, Access::kLook);
  const auto operations = restore::ListOperations(place.journal);
  report.operations.emplace();
  size_t width = 0;
  for (const restore::LoggedOperation& logged : operations) {
    report.operations->push_back(RowOf(logged));
    width = std::max(width, logged.operation.id.size());
  }
  if (operations.empty()) context.terminal->Say("no operations yet");
  for (const restore::LoggedOperation& logged : operations)
    SayOperation(*context.terminal, logged, width);
}

}  // namespace

void AddLog(CLI::App& app, Context& context) {
  CLI::App* command =
      app.add_subcommand("log", "List what backgraft did here, newest first");
  command->callback([&context] {
    context.command = "log";
    context.run = Run;
  });
}

}  // namespace backgraft::commands
