#include <CLI/CLI.hpp>

#include "commands/commands.h"

namespace backgraft::commands {

void AddImport(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "import", "Bring back the parts of a backup that are no code");
  command->require_subcommand(1);
  AddImportDb(*command, context);
  AddImportFiles(*command, context);
}

}  // namespace backgraft::commands
