#include <CLI/CLI.hpp>
#include <memory>

#include "base/escape.h"
#include "commands/commands.h"
#include "commands/options.h"
#include "git/repository.h"
#include "import/import_database.h"
#include "source/backup_name.h"

namespace backgraft::commands {
namespace {

struct ImportDbOptions {
  import::ImportDatabaseOptions use_case;
  std::string database_url, member;
  std::string definer = "current";
};

std::optional<std::string> ConfiguredUrl() {
  const std::optional<git::Repository> repository = git::Repository::Find("");
  const git::Config config =
      repository ? repository->config()
                 : git::Config::Load("", "", git::Environment::OfProcess());
  return config.GetString("backgraft.databaseUrl");
}

restore::SourceInfo InfoOf(const std::string& source,
                           const import::ImportDatabaseResult& result) {
  restore::SourceInfo info;
  info.name = source.substr(source.rfind('/') + 1);
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

void Run(const ImportDbOptions& options, Context& context,
         cli::Report& report) {
  import::ImportDatabaseOptions use_case = options.use_case;
  use_case.definer = import::ParseDefiner(options.definer);
  use_case.member = Given(options.member);
  use_case.dry_run = context.dry_run;
  const import::DatabaseUrl url =
      import::FindDatabase(Given(options.database_url), ConfiguredUrl());
  restore::Progress& progress = context.terminal->progress();
  bool begun = false;
  const import::ImportDatabaseResult result = import::ImportDatabase(
      url, use_case,
      [&](const import::LoadProgress& done, std::optional<uint64_t> size) {
        if (!begun) progress.Begin("loading", restore::Unit::kBytes, size);
        begun = true;
        progress.Detail(cli::Plural(done.tables, "table") + ", " +
                        cli::Plural(done.rows, "row"));
        progress.Update(done.bytes);
      },
      [](const import::DatabaseSwitch&) {});
  progress.Finish();
  report.source = InfoOf(use_case.source, result);
  report.warnings = result.loaded.warnings;
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
                   "A dump, plain, compressed or in an archive, or -")
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
  AddLimitOptions(*command, &options->use_case.limits);
  command->callback([options, &context] {
    context.command = "import db";
    context.run = [options](Context& c, cli::Report& report) {
      Run(*options, c, report);
    };
  });
}

}  // namespace backgraft::commands
