#include <CLI/CLI.hpp>
#include <map>
#include <memory>

#include "base/error.h"
#include "base/escape.h"
#include "commands/commands.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/picture.h"
#include "commands/summary.h"
#include "restore/rebuild.h"

namespace backgraft::commands {
namespace {

using restore::RebuildOrder;

const std::map<std::string, RebuildOrder> kOrders = {
    {"date", RebuildOrder::kDate},
    {"version", RebuildOrder::kVersion},
    {"given", RebuildOrder::kGiven}};
const std::map<std::string, bool> kJoins = {{"flatten", false},
                                            {"graft", true}};

struct RebuildArguments {
  restore::RebuildOptions options;
  CommitTexts commit;
};

void Fill(const restore::RebuildResult& result, cli::Report* report) {
  report->status =
      result.nothing_to_do ? cli::Status::kNothingToDo : cli::Status::kOk;
  FillCommitted(result.branch, result.before, result.after, result.tree,
                report);
  if (result.verified) report->verified = true;
  if (result.sources.size() == 1) report->source = result.sources.front();
  report->counts =
      ToCounts(result.counts, result.left_out.size(), result.commits.size());
  report->left_out = result.left_out;
  for (const restore::SkippedSource& skipped : result.skipped) {
    report->skipped.push_back({skipped.commit.Hex(), skipped.reason});
  }
  AddWarnings(result.warnings, report);
  AddPublicationWarnings(result.published, report);
}

void SayMoved(const restore::RebuildResult& result,
              const cli::Terminal& terminal) {
  Moved moved{
      .branch = result.branch, .before = result.before, .after = result.after};
  for (const restore::RebuiltCommit& commit : result.commits) {
    moved.made.push_back(commit.oid);
  }
  // The last source's own tip.
  if (moved.made.empty() || moved.made.back() != *result.after) {
    moved.made.push_back(*result.after);
  }
  SayGraph(terminal, moved);
}

// What is told of every source only with -v, above a few.
constexpr size_t kShown = 10;

void Say(const restore::RebuildResult& result, bool dry_run,
         const cli::Terminal& terminal) {
  const auto shows = [&](size_t count) {
    return count <= kShown || terminal.verbose();
  };
  if (shows(result.skipped.size())) {
    for (const restore::SkippedSource& skipped : result.skipped) {
      terminal.Say("skipped: " + skipped.reason + " (" +
                   terminal.Id(skipped.commit.Hex().substr(0, 10)) + ")");
    }
  } else {
    terminal.Say("skipped: " + cli::Plural(result.skipped.size(), "source") +
                 " that the repository has already");
  }
  SayLeftOut(terminal, result.left_out);
  if (result.nothing_to_do) {
    terminal.Say("nothing to do: " + Escape(result.branch) +
                 " has every source already");
    return;
  }
  SayChanges(terminal, result.changes, result.counts);
  if (shows(result.commits.size())) {
    for (const restore::RebuiltCommit& commit : result.commits) {
      SayCommit(terminal, dry_run, result.branch, commit.oid, commit.subject);
    }
  }
  for (const std::string& ref : result.refs) {
    if (!shows(result.refs.size())) break;
    terminal.Say((dry_run ? "would make " : "made ") + Escape(ref));
  }
  terminal.Say((dry_run ? "would add " : "added ") +
               cli::Plural(result.commits.size(), "commit") + " and " +
               cli::Plural(result.refs.size(), "ref") + ": " +
               Escape(result.branch) + " is at " +
               terminal.Id(result.after->Hex().substr(0, kShownIdDigits)));
  SayMoved(result, terminal);
  if (result.verified) {
    terminal.Say(terminal.Good("verified:") + " the tree of every commit " +
                 "equals its source's, the last is " + result.tree.Hex() +
                 " (" + cli::Plural(result.counts.files, "file") + ")");
  }
}

void Run(RebuildArguments& arguments, Context& context, cli::Report& report) {
  restore::RebuildOptions& options = arguments.options;
  options.dry_run = context.dry_run;
  options.branch = Given(arguments.commit.branch);
  options.commit = ToCommitOptions(arguments.commit);
  options.exclude = git::Pathspec::Parse(options.exclude_text);
  options.found = [&](git::Repository& repository) {
    Prepare(context, report, Access::kChange, &repository);
  };
  if (options.limits.sha256 && options.sources.size() > 1) {
    throw Error(ErrorKind::kUsage, "'--sha256' is of one source, and " +
                                       std::to_string(options.sources.size()) +
                                       " are given");
  }
  const restore::RebuildResult result =
      restore::Rebuild(options, context.terminal->progress());
  Fill(result, &report);
  Say(result, context.dry_run, *context.terminal);
}

}  // namespace

void AddRebuild(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RebuildArguments>();
  restore::RebuildOptions& options = arguments->options;
  CLI::App* command = app.add_subcommand(
      "rebuild", "Make a repository out of archives, a commit for each");
  command->add_option("DIR", options.directory, "The repository")->required();
  command
      ->add_option("SOURCE", options.sources,
                   "Archives, directories, bundles or links")
      ->required();
  command->add_flag("--bare", options.bare, "Make it without a working tree");
  command
      ->add_option("--order", options.order,
                   "What comes first: by the backups' dates, by the version in "
                   "the names, or as given")
      ->transform(CLI::CheckedTransformer(kOrders))
      ->option_text("date|version|given");
  command->add_flag("--tag", options.tag,
                    "Name each source's commit after its file");
  command
      ->add_option("--as", options.graft,
                   "Record the files of an unrelated history, or join it")
      ->transform(CLI::CheckedTransformer(kJoins))
      ->option_text("flatten|graft");
  AddFilters(*command, &options.filters);
  AddSelect(*command, &options.select);
  AddRepeated(*command, "--exclude", &options.exclude_text,
              "Leave these paths of the sources out");
  AddCommitOptions(*command, &arguments->commit);
  AddLimitOptions(*command, &options.limits);
  command->callback([arguments, &context] {
    context.command = "rebuild";
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace backgraft::commands
