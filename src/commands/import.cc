#include <CLI/CLI.hpp>

#include "commands/commands.h"

namespace backgraft::commands {

void AddImport(CLI::App& app, Context& context) {
  CLI::App* command = app.add_subcommand(
      "import", "Bring the other parts of a backup back: the database");
  command->require_subcommand(1);
  AddImportDb(*command, context);
}

}  // namespace backgraft::commands
