#include <CLI/CLI.hpp>

#include "commands/commands.h"
#include "commands/place.h"

namespace backgraft::commands {
namespace {

void Run(Context& context, cli::Report& report) {
  // Opening it is what recovers.
  OpenPlaceOfOperations(context, report, Access::kRecover);
  if (!report.warnings.empty()) return;
  report.status = cli::Status::kNothingToDo;
  context.terminal->Say("nothing to do: no operation was interrupted");
}

}  // namespace

void AddRecover(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "recover",
      "Take back an operation that was interrupted (every command does)");
  command->callback([&context] {
    context.command = "recover";
    context.run = Run;
  });
}

}  // namespace backgraft::commands
