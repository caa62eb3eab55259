#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <map>
#include <memory>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "commands/commands.h"
#include "commands/database_part.h"
#include "commands/files_part.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/part_operation.h"
#include "commands/picture.h"
#include "commands/place.h"
#include "commands/relation_text.h"
#include "commands/restore_sources.h"
#include "commands/summary.h"
#include "restore/restore.h"

namespace backgraft::commands {
namespace {

using restore::JoinAs;

const std::map<std::string, JoinAs> kJoins = {{"flatten", JoinAs::kFlatten},
                                              {"graft", JoinAs::kGraft}};

struct RestoreArguments {
  restore::RestoreOptions options;
  CommitTexts commit;
  GivenSources sources;
  DatabaseArguments database;
};

// Asks on the terminal; nothing where nobody is there, or no answer comes.
std::optional<JoinAs> Ask(const Context& context,
                          const restore::RestorePlan& plan) {
  if (context.terminal_options.json || isatty(STDIN_FILENO) == 0 ||
      isatty(STDERR_FILENO) == 0) {
    return std::nullopt;
  }
  SayApart(*context.terminal, plan.branch, *plan.before,
           git::Oid::MustFromHex(*plan.source.tip), *plan.relation);
  context.terminal->progress().Finish();
  for (int tries = 0; tries < 3; ++tries) {
    std::cerr << "The two histories have nothing in common.\n"
                 "  f  flatten: record the backup's files as one commit\n"
                 "  g  graft: bring its history in too, with a merge commit\n"
                 "Which one? [f/g, empty to stop] "
              << std::flush;
    std::string answer;
    if (!std::getline(std::cin, answer)) {
      // The line of the question is still open.
      std::cerr << "\n";
      break;
    }
    if (answer.empty()) break;
    if (answer == "f" || answer == "flatten") return JoinAs::kFlatten;
    if (answer == "g" || answer == "graft") return JoinAs::kGraft;
  }
  return std::nullopt;
}

void FillReport(const restore::RestoreResult& result, cli::Report* report) {
  report->status =
      result.nothing_to_do ? cli::Status::kNothingToDo : cli::Status::kOk;
  FillCommitted(result.branch, result.before, result.after, result.tree,
                report);
  if (result.verified) report->verified = true;
  report->relation = restore::RelationWord(result.plan);
  report->source = result.plan.source;
  report->counts =
      ToCounts(result.counts, result.left_out.size(), result.commits.size());
  report->left_out = result.left_out;
  AddWarnings(result.warnings, report);
  AddPublicationWarnings(result.published, report);
}

void SayPlan(const cli::Terminal& terminal, const restore::RestorePlan& plan) {
  if (!plan.relation) {
    terminal.Say("relation: the source has no history");
    return;
  }
  terminal.Say("relation: " + RelationText(*plan.relation, plan.branch));
}

void SayStep(const cli::Terminal& terminal, const std::string& step) {
  terminal.Say("plan: " + step);
}

void SayPlannedChange(const cli::Terminal& terminal,
                      const restore::PlannedChange& planned) {
  auto id = [&](const git::Oid& oid) {
    return terminal.Id(oid.Hex().substr(0, kShownIdDigits));
  };
  for (const restore::NewCommit& commit : planned.commits) {
    SayStep(terminal,
            "commit " + id(commit.oid) + " " + Escape(commit.subject));
  }
  SayStep(terminal, "move " + Escape(planned.branch) +
                        (planned.before ? " from " + id(*planned.before) : "") +
                        " to " + id(planned.after));
}

// `joined` is how, where the relation did not decide.
Moved MovedBy(const restore::RestorePlan& plan,
              const restore::PlannedChange& change,
              std::optional<JoinAs> joined) {
  Moved moved{
      .branch = change.branch, .before = change.before, .after = change.after};
  for (const restore::NewCommit& commit : change.commits) {
    moved.made.push_back(commit.oid);
  }
  // A flattened backup brings no commit of its own.
  if (!plan.relation || joined == JoinAs::kFlatten) return moved;
  moved.relation = plan.relation;
  const git::Relation relation = moved.relation->relation;
  moved.joined = relation == git::Relation::kDiverged ||
                 relation == git::Relation::kUnrelated;
  if (plan.source.tip) moved.tip = git::Oid::FromHex(*plan.source.tip);
  return moved;
}

void SayResult(const cli::Terminal& terminal, bool dry_run,
               const restore::RestoreResult& result) {
  SaySource(terminal, result.plan.source, result.counts.files);
  SayLeftOut(terminal, result.left_out);
  if (result.nothing_to_do) {
    terminal.Say("nothing to do: " + Escape(result.branch) +
                 " already has this tree");
  } else {
    SayChanges(terminal, result.changes, result.counts);
    if (result.commits.empty()) {
      terminal.Say(Escape(result.branch) +
                   (dry_run ? " would go forward to " : " went forward to ") +
                   terminal.Id(result.after->Hex().substr(0, kShownIdDigits)));
    }
    for (const restore::NewCommit& commit : result.commits) {
      SayCommit(terminal, dry_run, result.branch, commit.oid, commit.subject);
    }
    // The plan of a dry run has it.
    if (!dry_run) {
      SayGraph(terminal, MovedBy(result.plan,
                                 {result.branch, result.before, *result.after,
                                  result.commits},
                                 result.joined));
    }
  }
  if (result.verified) {
    SayProof(terminal, result.tree, result.counts.files,
             result.from_repository == 0);
  }
}

// What was restored of one part, added to what is told of all of them.
void AddPart(const cli::Report& part, cli::Report* report) {
  report->parts.push_back(
      {part.status, *part.source, part.counts, part.verified});
  const auto append = [](const auto& from, auto* to) {
    to->insert(to->end(), from.begin(), from.end());
  };
  append(part.left_out, &report->left_out);
  append(part.differences, &report->differences);
  append(part.warnings, &report->warnings);
  // Those of the code, where there is any.
  if (report->parts.size() == 1) {
    report->source = part.source;
    report->counts = part.counts;
    report->verified = part.verified;
    report->status = part.status;
  }
  if (!part.verified) report->verified.reset();
  if (part.status != cli::Status::kNothingToDo) report->status = part.status;
}

void AddParts(const JoinedParts& parts, const cli::Terminal& terminal,
              cli::Report* report) {
  for (const auto& part : parts.all()) {
    cli::Report filled;
    part->Fill(&filled);
    AddPart(filled, report);
    part->Say(terminal);
  }
}

void AddPartsOf(const RestoreSources& sources, RestoreArguments& arguments,
                Context& context, JoinedParts* parts) {
  const restore::SourceLimits& limits = arguments.options.limits;
  if (sources.database) {
    DatabaseArguments& database = arguments.database;
    database.use_case.source = *sources.database;
    database.from_whole = sources.member.has_value();
    if (database.member.empty()) {
      database.member = sources.member.value_or("");
    }
    parts->Add(std::make_unique<DatabasePart>(database, limits, context));
  }
  if (sources.files) {
    imports::FilesOptions files;
    files.directory = arguments.sources.files_dir;
    parts->Add(std::make_unique<FilesPart>(*sources.files, files, limits,
                                           context, sources.files_part));
  }
}

void SayPartPlans(const cli::Terminal& terminal, const JoinedParts& parts) {
  for (const auto& part : parts.all()) SayStep(terminal, part->Plan());
}

// Uploaded files and a database, without code.
void RestoreParts(JoinedParts& parts, Context& context, cli::Report& report) {
  const cli::Terminal& terminal = *context.terminal;
  const Place place = OpenPlace(context, report, Access::kChange);
  if (!context.dry_run) parts.NoteIn(place.journal);
  SayPartPlans(terminal, parts);
  parts.Stage();
  SwitchAlone(parts, "restore", place.repository_or_null(), place.journal,
              &report);
  const InterruptShield shield;
  context.terminal->progress().Finish();
  AddParts(parts, terminal, &report);
}

// Which part of its source the code is, and what of the branch stays with it.
void TakePart(const RestoreSources& sources, restore::RestoreOptions* options) {
  options->part = sources.code_part;
  if (!sources.keep.empty()) options->keep_text.push_back(sources.keep);
  options->keep = git::Pathspec::Parse(options->keep_text);
}

// Parts that only reading the code has shown are added to `sources` and
// `parts`.
restore::RestoreResult RestoreBranch(const git::Repository& repository,
                                     RestoreArguments& arguments,
                                     RestoreSources& sources,
                                     JoinedParts& parts, Context& context) {
  restore::RestoreOptions& options = arguments.options;
  restore::Progress& progress = context.terminal->progress();
  TakePart(sources, &options);
  options.only_code = true;
  restore::RestoreResult result =
      restore::Restore(repository, options, progress);
  if (!result.holds_more) return result;
  RestoreSources found = sources;
  SortAgain(arguments.sources, options.limits, progress, &found);
  TakePart(found, &options);
  options.only_code = false;
  if (found.sha256) options.limits.sha256 = found.sha256;
  RestoreSources added = found;
  if (sources.database) added.database.reset();
  if (sources.files) added.files.reset();
  AddPartsOf(added, arguments, context, &parts);
  if (!parts.all().empty()) options.commit.parts = &parts;
  return restore::Restore(repository, options, progress);
}

void RestoreCode(RestoreArguments& arguments, RestoreSources& sources,
                 JoinedParts& parts, Context& context, cli::Report& report) {
  restore::RestoreOptions& options = arguments.options;
  options.dry_run = context.dry_run;
  options.branch = Given(arguments.commit.branch);
  options.commit = ToCommitOptions(arguments.commit);
  if (!parts.all().empty()) options.commit.parts = &parts;
  options.exclude = git::Pathspec::Parse(options.exclude_text);
  const cli::Terminal& terminal = *context.terminal;
  restore::RestorePlan shown;
  std::optional<JoinAs> join = options.as;
  options.show = [&](const restore::RestorePlan& plan) {
    report.relation = restore::RelationWord(plan);
    report.source = plan.source;
    shown = plan;
    SayPlan(terminal, plan);
  };
  options.announce = [&](const restore::PlannedChange& planned) {
    SayPlannedChange(terminal, planned);
    SayGraph(terminal, MovedBy(shown, planned, join));
    SayPartPlans(terminal, parts);
  };
  options.ask = [&] { return join = Ask(context, shown); };

  context.has_parts = !parts.all().empty();
  git::Repository repository = OpenRepository(context, report, Access::kChange);
  const git::Journal journal(git::JournalDirectory(repository));
  if (!context.dry_run) parts.NoteIn(journal);
  restore::RestoreResult result =
      RestoreBranch(repository, arguments, sources, parts, context);
  FillReport(result, &report);
  if (!parts.all().empty()) {
    if (!parts.staged()) {
      // The branch has the backup's tree already.
      SayPartPlans(terminal, parts);
      parts.Stage();
      SwitchAlone(parts, "restore", &repository, journal, &report);
    } else {
      parts.Finish(&report);
    }
  }
  const InterruptShield shield;
  context.terminal->progress().Finish();
  SayResult(terminal, context.dry_run, result);
  if (parts.all().empty()) return;
  report.parts.push_back(
      {report.status, *report.source, report.counts, report.verified});
  AddParts(parts, terminal, &report);
}

void Run(RestoreArguments& arguments, Context& context, cli::Report& report) {
  restore::RestoreOptions& options = arguments.options;
  arguments.sources.database_url = arguments.database.database_url;
  RestoreSources sources = SortSources(arguments.sources, options.limits,
                                       context.terminal->progress());
  if (sources.several() && options.limits.sha256) {
    throw Error(ErrorKind::kUsage,
                "'--sha256' is of one source, and several are given",
                {"check them first: sha256sum FILE..."});
  }
  if (sources.sha256 && !sources.several()) {
    options.limits.sha256 = sources.sha256;
  }
  JoinedParts parts;
  AddPartsOf(sources, arguments, context, &parts);
  if (!sources.code) return RestoreParts(parts, context, report);
  options.source = *sources.code;
  RestoreCode(arguments, sources, parts, context, report);
}

void AddOptions(CLI::App& command, RestoreArguments* arguments) {
  restore::RestoreOptions& options = arguments->options;
  GivenSources& sources = arguments->sources;
  command.add_option("SOURCE", sources.any,
                     "An archive, a bundle, a dump, a directory, a link or -");
  command.add_option("--code", sources.code, "A source, said to be code")
      ->type_name("SOURCE");
  command
      .add_option("--database", sources.database,
                  "A source, said to be a database dump")
      ->type_name("SOURCE");
  command
      .add_option("--files", sources.files,
                  "A source, said to be uploaded files")
      ->type_name("SOURCE");
  command
      .add_option("--files-dir", sources.files_dir,
                  "The directory that uploaded files go to")
      ->type_name("DIR");
  AddDatabaseOptions(command, &arguments->database);
  command
      .add_option_function<std::string>(
          "--as",
          [&options](const std::string& n) { options.as = kJoins.at(n); },
          "What becomes of a history that is unrelated to the branch's")
      ->check(CLI::IsMember(kJoins))
      ->option_text("flatten|graft");
  AddFilters(command, &options.filters);
  AddSelect(command, &options.select);
  command.add_flag("--tip-only", options.tip_only,
                   "Leave out what was never committed");
  AddRef(command, &options.ref);
  AddKeepAndExclude(command, &options.keep_text, &options.exclude_text);
  AddCommitOptions(command, &arguments->commit);
  AddLimitOptions(command, &options.limits);
}

}  // namespace

void AddRestore(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<RestoreArguments>();
  CLI::App* command = app.add_subcommand(
      "restore",
      "Bring branch, database and uploaded files to what a backup holds");
  AddOptions(*command, arguments.get());
  command->callback([arguments, &context] {
    context.command = "restore";
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace backgraft::commands
