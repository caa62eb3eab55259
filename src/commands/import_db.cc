#include <CLI/CLI.hpp>
#include <memory>

#include "base/interrupt.h"
#include "commands/commands.h"
#include "commands/database_part.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/part_operation.h"

namespace backgraft::commands {
namespace {

struct ImportDbArguments {
  DatabaseArguments database;
  restore::SourceLimits limits;
};

void Run(const ImportDbArguments& arguments, Context& context,
         cli::Report& report) {
  JoinedParts parts;
  parts.Add(std::make_unique<DatabasePart>(arguments.database, arguments.limits,
                                           context));
  ImportParts(parts, "import db", context, report);
}

}  // namespace

void AddImportDb(CLI::App& import, Context& context) {
  auto arguments = std::make_shared<ImportDbArguments>();
  imports::ImportDatabaseOptions& use_case = arguments->database.use_case;
  CLI::App* command = import.add_subcommand(
      "db", "Load a database dump beside the live tables, then switch");
  command
      ->add_option("SOURCE", use_case.source,
                   "A dump, plain, compressed or in an archive, a link, or -")
      ->required();
  AddDatabaseOptions(*command, &arguments->database);
  command->add_flag("--drop-old", use_case.drop_old,
                    "Do not keep what the database held before");
  AddLimitOptions(*command, &arguments->limits);
  command->callback([arguments, &context] {
    context.command = "import db";
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace backgraft::commands
