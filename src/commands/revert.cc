#include <CLI/CLI.hpp>
#include <memory>

#include "base/error.h"
#include "base/escape.h"
#include "commands/commands.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/picture.h"
#include "commands/summary.h"
#include "restore/revert.h"
#include "restore/revert_deploy.h"
#include "restore/revert_to.h"

namespace backgraft::commands {
namespace {

// Commits and skipped ones that are listed without -v.
constexpr size_t kShown = 20;

struct RevertArguments {
  restore::RevertOptions revert;
  restore::RevertToOptions to;
  restore::RevertDeployOptions deploy;
  CommitTexts commit;
  std::vector<std::string> keep;
  size_t mainline = 0;
  std::string deploy_tag;
  bool leave = false;
  CLI::Option* mainline_option = nullptr;
  CLI::Option* to_option = nullptr;
  CLI::Option* deploy_option = nullptr;
};

[[noreturn]] void Usage(const std::string& message) {
  throw Error(ErrorKind::kUsage, message, {"backgraft revert -h"});
}

void CheckCombination(const RevertArguments& arguments) {
  bool to = arguments.to_option->count() > 0;
  bool deploy = arguments.deploy_option->count() > 0;
  bool commits = !arguments.revert.commits.empty();
  if (to + deploy + commits != 1) {
    Usage(
        "say what to undo, in one of three ways: commits, '--to STATE' or "
        "'--deploy'");
  }
  if (!commits && arguments.revert.squash) Usage("'--squash' needs commits");
  if (!commits && arguments.mainline_option->count() > 0) {
    Usage("'--mainline' needs commits");
  }
  if (!to && arguments.to.each) Usage("'--each' needs '--to'");
  if (!to && !arguments.to.exclude_text.empty()) {
    Usage("'--exclude' needs '--to'");
  }
  if (!deploy && !arguments.deploy.globs.empty()) {
    Usage("'--deploy-tags' needs '--deploy'");
  }
  if (arguments.revert.squash && arguments.leave) {
    Usage("'--squash' and '--conflicts leave' exclude each other");
  }
  if (arguments.mainline_option->count() > 0 && arguments.mainline == 0) {
    Usage("parents are counted from 1");
  }
}

restore::RevertResult RunChosen(RevertArguments& arguments, Context& context,
                                cli::Report& report) {
  CheckCombination(arguments);
  restore::RevertCommonOptions common;
  common.branch = Given(arguments.commit.branch);
  common.commit = ToCommitOptions(arguments.commit);
  common.keep = git::Pathspec::Parse(arguments.keep);
  common.keep_text = arguments.keep;
  common.leave_conflicts = arguments.leave;
  common.dry_run = context.dry_run;
  git::Repository repository = OpenRepository(context, report, Access::kChange);
  restore::Progress& progress = context.terminal->progress();
  if (arguments.to_option->count() > 0) {
    arguments.to.common = common;
    arguments.to.exclude = git::Pathspec::Parse(arguments.to.exclude_text);
    return restore::RevertTo(repository, arguments.to, progress);
  }
  if (arguments.deploy_option->count() > 0) {
    arguments.deploy.common = common;
    arguments.deploy.tag = Given(arguments.deploy_tag);
    return restore::RevertDeploy(repository, arguments.deploy, progress);
  }
  arguments.revert.common = common;
  if (arguments.mainline_option->count() > 0) {
    arguments.revert.mainline = arguments.mainline;
  }
  return restore::Revert(repository, arguments.revert, progress);
}

std::string Name(const cli::Terminal& terminal,
                 const restore::UndoneCommit& commit) {
  return terminal.Id(commit.oid.Hex().substr(0, kShownIdDigits)) + " " +
         Escape(commit.title);
}

void SayConflict(const cli::Terminal& terminal,
                 const restore::RevertConflict& conflict) {
  terminal.Say("conflicts in " + Name(terminal, conflict.commit) + ":");
  SayConflicts(terminal, conflict.paths);
}

void FillConflict(const restore::RevertConflict& conflict,
                  cli::Report* report) {
  FillConflicts(conflict.paths, report);
  std::string what = "undoing " +
                     conflict.commit.oid.Hex().substr(0, kShownIdDigits) +
                     " (" + Escape(conflict.commit.title) + ") conflicts in " +
                     cli::Plural(report->conflicts.size(), "path");
  if (conflict.left) {
    report->error =
        cli::ErrorText{what + ", which are left for you to resolve",
                       {"then mark them resolved: git add PATH, or git rm PATH",
                        "and go on: git revert --continue",
                        "or leave this commit as it is: git revert --skip",
                        "or give up and go back: git revert --abort"}};
  } else {
    report->error = cli::ErrorText{
        what + "; nothing was changed",
        {"resolve them by hand: add --conflicts leave",
         "or bring a whole state back, which never conflicts: backgraft revert "
         "--to STATE"}};
  }
}

void FillReport(const restore::RevertResult& result, cli::Report* report) {
  report->status =
      result.nothing_to_do ? cli::Status::kNothingToDo : cli::Status::kOk;
  FillCommitted(result.branch, result.before, result.after, result.tree,
                report);
  if (result.verified) report->verified = true;
  if (result.source) report->source = result.source;
  restore::ChangeCounts counts = restore::CountChanges(result.changes);
  report->counts = cli::Counts{.added = counts.added,
                               .modified = counts.modified,
                               .deleted = counts.deleted,
                               .commits = result.commits.size()};
  report->left_out = result.left_out;
  AddWarnings(result.warnings, report);
  for (const auto& skipped : result.skipped) {
    report->skipped.push_back({skipped.commit.oid.Hex(), skipped.reason});
  }
  AddPublicationWarnings(result.published, report);
}

void SayProven(const cli::Terminal& terminal,
               const restore::RevertResult& result) {
  std::string text = terminal.Good("verified:") + " tree " + result.tree.Hex();
  if (result.restored) {
    text +=
        " of " + result.restored->Hex().substr(0, kShownIdDigits) + " is back";
  } else if (result.source) {
    text += " equals " + Escape(result.source->name);
  } else {
    text += " and " + cli::Plural(result.commits.size(), "new commit") +
            " read back";
  }
  terminal.Say(text);
}

void SayUndone(const cli::Terminal& terminal, bool dry_run, size_t shown,
               const restore::RevertResult& result) {
  const std::vector<restore::UndoneCommit>& undone = result.undone;
  if (undone.empty()) return;
  const std::string verb = dry_run ? "would undo " : "undid ";
  if (undone.size() == 1 && result.undone_complete) {
    terminal.Say(verb + Name(terminal, undone.front()));
    return;
  }
  terminal.Say(verb + cli::Plural(undone.size(), "commit") +
               (result.undone_complete ? ":" : " and earlier ones:"));
  for (size_t i = 0; i < undone.size() && i < shown; ++i) {
    terminal.Say("  " + Name(terminal, undone[i]));
  }
  SayMore(terminal, undone.size(), shown);
}

void SayMoved(const cli::Terminal& terminal,
              const restore::RevertResult& result) {
  Moved moved{
      .branch = result.branch, .before = result.before, .after = result.after};
  for (const restore::NewCommit& commit : result.commits) {
    moved.made.push_back(commit.oid);
  }
  if (result.restored && result.restored_is_behind) {
    moved.tip = result.restored;
    moved.tip_name = "the state that is back";
    moved.relation = git::RelationResult{.relation = git::Relation::kBehind,
                                         .merge_bases = {}};
  }
  SayGraph(terminal, moved);
}

void SayResult(const cli::Terminal& terminal, bool dry_run,
               const restore::RevertResult& result) {
  if (result.source) {
    SayLeftOut(terminal, result.left_out);
  }
  size_t shown = terminal.verbose() ? SIZE_MAX : kShown;
  for (size_t i = 0; i < result.skipped.size() && i < shown; ++i) {
    terminal.Say("skipped " + Name(terminal, result.skipped[i].commit) + ": " +
                 result.skipped[i].reason);
  }
  SayMore(terminal, result.skipped.size(), shown);
  if (result.nothing_to_do) {
    terminal.Say("nothing to do: " + Escape(result.branch) +
                 " already has this tree");
    return;
  }
  SayUndone(terminal, dry_run, shown, result);
  SayChanges(terminal, result.changes, restore::CountChanges(result.changes));
  for (size_t i = 0; i < result.commits.size() && i < shown; ++i) {
    SayCommit(terminal, dry_run, result.branch, result.commits[i].oid,
              result.commits[i].subject);
  }
  SayMore(terminal, result.commits.size(), shown);
  SayMoved(terminal, result);
  if (result.verified) SayProven(terminal, result);
}

void Run(RevertArguments& arguments, Context& context, cli::Report& report) {
  restore::RevertResult result = RunChosen(arguments, context, report);
  FillReport(result, &report);
  const cli::Terminal& terminal = *context.terminal;
  if (result.conflict) {
    FillConflict(*result.conflict, &report);
    if (!result.commits.empty()) SayResult(terminal, false, result);
    SayConflict(terminal, *result.conflict);
    return;
  }
  SayResult(terminal, context.dry_run, result);
}

void AddOptions(CLI::App& command, RevertArguments* arguments) {
  command
      .add_option("COMMIT", arguments->revert.commits,
                  "What to undo: commits, or ranges A..B")
      ->type_name("COMMIT|A..B");
  arguments->mainline_option =
      command
          .add_option("-m,--mainline", arguments->mainline,
                      "Take merges back to their N-th parent")
          ->type_name("N");
  command.add_flag("--squash", arguments->revert.squash,
                   "Make one commit of it");
  arguments->to_option =
      command
          .add_option("--to", arguments->to.state,
                      "Bring the tree of a revision, tag, date or source back")
          ->type_name("STATE");
  command.add_flag("--each", arguments->to.each,
                   "With --to: one commit for each that is undone");
  arguments->deploy_option =
      command
          .add_option("--deploy", arguments->deploy_tag,
                      "Undo what the deploy TAG (the newest) brought, keep "
                      "what came after it")
          ->type_name("TAG")
          ->expected(0, 1);
  AddRepeated(command, "--deploy-tags", &arguments->deploy.globs,
              "Tags that are deploys", "GLOB");
  AddConflicts(command, &arguments->leave,
               "Change nothing, or leave them as git revert does");
  AddRepeated(command, "--keep", &arguments->keep,
              "Keep the branch's own version of these paths");
  AddRepeated(command, "--exclude", &arguments->to.exclude_text,
              "With --to: leave these paths of the state out");
  AddCommitOptions(command, &arguments->commit, true);
  AddFilters(command, &arguments->to.filters);
  AddSelect(command, &arguments->to.select);
  AddLimitOptions(command, &arguments->to.limits);
}

}  // namespace

void AddRevert(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RevertArguments>();
  CLI::App* command = app.add_subcommand(
      "revert", "Undo commits, a deploy, or everything since a good state");
  AddOptions(*command, arguments.get());
  command->callback([arguments, &context] {
    context.command = "revert";
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace backgraft::commands
