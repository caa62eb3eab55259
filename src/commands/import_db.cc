#include <CLI/CLI.hpp>
#include <memory>

#include "base/escape.h"
#include "base/interrupt.h"
#include "commands/commands.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/parts.h"
#include "git/repository.h"
#include "import/import_database.h"
#include "restore/source_limits.h"
#include "source/backup_name.h"
#include "source/link.h"

namespace backgraft::commands {
namespace {

struct ImportDbOptions {
  imports::ImportDatabaseOptions use_case;
  restore::SourceLimits limits;
  std::string database_url, member;
  std::string definer = "current";
};

restore::SourceInfo InfoOf(const std::string& source,
                           const imports::ImportDatabaseResult& result) {
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
void ListReplaced(const imports::DatabaseSwitch& plan, cli::Report& report) {
  for (const imports::SchemaObject& object : plan.leaves.objects) {
    if (plan.arrives.Holds(object.kind, object.name)) continue;
    report.differences.push_back({object.kind + " " + object.name, "deleted"});
  }
}

void SayResult(const imports::ImportDatabaseResult& result,
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

// After a failure. Where this fails, too, the next command does it.
void TakeBack(const imports::DatabaseUrl& url,
              const imports::DatabaseSwitch& plan,
              PartOperation* operation) noexcept {
  if (!operation->written()) return;
  const InterruptShield shield;
  try {
    imports::Connection connection(url);
    imports::TakeBack(connection, plan);
    operation->Discard();
  } catch (const std::exception&) {
    return;
  }
}

imports::ImportDatabaseResult Import(
    const imports::DatabaseUrl& url,
    const imports::ImportDatabaseOptions& options, const std::string& source,
    restore::Progress& progress, PartOperation* operation) {
  bool begun = false;
  const auto tell = [&](const imports::LoadProgress& done,
                        std::optional<uint64_t> size) {
    if (!begun) progress.Begin("loading", restore::Unit::kBytes, size);
    begun = true;
    progress.Detail(cli::Plural(done.tables, "table") + ", " +
                    cli::Plural(done.rows, "row"));
    progress.Update(done.bytes);
  };
  std::optional<imports::DatabaseSwitch> written;
  try {
    return imports::ImportDatabase(
        url, options, tell, [&](const imports::DatabaseSwitch& plan) {
          written = plan;
          if (operation == nullptr) return;
          operation->Write("import db " + source + " into " + plan.live,
                           {kDatabasePart, imports::ToJson(plan)});
        });
  } catch (...) {
    if (operation != nullptr && written) TakeBack(url, *written, operation);
    throw;
  }
}

void Run(const ImportDbOptions& options, Context& context,
         cli::Report& report) {
  imports::ImportDatabaseOptions use_case = options.use_case;
  use_case.definer = imports::ParseDefiner(options.definer);
  use_case.member = Given(options.member);
  use_case.dry_run = context.dry_run;
  use_case.limits = options.limits;
  use_case.sha256 = options.limits.sha256;
  const imports::DatabaseUrl url =
      imports::FindDatabase(Given(options.database_url), ConfiguredUrl());
  restore::Progress& progress = context.terminal->progress();
  context.database_url = Given(options.database_url);
  std::optional<git::Repository> repository = git::Repository::Find("");
  if (repository) Prepare(context, report, Access::kChange, &*repository);
  std::optional<PartOperation> operation;
  if (!context.dry_run) operation.emplace(repository ? &*repository : nullptr);
  const imports::ImportDatabaseResult result =
      Import(url, use_case, InfoOf(use_case.source, {}).name, progress,
             operation ? &*operation : nullptr);
  const InterruptShield shield;
  if (operation) operation->Complete(&report);
  progress.Finish();
  report.source = InfoOf(use_case.source, result);
  report.warnings.insert(report.warnings.end(), result.loaded.warnings.begin(),
                         result.loaded.warnings.end());
  ListReplaced(result.plan, report);
  if (!result.dry_run) report.verified = true;
  SayResult(result, report, *context.terminal);
}

}  // namespace

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
