#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "commands/commands.h"
#include "commands/files_part.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/part_operation.h"

namespace backgraft::commands {
namespace {

const std::map<std::string, bool> kOverlays = {{"replace", false},
                                               {"overlay", true}};

struct ImportFilesArguments {
  std::string source, root;
  imports::FilesOptions options;
  restore::SourceLimits limits;
};

std::string CleanRoot(std::string root) {
  while (root.starts_with("./")) root.erase(0, 2);
  while (root.ends_with('/')) root.pop_back();
  return root == "." ? "" : root;
}

void Run(ImportFilesArguments& arguments, Context& context,
         cli::Report& report) {
  if (!arguments.root.empty()) {
    arguments.options.root = CleanRoot(arguments.root);
  }
  JoinedParts parts;
  parts.Add(std::make_unique<FilesPart>(arguments.source, arguments.options,
                                        arguments.limits, context));
  ImportParts(parts, "import files", context, report);
}

}  // namespace

void AddImportFiles(CLI::App& import, Context& context) {
  auto arguments = std::make_shared<ImportFilesArguments>();
  CLI::App* command = import.add_subcommand(
      "files", "Put a backup of uploaded files in a directory's place");
  command
      ->add_option("SOURCE", arguments->source,
                   "An archive, a directory, a link or -")
      ->required();
  command
      ->add_option("DIR", arguments->options.directory,
                   "The directory, made if it is not there")
      ->required();
  command
      ->add_option("--mode", arguments->options.overlay,
                   "DIR equals the backup, or keeps what it lacks")
      ->transform(CLI::CheckedTransformer(kOverlays))
      ->option_text("replace|overlay");
  command
      ->add_option("--root", arguments->root,
                   "Take ROOT of the source, whatever encloses the files")
      ->type_name("ROOT");
  command->add_flag("--keep-modes", arguments->options.keep_modes,
                    "Keep permission bits instead of 0644 and 0755");
  AddLimitOptions(*command, &arguments->limits);
  command->callback([arguments, &context] {
    context.command = "import files";
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace backgraft::commands
