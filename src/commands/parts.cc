#include "commands/parts.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/escape.h"
#include "commands/place.h"
#include "import/database_switch.h"

namespace backgraft::commands {
namespace {

// A directory of files, and which way it is switched.
struct FilesRecord {
  imports::FilesSwitch files;
  bool back = false;
  bool kept = false;  // by an operation before: what is switched must not go
};

git::PartRecord ToRecord(const FilesRecord& part) {
  const nlohmann::json json = {{"files", imports::ToJson(part.files)},
                               {"back", part.back},
                               {"kept", part.kept}};
  return {kFilesPart, json.dump(-1, ' ', true)};
}

FilesRecord FilesOf(const git::PartRecord& part) {
  try {
    const nlohmann::json json = nlohmann::json::parse(part.text);
    return {imports::FilesSwitchFromJson(json.at("files")),
            json.at("back").get<bool>(), json.value("kept", false)};
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::kIo, std::string("the journal's record of a "
                                            "directory is damaged: ") +
                                    error.what());
  }
}

FilesRecord PlanFilesBack(FilesRecord part) {
  if (imports::IsSwitched(part.files) == part.back) {
    throw Error(ErrorKind::kRefused,
                Quote(part.files.target) +
                    " is no longer the directory that the operation left",
                {"look at both: ls " + Quote(part.files.target) + " " +
                 Quote(part.files.staging)});
  }
  part.back = !part.back;
  part.kept = true;
  return part;
}

void TakeOutOfPlace(const FilesRecord& part) {
  imports::SwitchBack(part.files);
  imports::Keep(part.files);
}

void PutInPlace(const FilesRecord& part) {
  imports::Switch(part.files);
  // Nothing was there before, so that nothing is kept now.
  if (!part.files.existed) imports::Discard(part.files);
}

void CarryOutFiles(const FilesRecord& part) {
  part.back ? TakeOutOfPlace(part) : PutInPlace(part);
}

// An import that is taken back leaves nothing; an undo or a redo leaves what it
// found.
void PutFilesBack(const FilesRecord& part) {
  if (part.back) return PutInPlace(part);
  if (part.kept) return TakeOutOfPlace(part);
  imports::SwitchBack(part.files);
  imports::Discard(part.files);
}

// A switch of a database, and where that was: what undo and recovery fall back
// on where nothing is configured any more.
struct DatabaseRecord {
  imports::DatabaseSwitch plan;
  std::optional<std::string> url;
};

DatabaseRecord DatabaseOf(const git::PartRecord& part) {
  if (part.kind != kDatabasePart) {
    throw Error(
        ErrorKind::kRefused,
        "this backgraft does not know parts of the kind " + Quote(part.kind));
  }
  DatabaseRecord record{imports::SwitchFromJson(part.text), {}};
  const nlohmann::json json = nlohmann::json::parse(part.text);
  if (json.contains("url")) record.url = json.at("url").get<std::string>();
  return record;
}

imports::DatabaseUrl Url(const DatabaseRecord& record,
                         const std::optional<std::string>& given = {}) {
  imports::DatabaseUrl url = FindRecordedDatabase(given, record.url);
  // Where ~/.my.cnf alone says what is meant, it may say something else now.
  const std::string& live = record.plan.live;
  if (!url.name) url.name = live;
  if (*url.name == live) return url;
  throw Error(
      ErrorKind::kRefused,
      "the operation was on the database " + Quote(live) +
          ", the configured one is " + Quote(*url.name),
      {"git config backgraft.databaseUrl mysql://USER@HOST/" + Escape(live)});
}

git::PartRecord PlanBack(const git::PartRecord& part) {
  if (part.kind == kFilesPart) return ToRecord(PlanFilesBack(FilesOf(part)));
  const DatabaseRecord record = DatabaseOf(part);
  imports::Connection connection(Url(record));
  const imports::DatabaseSwitch& plan = record.plan;
  if (imports::StateOf(connection, plan) != imports::SwitchState::kAfter) {
    throw Error(ErrorKind::kRefused,
                "what the database held is no longer kept: there is no " +
                    Quote(plan.kept));
  }
  return PartOf(imports::PlanSwitchBack(connection, plan),
                record.url.value_or(""));
}

void CarryOut(const git::PartRecord& part) {
  if (part.kind == kFilesPart) return CarryOutFiles(FilesOf(part));
  const DatabaseRecord record = DatabaseOf(part);
  imports::Connection connection(Url(record));
  imports::LockDatabase(connection, record.plan.live);
  imports::Switch(connection, record.plan);
}

void PutBack(const git::PartRecord& part,
             const std::optional<std::string>& database_url) {
  if (part.kind == kFilesPart) return PutFilesBack(FilesOf(part));
  const DatabaseRecord record = DatabaseOf(part);
  imports::Connection connection(Url(record, database_url));
  imports::LockDatabase(connection, record.plan.live);
  imports::TakeBack(connection, record.plan);
}

// Whether two operations keep something in the same place, one of them later
// than the other.
bool SharesPlace(const git::PartRecord& one, const git::PartRecord& other) {
  if (one.kind != other.kind) return false;
  if (one.kind == kFilesPart) {
    return FilesOf(one).files.staging == FilesOf(other).files.staging;
  }
  const imports::DatabaseSwitch a = DatabaseOf(one).plan;
  const imports::DatabaseSwitch b = DatabaseOf(other).plan;
  return a.kept == b.kept || a.kept == b.arriving;
}

void Drop(const git::PartRecord& part,
          const std::optional<std::string>& database_url) {
  if (part.kind == kFilesPart) return imports::Discard(FilesOf(part).files);
  const DatabaseRecord record = DatabaseOf(part);
  imports::Connection connection(Url(record, database_url));
  if (imports::StateOf(connection, record.plan) ==
      imports::SwitchState::kAfter) {
    imports::Discard(connection, record.plan);
  }
}

}  // namespace

