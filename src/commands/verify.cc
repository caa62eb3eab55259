#include <CLI/CLI.hpp>
#include <memory>

#include "base/escape.h"
#include "commands/commands.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/summary.h"
#include "restore/verify.h"

namespace backgraft::commands {
namespace {

// Differences that are listed without -v.
constexpr size_t kShown = 20;

void Run(const restore::VerifyOptions& options, Context& context,
         cli::Report& report) {
  git::Repository repository = OpenRepository(context, report, Access::kRead);
  restore::VerifyResult result =
      restore::Verify(repository, options, context.terminal->progress());
  bool equal = result.differences.empty();
  report.status = equal ? cli::Status::kOk : cli::Status::kDifferent;
  report.verified = equal;
  report.tree = result.tree.Hex();
  if (!result.commit.IsZero()) report.after = result.commit.Hex();
  report.source = result.source;
  report.counts =
      cli::Counts{.files = result.files, .left_out = result.left_out.size()};
  report.left_out = result.left_out;
  AddWarnings(result.warnings, &report);
  for (const auto& difference : result.differences) {
    report.differences.push_back(
        {difference.path, restore::DifferenceName(difference.kind)});
  }

  const cli::Terminal& terminal = *context.terminal;
  SaySource(terminal, result.source, result.files);
  SayLeftOut(terminal, result.left_out);
  if (equal) {
    SayProof(terminal, result.tree, result.files, true);
    return;
  }
  size_t shown = terminal.verbose() ? result.differences.size() : kShown;
  for (size_t i = 0; i < result.differences.size() && i < shown; ++i) {
    const auto& difference = result.differences[i];
    std::string name = restore::DifferenceName(difference.kind);
    name.resize(10, ' ');
    terminal.Say("  " + name + Escape(difference.path));
  }
  SayMore(terminal, result.differences.size(), shown);
  terminal.Say("different: tree " + result.tree.Hex() + " and the backup in " +
               cli::Plural(result.differences.size(), "path"));
}

}  // namespace

void AddVerify(CLI::App& app, Context& context) {
  auto options = std::make_shared<restore::VerifyOptions>();
  CLI::App* command = app.add_subcommand(
      "verify", "Compare a commit's tree with a backup, byte for byte");
  command
      ->add_option("SOURCE", options->source,
                   "An archive, a directory, a link or -")
      ->required();
  command->add_option("REV", options->revision, "The revision (HEAD)");
  AddFilters(*command, &options->filters);
  AddSelect(*command, &options->select);
  AddRef(*command, &options->ref);
  AddLimitOptions(*command, &options->limits);
  command->callback([options, &context] {
    context.command = "verify";
    context.run = [options](Context& c, cli::Report& report) {
      Run(*options, c, report);
    };
  });
}

}  // namespace backgraft::commands
