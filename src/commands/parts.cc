#include "commands/parts.h"

#include <nlohmann/json.hpp>

#include "base/error.h"
#include "base/escape.h"
#include "import/database_switch.h"
#include "import/database_url.h"

namespace backgraft::commands {
namespace {

// A directory of files, and which way it is switched.
struct FilesRecord {
  imports::FilesSwitch files;
  bool back = false;
};

git::PartRecord ToRecord(const FilesRecord& part) {
  const nlohmann::json json = {{"files", imports::ToJson(part.files)},
                               {"back", part.back}};
  return {kFilesPart, json.dump(-1, ' ', true)};
}

FilesRecord FilesOf(const git::PartRecord& part) {
  try {
    const nlohmann::json json = nlohmann::json::parse(part.text);
    return {imports::FilesSwitchFromJson(json.at("files")),
            json.at("back").get<bool>()};
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
  return part;
}

void CarryOutFiles(const FilesRecord& part) {
  if (part.back)
    imports::SwitchBack(part.files);
  else
    imports::Switch(part.files);
}

// An import that is taken back leaves nothing; an undo keeps what it would
// bring back.
void PutFilesBack(const FilesRecord& part) {
  if (part.back) {
    imports::Switch(part.files);
  } else {
    imports::SwitchBack(part.files);
    imports::Discard(part.files);
  }
}

void RefuseUnknown(const git::PartRecord& part) {
  throw Error(
      ErrorKind::kRefused,
      "this backgraft does not know parts of the kind " + Quote(part.kind));
}

imports::DatabaseUrl Url(const imports::DatabaseSwitch& plan,
                         const std::optional<std::string>& given = {}) {
  imports::DatabaseUrl url = imports::FindDatabase(given, ConfiguredUrl());
  if (!url.name) url.name = plan.live;
  if (*url.name == plan.live) return url;
  throw Error(ErrorKind::kRefused,
              "the operation was on the database " + Quote(plan.live) +
                  ", the configured one is " + Quote(*url.name),
              {"git config backgraft.databaseUrl mysql://USER@HOST/" +
               Escape(plan.live)});
}

git::PartRecord PlanBack(const git::PartRecord& part) {
  if (part.kind == kFilesPart) return ToRecord(PlanFilesBack(FilesOf(part)));
  if (part.kind != kDatabasePart) RefuseUnknown(part);
  const imports::DatabaseSwitch plan = imports::SwitchFromJson(part.text);
  imports::Connection connection(Url(plan));
  if (imports::StateOf(connection, plan) != imports::SwitchState::kAfter) {
    throw Error(ErrorKind::kRefused,
                "what the database held is no longer kept: there is no " +
                    Quote(plan.kept));
  }
  return {kDatabasePart,
          imports::ToJson(imports::PlanSwitchBack(connection, plan))};
}

void CarryOut(const git::PartRecord& part) {
  if (part.kind == kFilesPart) return CarryOutFiles(FilesOf(part));
  if (part.kind != kDatabasePart) RefuseUnknown(part);
  const imports::DatabaseSwitch plan = imports::SwitchFromJson(part.text);
  imports::Connection connection(Url(plan));
  imports::LockDatabase(connection, plan.live);
  imports::Switch(connection, plan);
}

void PutBack(const git::PartRecord& part,
             const std::optional<std::string>& database_url) {
  if (part.kind == kFilesPart) return PutFilesBack(FilesOf(part));
  if (part.kind != kDatabasePart) RefuseUnknown(part);
  const imports::DatabaseSwitch plan = imports::SwitchFromJson(part.text);
  imports::Connection connection(Url(plan, database_url));
  imports::LockDatabase(connection, plan.live);
  imports::TakeBack(connection, plan);
}

}  // namespace

git::PartRecord PartOf(const imports::FilesSwitch& files) {
  return ToRecord({files, false});
}

std::optional<std::string> ConfiguredUrl() {
  const std::optional<git::Repository> repository = git::Repository::Find("");
  const git::Config config =
      repository ? repository->config()
                 : git::Config::Load("", "", git::Environment::OfProcess());
  return config.GetString("backgraft.databaseUrl");
}

git::PartSwitcher SwitcherOfParts() {
  return {.plan = PlanBack,
          .carry_out = CarryOut,
          .put_back = [](const git::PartRecord& part) {
            PutBack(part, std::nullopt);
          }};
}

void PutPartsBack(const git::Operation& operation,
                  const std::optional<std::string>& database_url) {
  for (const git::PartRecord& part : operation.parts)
    PutBack(part, database_url);
}

}  // namespace backgraft::commands
