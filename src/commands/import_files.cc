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
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/parts.h"
#include "commands/summary.h"
#include "restore/opened_source.h"

namespace backgraft::commands {
namespace {

const std::map<std::string, bool> kOverlays = {{"replace", false},
                                               {"overlay", true}};

struct ImportFilesArguments {
  std::string source, root;
  imports::FilesOptions options;
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
                const imports::FilesComparison& comparison) {
  if (terminal.verbose()) {
    for (const imports::FilesChange& change : comparison.changes) {
      terminal.Say(std::string(1, change.change) + " " + Escape(change.path));
    }
  }
  terminal.Say("changes: " + cli::WithCommas(comparison.added) + " added, " +
               cli::WithCommas(comparison.modified) + " modified, " +
               cli::WithCommas(comparison.deleted) + " deleted");
}

void Fill(const imports::StagedFiles& staged, cli::Report* report) {
  report->counts = cli::Counts{.files = staged.count,
                               .added = staged.comparison.added,
                               .modified = staged.comparison.modified,
                               .deleted = staged.comparison.deleted,
                               .left_out = staged.skipped.size()};
  for (const imports::SkippedFile& skipped : staged.skipped) {
    report->left_out.push_back({skipped.path, skipped.reason});
  }
}

// Puts the staged files in their place, as an operation of `repository`, which
// may be null: then only the old ones are kept.
void Switch(const imports::FilesSwitch& files, const std::string& source,
            const git::Repository* repository, cli::Report* report) {
  const InterruptShield shield;
  std::optional<PartOperation> operation;
  try {
    operation.emplace(repository);
    operation->Write("import files " + Escape(source) + " into " + files.target,
                     PartOf(files));
    imports::Switch(files);
    operation->Complete(report);
  } catch (const Error&) {
    // Where this fails, too, the next command does it.
    const bool written = operation && operation->written();
    if (written) imports::SwitchBack(files);
    imports::Discard(files);
    if (written) operation->Discard();
    throw;
  }
  if (!files.existed) imports::Discard(files);
}

void Run(ImportFilesArguments& arguments, Context& context,
         cli::Report& report) {
  const cli::Terminal& terminal = *context.terminal;
  imports::FilesOptions& options = arguments.options;
  restore::OpenedSource source(arguments.source, arguments.limits,
                               context.terminal->progress());
  options.source_name = source.name();
  options.operation = NewOperation();
  options.dry_run = context.dry_run;
  options.whole = !source.type();
  if (!arguments.root.empty()) options.root = CleanRoot(arguments.root);
  // Where the working directory is in a repository, its journal has the import.
  std::optional<git::Repository> repository = git::Repository::Find("");
  if (repository) Prepare(context, report, Access::kChange, &*repository);
  imports::StagedFiles staged = imports::Stage(source.reader(), options, [&] {
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
    terminal.Say("nothing to do: " + Quote(staged.target) +
                 " holds these files");
  } else {
    SayChanges(terminal, staged.comparison);
  }
  if (staged.files) {
    Switch(*staged.files, report.source->name,
           repository ? &*repository : nullptr, &report);
    if (staged.files->existed) {
      terminal.Say("the files before are kept in " +
                   Quote(staged.files->tree()));
    }
  }
  if (!staged.verified) return;
  report.verified = true;
  terminal.Say(terminal.Good("verified:") + " " + Quote(staged.target) +
               (options.overlay ? " holds" : " equals") + " the backup (" +
               cli::Plural(staged.count, "file") + ")");
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
