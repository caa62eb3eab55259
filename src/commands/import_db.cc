#include <CLI/CLI.hpp>
#include <ctime>
#include <memory>

#include "base/escape.h"
#include "base/interrupt.h"
#include "commands/commands.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/parts.h"
#include "git/journal.h"
#include "git/recovery.h"
#include "git/repository.h"
#include "import/import_database.h"
#include "restore/source_limits.h"
#include "source/backup_name.h"
#include "source/link.h"

namespace backgraft::commands {
namespace {

struct ImportDbOptions {
  import::ImportDatabaseOptions use_case;
  restore::SourceLimits limits;
  std::string database_url, member;
  std::string definer = "current";
};

restore::SourceInfo InfoOf(const std::string& source,
                           const import::ImportDatabaseResult& result) {
  restore::SourceInfo info;
  info.name = source::FileName(source);
  info.sha256 = result.sha256;
  info.kind = "database";
  info.format = result.format;
  if (const auto parsed = source::ParseBackupName(source)) {
    info.site = parsed->site;
    info.env = parsed->env;
    info.time = parsed->time;
  }
  return info;
}

// What the schema held and the dump does not.
void ListReplaced(const import::DatabaseSwitch& plan, cli::Report& report) {
  for (const import::SchemaObject& object : plan.leaves.objects) {
    if (plan.arrives.Holds(object.kind, object.name)) continue;
    report.differences.push_back({object.kind + " " + object.name, "deleted"});
  }
}

void SayResult(const import::ImportDatabaseResult& result,
               const cli::Report& report, const cli::Terminal& terminal) {
  const std::string amount =
      cli::Plural(result.loaded.tables, "table") + ", " +
      cli::Plural(result.dry_run ? result.loaded.rows : result.counted_rows,
                  "row");
  terminal.Say(Escape(report.source->name) + ": " + result.format + ", " +
               amount);
  if (result.dry_run) {
    terminal.Say("every statement passes; " + Quote(result.schema) +
                 " would be replaced");
    return;
  }
  for (const cli::Difference& gone : report.differences) {
    terminal.Say("  not in the dump: " + Escape(gone.path));
  }
  terminal.Say(terminal.Good("verified: ") + Quote(result.schema) +
               " holds the dump (" + amount + ")");
  terminal.Say(result.kept.empty()
                   ? "what it held before is dropped"
                   : "what it held before is kept in " + Quote(result.kept));
}

// The import in the repository's journal, if there is a repository.
class Entry {
 public:
  Entry(const git::Repository* repository, std::string source)
      : repository_(repository), source_(std::move(source)) {
    if (repository_ == nullptr) return;
    operation_.emplace(
        git::Journal(git::JournalDirectory(*repository_)).Begin());
  }

  void Write(const import::DatabaseSwitch& plan) {
    if (!operation_) return;
    git::Operation record;
    record.id = operation_->id();
    record.command = "import";
    record.title = "import db " + source_ + " into " + plan.live;
    record.time = std::time(nullptr);
    record.worktree = git::WorktreeName(*repository_);
    record.parts.push_back({kDatabasePart, import::ToJson(plan)});
    operation_->Write(record);
    plan_ = plan;
  }
  // After a failure. Where it fails, too, the next command does it.
  void TakeBack(const import::DatabaseUrl& url) noexcept {
    if (!plan_) return;
    const InterruptShield shield;
    try {
      import::Connection connection(url);
      import::TakeBack(connection, *plan_);
      operation_->Discard();
    } catch (const std::exception&) {
      return;
    }
  }
  void Complete(cli::Report* report) {
    if (!operation_) return;
    report->op = operation_->id();
    operation_->Complete();
  }

 private:
  const git::Repository* repository_;
  const std::string source_;
  std::optional<git::OpenOperation> operation_;
  std::optional<import::DatabaseSwitch> plan_;  // what the record says
};

import::ImportDatabaseResult Import(
    const import::DatabaseUrl& url,
    const import::ImportDatabaseOptions& options, restore::Progress& progress,
    Entry* entry){bool begun = false;
const auto tell = [&](const import::LoadProgress& done,
                      std::optional<uint64_t> size) {
  if (!begun) progress.Begin("loading", restore::Unit::kBytes, size);
  begun = true;
  progress.Detail(cli::Plural(done.tables, "table") + ", " +
                  cli::Plural(done.rows, "row"));
  progress.Update(done.bytes);
};
return import::ImportDatabase(url, options, tell,
                              [&](const import::DatabaseSwitch& plan) {
                                if (entry != nullptr) entry->Write(plan);
                              });
}  // namespace

void Run(const ImportDbOptions& options, Context& context,
         cli::Report& report) {
  import::ImportDatabaseOptions use_case = options.use_case;
  use_case.definer = import::ParseDefiner(options.definer);
  use_case.member = Given(options.member);
  use_case.dry_run = context.dry_run;
  use_case.limits = options.limits;
  use_case.sha256 = options.limits.sha256;
  const import::DatabaseUrl url =
      import::FindDatabase(Given(options.database_url), ConfiguredUrl());
  restore::Progress& progress = context.terminal->progress();
  context.database_url = Given(options.database_url);
  std::optional<git::Repository> repository = git::Repository::Find("");
  if (repository) Prepare(context, report, Access::kChange, &*repository);
  std::optional<Entry> entry;
  if (!context.dry_run) {
    entry.emplace(repository ? &*repository : nullptr,
                  InfoOf(use_case.source, {}).name);
  }
  import::ImportDatabaseResult result;
  try {
    result = Import(url, use_case, progress, entry ? &*entry : nullptr);
  } catch (...) {
    if (entry) entry->TakeBack(url);
    throw;
  }
  const InterruptShield shield;
  if (entry) entry->Complete(&report);
  progress.Finish();
  report.source = InfoOf(use_case.source, result);
  report.warnings.insert(report.warnings.end(), result.loaded.warnings.begin(),
                         result.loaded.warnings.end());
  ListReplaced(result.plan, report);
  if (!result.dry_run) report.verified = true;
  SayResult(result, report, *context.terminal);
}

}  // namespace backgraft::commands

void AddImportDb(CLI::App& import, Context& context) {
  auto options = std::make_shared<ImportDbOptions>();
  CLI::App* command = import.add_subcommand(
      "db", "Load a database dump beside the live tables, then switch");
  command
      ->add_option("SOURCE", options->use_case.source,
                   "A dump, plain, compressed or in an archive, a link, or -")
      ->required();
  command
      ->add_option("--database-url", options->database_url,
                   "mysql://USER@HOST[:PORT]/NAME[?socket=PATH]")
      ->type_name("URL");
  command
      ->add_option("--definer", options->definer,
                   "Whose rights views and routines have: current (default), "
                   "keep, or a user")
      ->type_name("WHO");
  command
      ->add_option("--member", options->member,
                   "The dump to take from an archive of several")
      ->type_name("NAME");
  command->add_flag("--allow-no-trailer", options->use_case.without_trailer,
                    "Take a dump that does not say it is complete");
  command->add_flag("--drop-old", options->use_case.drop_old,
                    "Do not keep what the database held before");
  AddLimitOptions(*command, &options->limits);
  command->callback([options, &context] {
    context.command = "import db";
    context.run = [options](Context& c, cli::Report& report) {
      Run(*options, c, report);
    };
  });
}

}  // namespace backgraft::commands
