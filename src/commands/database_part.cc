#include "commands/database_part.h"

#include <CLI/CLI.hpp>

#include "base/escape.h"
#include "commands/options.h"
#include "commands/parts.h"
#include "source/backup_name.h"
#include "source/file_source.h"
#include "source/link.h"

namespace backgraft::commands {
namespace {

// What the schema held and the dump does not.
std::vector<cli::Difference> Replaced(const imports::DatabaseSwitch& plan) {
  std::vector<cli::Difference> gone;
  for (const imports::SchemaObject& object : plan.leaves.objects) {
    if (plan.arrives.Holds(object.kind, object.name)) continue;
    gone.push_back({object.kind + " " + object.name, "deleted"});
  }
  return gone;
}

}  // namespace

void AddDatabaseOptions(CLI::App& command, DatabaseArguments* arguments) {
  command
      .add_option("--database-url", arguments->database_url,
                  "mysql://USER@HOST[:PORT]/NAME[?socket=PATH]")
      ->type_name("URL");
  command
      .add_option("--definer", arguments->definer,
                  "Whose rights views and routines have: current (default), "
                  "keep, or a user")
      ->type_name("WHO");
  command
      .add_option("--member", arguments->member,
                  "The dump to take from an archive of several")
      ->type_name("NAME");
  command.add_flag("--allow-no-trailer", arguments->use_case.without_trailer,
                   "Take a dump that does not say it is complete");
}

DatabasePart::DatabasePart(const DatabaseArguments& arguments,
                           const restore::SourceLimits& limits,
                           Context& context)
    : options_(arguments.use_case),
      url_(imports::FindDatabase(Given(arguments.database_url),
                                 ConfiguredUrl())),
      context_(context),
      from_whole_(arguments.from_whole),
      name_(source::FileName(arguments.use_case.source)) {
  options_.definer = imports::ParseDefiner(arguments.definer);
  options_.member = Given(arguments.member);
  options_.dry_run = context.dry_run;
  options_.limits = limits;
  options_.sha256 = limits.sha256;
  options_.warn = [&context](const std::string& text) {
    context.terminal->progress().Warn(text);
  };
  context.database_url = Given(arguments.database_url);
}

std::string DatabasePart::Plan() const {
  const std::string from =
      options_.member ? name_ + ": " + *options_.member : name_;
  return "import db " + Escape(from) + " into " +
         (url_.name ? Quote(*url_.name) : "the database of ~/.my.cnf");
}

void DatabasePart::AddPlace(StagedPlaces* places) const {
  places->database_url = imports::WithoutPassword(url_);
}

void DatabasePart::Stage(StagingNote* note) {
  restore::Progress& progress = context_.terminal->progress();
  options_.left_over = [note, &progress](const std::string& reason) {
    if (note != nullptr) note->Leave();
    progress.Warn(
        "what was loaded could not be dropped, the next command "
        "tries it again: " +
        reason);
  };
  if (from_whole_) source::RewindInput(options_.source);
  bool begun = false;
  import_ = std::make_unique<imports::DatabaseImport>(
      url_, options_,
      [&](const imports::LoadProgress& done, std::optional<uint64_t> size) {
        if (!begun) progress.Begin("loading", restore::Unit::kBytes, size);
        begun = true;
        progress.Detail(cli::Plural(done.tables, "table") + ", " +
                        cli::Plural(done.rows, "row"));
        progress.Update(done.bytes);
      });
}

bool DatabasePart::to_do() const { return !options_.dry_run; }

std::string DatabasePart::Title() const {
  return name_ + " into " + import_->result().schema;
}

git::PartRecord DatabasePart::Record() {
  return PartOf(import_->Plan(), imports::WithoutPassword(url_));
}

void DatabasePart::Switch() { import_->Switch(); }

void DatabasePart::PutBack() { import_->TakeBack(); }

void DatabasePart::Finish() { import_->Finish(); }

void DatabasePart::Fill(cli::Report* report) const {
  const imports::ImportDatabaseResult& result = import_->result();
  restore::SourceInfo& info = report->source.emplace();
  info.name = name_;
  info.sha256 = result.sha256;
  info.kind = "database";
  info.format = result.format;
  if (const auto parsed = source::ParseBackupName(options_.source)) {
    info.site = parsed->site;
    info.env = parsed->env;
    info.time = parsed->time;
  }
  report->warnings.insert(report->warnings.end(),
                          result.loaded.warnings.begin(),
                          result.loaded.warnings.end());
  report->differences = Replaced(result.plan);
  if (!result.dry_run) report->verified = true;
}

void DatabasePart::Say(const cli::Terminal& terminal) const {
  const imports::ImportDatabaseResult& result = import_->result();
  const std::string amount =
      cli::Plural(result.loaded.tables, "table") + ", " +
      cli::Plural(result.dry_run ? result.loaded.rows : result.counted_rows,
                  "row");
  terminal.Say(Escape(name_) + ": " + result.format + ", " + amount);
  if (result.dry_run) {
    terminal.Say("every statement passes; " + Quote(result.schema) +
                 " would be replaced");
    return;
  }
  for (const cli::Difference& gone : Replaced(result.plan)) {
    terminal.Say("  not in the dump: " + Escape(gone.path));
  }
  terminal.Say(terminal.Good("verified:") + " " + Quote(result.schema) +
               " holds the dump (" + amount + ")");
  terminal.Say(result.kept.empty()
                   ? "what it held before is dropped"
                   : "what it held before is kept in " + Quote(result.kept));
}

}  // namespace backgraft::commands
