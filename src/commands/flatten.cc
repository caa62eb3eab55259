#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "base/escape.h"
#include "commands/commands.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/picture.h"
#include "commands/summary.h"
#include "restore/flatten.h"

namespace backgraft::commands {
namespace {

using restore::Mode;

const std::map<std::string, Mode> kModes = {{"replace", Mode::kReplace},
                                            {"overlay", Mode::kOverlay}};
struct FlattenArguments {
  restore::FlattenOptions options;
  CommitTexts commit;
};

void Run(FlattenArguments& arguments, Context& context, cli::Report& report) {
  restore::FlattenOptions& options = arguments.options;
  options.dry_run = context.dry_run;
  options.branch = Given(arguments.commit.branch);
  options.commit = ToCommitOptions(arguments.commit);
  options.assemble.prefix = CleanPrefix(options.assemble.prefix);
  options.assemble.keep = git::Pathspec::Parse(options.keep_text);
  options.assemble.exclude = git::Pathspec::Parse(options.exclude_text);

  git::Repository repository = OpenRepository(context, report, Access::kChange);
  restore::FlattenResult result =
      restore::Flatten(repository, options, context.terminal->progress());

  report.status =
      result.nothing_to_do ? cli::Status::kNothingToDo : cli::Status::kOk;
  FillCommitted(result.branch, result.before, result.after, result.tree,
                &report);
  if (result.verified) report.verified = true;
  report.source = result.source;
  report.counts = ToCounts(result.counts, result.left_out.size(),
                           result.nothing_to_do ? 0 : 1);
  report.left_out = result.left_out;
  AddWarnings(result.warnings, &report);
  AddPublicationWarnings(result.published, &report);

  const cli::Terminal& terminal = *context.terminal;
  SaySource(terminal, result.source, result.counts.files);
  SayLeftOut(terminal, result.left_out);
  if (result.nothing_to_do) {
    terminal.Say("nothing to do: " + Escape(result.branch) +
                 " already has this tree");
    SayProof(terminal, result.tree, result.counts.files,
             result.from_repository == 0);
    return;
  }
  SayChanges(terminal, result.changes, result.counts);
  if (result.from_repository > 0) {
    terminal.Say("kept from the repository: " +
                 cli::Plural(result.from_repository, "file"));
  }
  SayCommit(terminal, context.dry_run, result.branch, *result.after,
            result.subject);
  SayGraph(terminal, {.branch = result.branch,
                      .before = result.before,
                      .after = result.after,
                      .made = {*result.after}});
  if (result.verified) {
    SayProof(terminal, result.tree, result.counts.files,
             result.from_repository == 0);
  }
}

}  // namespace

void AddFlatten(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<FlattenArguments>();
  restore::FlattenOptions& options = arguments->options;
  CLI::App* command = app.add_subcommand(
      "flatten", "Record a backup's files as one commit on the branch");
  command
      ->add_option("SOURCE", options.source,
                   "An archive, a directory, a link or -")
      ->required();
  command
      ->add_option("--mode", options.assemble.mode,
                   "The tree equals the backup, or keeps what it lacks")
      ->transform(CLI::CheckedTransformer(kModes))
      ->option_text("replace|overlay");
  AddPrefix(*command, &options.assemble.prefix);
  AddFilters(*command, &options.assemble.filters);
  AddSelect(*command, &options.select);
  AddRef(*command, &options.ref);
  AddKeepAndExclude(*command, &options.keep_text, &options.exclude_text);
  AddCommitOptions(*command, &arguments->commit);
  AddLimitOptions(*command, &options.limits);
  command->callback([arguments, &context] {
    context.command = "flatten";
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace backgraft::commands
