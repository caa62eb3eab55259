#include "restore/undo.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <set>
#include <string_view>

#include "base/escape.h"
#include "commands/commands.h"
#include "commands/options.h"
#include "commands/parts.h"
#include "commands/picture.h"
#include "commands/place.h"
#include "commands/summary.h"
#include "git/obstacles.h"

namespace backgraft::commands {
namespace {

struct UndoArguments {
  restore::UndoOptions options;
  std::string operation;
};

void SayMoved(const restore::UndoResult& result, const std::string& branch,
              const cli::Terminal& terminal) {
  const git::RefUpdate& ref = result.inverse.record.refs.front();
  if (!result.relation) return;
  SayGraph(terminal, {.branch = branch,
                      .before = ref.before,
                      .after = ref.after,
                      .tip = ref.after,
                      .tip_name = "",
                      .relation = git::RelationResult{
                          .relation = *result.relation, .merge_bases = {}}});
}

void SayRefs(const restore::UndoResult& result, const cli::Terminal& terminal) {
  const std::vector<git::RefUpdate>& refs = result.inverse.record.refs;
  const size_t shown = terminal.verbose() ? refs.size() : 1;
  for (size_t i = 0; i < refs.size() && i < shown; ++i) {
    const std::string name = git::ShortRefName(refs[i].name, false);
    terminal.Say(Escape(name) + ": " +
                 (refs[i].after
                      ? "at " + terminal.Id(refs[i].after->Hex().substr(
                                    0, kShownIdDigits))
                  : i == 0 ? "as before its first commit"
                           : "gone"));
    if (i == 0) SayMoved(result, name, terminal);
  }
  SayMore(terminal, refs.size(), shown, "refs");
}

// Those that the branch's tree has not told of: ignored and untracked ones.
void SayOtherPaths(const restore::UndoResult& result,
                   const cli::Terminal& terminal) {
  std::set<std::string_view> told;
  for (const git::TreeChange& change : result.changes) told.insert(change.path);
  for (const git::PathRecord& path : result.inverse.record.paths) {
    if (told.count(path.path) == 0) terminal.Say("  " + Escape(path.path));
  }
}

void Say(const restore::UndoResult& result, bool dry_run,
         const cli::Terminal& terminal) {
  const git::Operation& record = result.inverse.record;
  terminal.Say(std::string(dry_run ? "would take back " : "took back ") +
               result.target.id + ": " + Escape(result.target.title));
  if (!result.changes.empty()) {
    SayChanges(terminal, result.changes, restore::CountChanges(result.changes));
  }
  SayRefs(result, terminal);
  for (const git::PartRecord& part : record.parts) {
    terminal.Say(part.kind + ": as before");
  }
  if (record.paths.empty()) return;
  terminal.Say(cli::Plural(record.paths.size(), "file") + " as before");
  if (terminal.verbose()) SayOtherPaths(result, terminal);
}

void Run(UndoArguments& arguments, Context& context, cli::Report& report) {
  restore::UndoOptions& options = arguments.options;
  options.operation = Given(arguments.operation);
  options.dry_run = context.dry_run;
  options.parts = SwitcherOfParts();
  const Place place = OpenPlaceOfOperations(context, report, Access::kChange);
  const restore::UndoResult result =
      restore::Undo(place.repository_or_null(), place.journal, options,
                    context.terminal->progress());
  const git::Operation& record = result.inverse.record;
  if (!result.inverse.operation.empty()) report.op = result.inverse.operation;
  if (!record.refs.empty()) {
    const git::RefUpdate& ref = record.refs.front();
    report.branch = git::ShortRefName(ref.name, false);
    if (ref.before) report.before = ref.before->Hex();
    if (ref.after) report.after = ref.after->Hex();
    if (ref.after && record.tree_after) report.tree = record.tree_after->Hex();
  }
  report.counts = cli::Counts{.files = record.paths.size()};
  AddWarnings(result.warnings, &report);
  AddOverwritten(result.inverse.left_alone, result.inverse.overwritten,
                 &report);

  Say(result, context.dry_run, *context.terminal);
}

void Add(CLI::App& app, Context& context, const std::string& name,
         const std::string& what, bool redo) {
  auto arguments = std::make_shared<UndoArguments>();
  arguments->options.redo = redo;
  CLI::App* command = app.add_subcommand(name, what);
  if (!redo)
    command->add_option("OP", arguments->operation,
                        "An operation of backgraft log (the newest)");
  AddForce(*command, &arguments->options.force);
  command->callback([arguments, &context, name] {
    context.command = name;
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace

void AddUndo(CLI::App& app, Context& context) {
  Add(app, context, "undo",
      "Bring refs, index and files back to what they were before an operation",
      false);
}

void AddRedo(CLI::App& app, Context& context) {
  Add(app, context, "redo", "Take the newest undo back", true);
}

}  // namespace backgraft::commands
