#include "restore/undo.h"

#include <CLI/CLI.hpp>
#include <memory>

#include "base/escape.h"
#include "commands/commands.h"
#include "commands/options.h"
#include "commands/parts.h"
#include "commands/place.h"
#include "commands/summary.h"
#include "git/obstacles.h"

namespace backgraft::commands {
namespace {

struct UndoArguments {
  restore::UndoOptions options;
  std::string operation;
};

void Run(UndoArguments& arguments, Context& context, cli::Report& report) {
  restore::UndoOptions& options = arguments.options;
  options.operation = Given(arguments.operation);
  options.dry_run = context.dry_run;
  options.parts = SwitcherOfParts();
  const Place place = OpenPlaceOfOperations(context, report, Access::kChange);
  const restore::UndoResult result =
      restore::Undo(place.repository_or_null(), place.journal, options);
  const git::Operation& record = result.inverse.record;
  if (!result.inverse.operation.empty()) report.op = result.inverse.operation;
  if (!record.refs.empty()) {
    const git::RefUpdate& ref = record.refs.front();
    report.branch = git::ShortRefName(ref.name, false);
    if (ref.before) report.before = ref.before->Hex();
    if (ref.after) report.after = ref.after->Hex();
    if (ref.after && record.tree_after) report.tree = record.tree_after->Hex();
  }
  report.counts = cli::Counts{.files = record.paths.size()};
  AddWarnings(result.warnings, &report);
  AddOverwritten(result.inverse.left_alone, result.inverse.overwritten,
                 &report);

  const cli::Terminal& terminal = *context.terminal;
  terminal.Say(
      std::string(context.dry_run ? "would take back " : "took back ") +
      result.target.id + ": " + Escape(result.target.title));
  for (const git::RefUpdate& ref : record.refs) {
    terminal.Say(Escape(git::ShortRefName(ref.name, false)) + ": " +
                 (ref.after ? "at " + terminal.Id(ref.after->Hex().substr(
                                          0, kShownIdDigits))
                            : "as before its first commit"));
    if (!terminal.verbose()) break;
  }
  for (const git::PartRecord& part : record.parts) {
    terminal.Say(part.kind + ": as before");
  }
  if (!record.paths.empty()) {
    terminal.Say(cli::Plural(record.paths.size(), "file") + " as before");
    if (terminal.verbose())
      for (const git::PathRecord& path : record.paths)
        terminal.Say("  " + Escape(path.path));
  }
}

void Add(CLI::App& app, Context& context, const std::string& name,
         const std::string& what, bool redo) {
  auto arguments = std::make_shared<UndoArguments>();
  arguments->options.redo = redo;
  CLI::App* command = app.add_subcommand(name, what);
  if (!redo)
    command->add_option("OP", arguments->operation,
                        "An operation of backgraft log (the newest)");
  AddForce(*command, &arguments->options.force);
  command->callback([arguments, &context, name] {
    context.command = name;
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace

void AddUndo(CLI::App& app, Context& context) {
  Add(app, context, "undo",
      "Bring refs, index and files back to what they were before an operation",
      false);
}

void AddRedo(CLI::App& app, Context& context) {
  Add(app, context, "redo", "Take the newest undo back", true);
}

}  // namespace backgraft::commands