git::PartRecord PartOf(const imports::FilesSwitch& files) {
  return ToRecord({files, false});
}

git::PartRecord PartOf(const imports::DatabaseSwitch& plan,
                       const std::string& url) {
  nlohmann::json json = nlohmann::json::parse(imports::ToJson(plan));
  if (!url.empty()) json["url"] = url;
  return {kDatabasePart, json.dump(-1, ' ', true)};
}

std::optional<std::string> ConfiguredUrl() {
  return ConfigHere().GetString("backgraft.databaseUrl");
}

imports::DatabaseUrl FindRecordedDatabase(
    const std::optional<std::string>& given,
    const std::optional<std::string>& recorded) {
  const auto configured = ConfiguredUrl();
  if (!recorded) return imports::FindDatabase(given, configured);
  const imports::DatabaseUrl its = imports::ParseDatabaseUrl(*recorded);
  const bool same =
      given && imports::MayBeSame(imports::ParseDatabaseUrl(*given), its);
  imports::DatabaseUrl url = imports::FindDatabase(
      same ? given : std::nullopt, configured ? configured : recorded);
  if (imports::MayBeSame(url, its)) return url;
  throw Error(ErrorKind::kRefused,
              "the operation was on " + Quote(*recorded) +
                  ", which is not the configured database " +
                  Quote(imports::WithoutPassword(url)),
              {"export BACKGRAFT_DATABASE_URL=" + Quote(*recorded),
               "a password may be in it behind the user, in MYSQL_PWD or in "
               "~/.my.cnf"});
}

git::PartSwitcher SwitcherOfParts() {
  return {.plan = PlanBack,
          .carry_out = CarryOut,
          .put_back = [](const git::PartRecord& part) {
            PutBack(part, std::nullopt);
          }};
}

void PutPartsBack(const git::Operation& operation, const Context& context,
                  cli::Report& report) {
  for (const git::PartRecord& part : operation.parts) {
    if (part.kind == kFilesPart) {
      const imports::FilesSwitch files = FilesOf(part).files;
      if (imports::IsReplaced(files)) {
        report.warnings.push_back(
            Quote(files.target) +
            " was replaced since the interruption and stays as it is; what " +
            "was staged or kept, if anything, is in " + Quote(files.staging));
        continue;
      }
    }
    PutBack(part, context.database_url);
  }
}

git::DropParts DropperOfParts(const Context& context, cli::Report& report) {
  if (!context.has_parts) return {};
  return [url = context.database_url, &report](
             const git::Operation& operation,
             const std::vector<git::Operation>& others) {
    try {
      for (const git::PartRecord& part : operation.parts) {
        bool needed = false;
        for (const git::Operation& other : others) {
          for (const git::PartRecord& its : other.parts) {
            needed = needed || SharesPlace(part, its);
          }
        }
        if (!needed) Drop(part, url);
      }
      return true;
    } catch (const Error& error) {
      report.warnings.push_back("what the expired operation " + operation.id +
                                " kept could not be dropped: " + error.what());
      return false;
    }
  };
}

}  // namespace backgraft::commands
