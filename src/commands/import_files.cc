#include "import/import_files.h"

#include <unistd.h>

#include <CLI/CLI.hpp>
#include <ctime>
#include <map>
#include <memory>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "commands/commands.h"
#include "commands/options.h"
#include "commands/summary.h"
#include "restore/opened_source.h"

namespace backgraft::commands {
namespace {

const std::map<std::string, bool> kOverlays = {{"replace", false},
                                               {"overlay", true}};

struct ImportFilesArguments {
  std::string source, root;
  import::FilesOptions options;
  restore::SourceLimits limits;
};

// Unique beside one directory: two imports never share a second and a process.
std::string NewOperation() {
  return std::to_string(time(nullptr)) + "-" + std::to_string(getpid());
}

std::string CleanRoot(std::string root) {
  while (root.starts_with("./")) root.erase(0, 2);
  while (root.ends_with('/')) root.pop_back();
  return root == "." ? "" : root;
}

void SayChanges(const cli::Terminal& terminal,
                const import::FilesComparison& comparison) {
  if (terminal.verbose()) {
    for (const import::FilesChange& change : comparison.changes) {
      terminal.Say(std::string(1, change.change) + " " + Escape(change.path));
    }
  }
  terminal.Say("changes: " + cli::WithCommas(comparison.added) + " added, " +
               cli::WithCommas(comparison.modified) + " modified, " +
               cli::WithCommas(comparison.deleted) + " deleted");
}

void Fill(const import::StagedFiles& staged, cli::Report* report) {
  report->counts = cli::Counts{.files = staged.count,
                               .added = staged.comparison.added,
                               .modified = staged.comparison.modified,
                               .deleted = staged.comparison.deleted,
                               .left_out = staged.skipped.size()};
  for (const import::SkippedFile& skipped : staged.skipped) {
    report->left_out.push_back({skipped.path, skipped.reason});
  }
}

void Run(ImportFilesArguments& arguments, Context& context,
         cli::Report& report) {
  const cli::Terminal& terminal = *context.terminal;
  import::FilesOptions& options = arguments.options;
  restore::OpenedSource source(arguments.source, arguments.limits,
                               context.terminal->progress());
  options.source_name = source.name();
  options.operation = NewOperation();
  options.dry_run = context.dry_run;
  options.whole = !source.type();
  if (!arguments.root.empty()) options.root = CleanRoot(arguments.root);
  import::StagedFiles staged = import::Stage(source.reader(), options, [&] {
    // The bytes are checked as a whole before anything is made of them.
    report.source = source.Finish({});
  report.source->kind = "files";
});
report.source->root = staged.root;
Fill(staged, &report);
SaySource(terminal, *report.source, staged.count);
SayLeftOut(terminal, report.left_out);
const bool to_do = staged.files || (context.dry_run && !staged.verified);
if (!to_do) {
  report.status = cli::Status::kNothingToDo;
  terminal.Say("nothing to do: " + Quote(staged.target) + " holds these files");
} else {
  SayChanges(terminal, staged.comparison);
}
if (staged.files) {
  const InterruptShield shield;
  try {
    import::Switch(*staged.files);
  } catch (const Error&) {
    if (!import::IsSwitched(*staged.files)) import::Discard(*staged.files);
    throw;
  }
  if (staged.files->existed) {
    terminal.Say("the files before are kept in " + Quote(staged.files->tree()));
  } else {
    import::Discard(*staged.files);
  }
}
if (!staged.verified) return;
report.verified = true;
terminal.Say(terminal.Good("verified:") + " " + Quote(staged.target) +
             (options.overlay ? " holds" : " equals") + " the backup (" +
             cli::Plural(staged.count, "file") + ")");
}  // namespace

}  // namespace backgraft::commands

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
