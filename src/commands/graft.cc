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
#include "restore/graft.h"

namespace backgraft::commands {
namespace {

using restore::GraftRefs;
using restore::GraftTree;

const std::map<std::string, GraftTree> kTrees = {{"backup", GraftTree::kBackup},
                                                 {"ours", GraftTree::kOurs},
                                                 {"merge", GraftTree::kMerge}};
const std::map<std::string, git::MergeFavor> kFavors = {
    {"ours", git::MergeFavor::kOurs}, {"backup", git::MergeFavor::kTheirs}};
const std::map<std::string, GraftRefs> kRefs = {{"tip", GraftRefs::kTip},
                                                {"all", GraftRefs::kAll}};

struct GraftArguments {
  restore::GraftOptions options;
  CommitTexts commit;
  bool tip_only = false;
};

[[noreturn]] void Usage(const std::string& message) {
  throw Error(ErrorKind::kUsage, message, {"backgraft graft -h"});
}

void CheckCombination(GraftArguments* arguments) {
  restore::GraftOptions& options = arguments->options;
  if (options.tree != GraftTree::kMerge) {
    if (options.favor != git::MergeFavor::kNone) {
      Usage("'--favor' needs '--tree merge'");
    }
    if (options.leave_conflicts) Usage("'--conflicts' needs '--tree merge'");
  }
  if (arguments->tip_only) {
    if (options.select.value_or(restore::Select::kTracked) !=
        restore::Select::kTracked) {
      Usage("'--tip-only' and '--select' exclude each other");
    }
    options.select = restore::Select::kTracked;
  }
}

void SaySide(const cli::Terminal& terminal, const std::string& name,
             const restore::GraftSide& side) {
  terminal.Say("from " + name + ": " + cli::Plural(side.taken, "file") +
               " taken, " + cli::Plural(side.dropped.size(), "version") +
               " not");
  if (!terminal.verbose()) return;
  for (const std::string& path : side.dropped) {
    terminal.Say("  not " + Escape(path));
  }
}

std::string HistoryText(const restore::GraftResult& result) {
  const std::string branch = Escape(result.branch);
  const std::string count = cli::Plural(result.relation.ahead, "commit") +
                            " of " +
                            result.source.tip->substr(0, kShownIdDigits);
  if (!result.before) return count + ", to begin " + branch + " with";
  switch (result.relation.relation) {
    case git::Relation::kIdentical:
    case git::Relation::kBehind:
      return result.source.tip->substr(0, kShownIdDigits) + " is in " + branch +
             " already";
    case git::Relation::kAhead:
      return count + ", ahead of " + branch;
    case git::Relation::kDiverged:
      return count + ", diverged from " + branch;
    case git::Relation::kUnrelated:
      return count + ", unrelated to " + branch;
  }
  return {};
}

void SayRefs(const cli::Terminal& terminal, bool dry_run,
             const restore::GraftResult& result) {
  if (!result.imported_name) return;
  terminal.Say("refs: " + cli::WithCommas(result.imported_refs) +
               (dry_run ? " would be" : "") + " under refs/imported/" +
               Escape(*result.imported_name) + ", " +
               cli::WithCommas(result.moved_refs) + " of them new or moved");
}

void FillConflict(const restore::GraftConflicts& conflicts,
                  const std::string& source, cli::Report* report) {
  FillConflicts(conflicts.paths, report);
  std::string what = "grafting " + Quote(source) + " conflicts in " +
                     cli::Plural(report->conflicts.size(), "path");
  if (conflicts.left) {
    report->error =
        cli::ErrorText{what + ", which are left for you to resolve",
                       {"then mark them resolved: git add PATH, or git rm PATH",
                        "and go on: git merge --continue",
                        "or give up and go back: git merge --abort"}};
  } else {
    report->error = cli::ErrorText{
        what + "; nothing was changed",
        {"resolve them by hand: add --conflicts leave",
         "or take one side in all of them: add --favor ours, or --favor "
         "backup"}};
  }
}

void FillReport(const restore::GraftResult& result, cli::Report* report) {
  report->status =
      result.nothing_to_do ? cli::Status::kNothingToDo : cli::Status::kOk;
  FillCommitted(result.branch, result.before, result.after, result.tree,
                report);
  if (result.verified) report->verified = true;
  report->relation = git::RelationName(result.relation.relation);
  report->source = result.source;
  report->left_out = result.left_out;
  AddWarnings(result.warnings, report);
  AddPublicationWarnings(result.published, report);
  if (result.conflicts) return;
  report->counts =
      ToCounts(result.counts, result.left_out.size(), result.subject ? 1 : 0);
}

void SayProven(const cli::Terminal& terminal,
               const restore::GraftResult& result) {
  if (result.tree_is_backup) {
    SayProof(terminal, result.tree, result.counts.files,
             result.from_repository == 0);
    return;
  }
  terminal.Say(terminal.Good("verified:") + " tree " + result.tree.Hex() +
               " holds " + cli::Plural(result.counts.files, "file") +
               " of the backup");
}

void SayResult(const cli::Terminal& terminal, bool dry_run,
               const restore::GraftResult& result) {
  SaySource(terminal, result.source,
            result.backup_side.taken + result.backup_side.dropped.size());
  terminal.Say("history: " + HistoryText(result));
  SayLeftOut(terminal, result.left_out);
  if (result.nothing_to_do) {
    terminal.Say("nothing to do: " + Escape(result.branch) +
                 " already has this history and this tree");
    SayProven(terminal, result);
    return;
  }
  SaySide(terminal, "the backup", result.backup_side);
  if (result.before) {
    SaySide(terminal, Escape(result.branch), result.branch_side);
  }
  SayChanges(terminal, result.changes, result.counts);
  SayRefs(terminal, dry_run, result);
  if (result.subject) {
    SayCommit(terminal, dry_run, result.branch, *result.after, *result.subject);
  } else if (result.after != result.before) {
    terminal.Say(Escape(result.branch) + (dry_run ? " would go" : " went") +
                 " to " +
                 terminal.Id(result.after->Hex().substr(0, kShownIdDigits)));
  }
  Moved moved{.branch = result.branch,
              .before = result.before,
              .after = result.after,
              .relation = result.relation,
              .joined = true};
  if (result.subject) moved.made = {*result.after};
  if (result.source.tip) moved.tip = git::Oid::FromHex(*result.source.tip);
  SayGraph(terminal, moved);
  if (result.verified) SayProven(terminal, result);
}

void Run(GraftArguments& arguments, Context& context, cli::Report& report) {
  CheckCombination(&arguments);
  restore::GraftOptions& options = arguments.options;
  options.dry_run = context.dry_run;
  options.branch = Given(arguments.commit.branch);
  options.commit = ToCommitOptions(arguments.commit);
  options.assemble.prefix = CleanPrefix(options.assemble.prefix);
  options.assemble.keep = git::Pathspec::Parse(options.keep_text);
  options.assemble.exclude = git::Pathspec::Parse(options.exclude_text);

  git::Repository repository = OpenRepository(context, report, Access::kChange);
  restore::GraftResult result =
      restore::Graft(repository, options, context.terminal->progress());
  FillReport(result, &report);
  const cli::Terminal& terminal = *context.terminal;
  if (result.conflicts) {
    FillConflict(*result.conflicts, result.source.name, &report);
    terminal.Say("history: " + HistoryText(result));
    if (result.conflicts->left) SayRefs(terminal, false, result);
    terminal.Say("conflicts:");
    SayConflicts(terminal, result.conflicts->paths);
    return;
  }
  SayResult(terminal, context.dry_run, result);
}

void AddOptions(CLI::App& command, GraftArguments* arguments) {
  restore::GraftOptions& options = arguments->options;
  command
      .add_option("SOURCE", options.source,
                  "An archive, a bundle, a directory, a link or -")
      ->required();
  command
      .add_option("--tree", options.tree,
                  "What the merge commit holds: the backup, the branch's own "
                  "tree, or a merge of both")
      ->transform(CLI::CheckedTransformer(kTrees))
      ->option_text("backup|ours|merge");
  command
      .add_option("--favor", options.favor,
                  "With --tree merge: the side that wins where both changed")
      ->transform(CLI::CheckedTransformer(kFavors))
      ->option_text("ours|backup");
  AddConflicts(command, &options.leave_conflicts,
               "Change nothing, or leave them as git merge does");
  command
      .add_option("--refs", options.refs,
                  "Keep every branch and tag too, under refs/imported/")
      ->transform(CLI::CheckedTransformer(kRefs))
      ->option_text("tip|all");
  AddPrefix(command, &options.assemble.prefix);
  AddFilters(command, &options.assemble.filters);
  AddSelect(command, &options.select);
  command.add_flag("--tip-only", arguments->tip_only,
                   "Leave out what was never committed");
  AddRef(command, &options.ref);
  AddKeepAndExclude(command, &options.keep_text, &options.exclude_text);
  AddCommitOptions(command, &arguments->commit);
  AddLimitOptions(command, &options.limits);
}

}  // namespace

void AddGraft(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<GraftArguments>();
  CLI::App* command = app.add_subcommand(
      "graft", "Bring a backup's history in, and join it with a merge commit");
  AddOptions(*command, arguments.get());
  command->callback([arguments, &context] {
    context.command = "graft";
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace backgraft::commands
