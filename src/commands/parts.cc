#include "commands/parts.h"

#include "base/error.h"
#include "base/escape.h"
#include "git/repository.h"
#include "import/database_switch.h"
#include "import/database_url.h"

namespace backgraft::commands {
namespace {

void RequireDatabase(const git::PartRecord& part) {
  if (part.kind == kDatabasePart) return;
  throw Error(
      ErrorKind::kRefused,
      "this backgraft does not know parts of the kind " + Quote(part.kind));
}

import::DatabaseUrl Url(const import::DatabaseSwitch& plan,
                        const std::optional<std::string>& given = {}){
    import::DatabaseUrl url = import::FindDatabase(given, ConfiguredUrl());
if (!url.name) url.name = plan.live;
if (*url.name == plan.live) return url;
throw Error(ErrorKind::kRefused,
            "the operation was on the database " + Quote(plan.live) +
                ", the configured one is " + Quote(*url.name),
            {"git config backgraft.databaseUrl mysql://USER@HOST/" +
             Escape(plan.live)});
}  // namespace

git::PartRecord PlanBack(const git::PartRecord& part) {
  RequireDatabase(part);
  const import::DatabaseSwitch plan = import::SwitchFromJson(part.text);
  import::Connection connection(Url(plan));
  if (import::StateOf(connection, plan) != import::SwitchState::kAfter) {
    throw Error(ErrorKind::kRefused,
                "what the database held is no longer kept: there is no " +
                    Quote(plan.kept));
  }
  return {kDatabasePart,
          import::ToJson(import::PlanSwitchBack(connection, plan))};
}

void CarryOut(const git::PartRecord& part) {
  const import::DatabaseSwitch plan = import::SwitchFromJson(part.text);
  import::Connection connection(Url(plan));
  import::LockDatabase(connection, plan.live);
  import::Switch(connection, plan);
}

void PutBack(const git::PartRecord& part,
             const std::optional<std::string>& database_url) {
  RequireDatabase(part);
  const import::DatabaseSwitch plan = import::SwitchFromJson(part.text);
  import::Connection connection(Url(plan, database_url));
  import::LockDatabase(connection, plan.live);
  import::TakeBack(connection, plan);
}

}  // namespace backgraft::commands

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
  for (const git::PartRecord& part : operation.parts) {
    PutBack(part, database_url);
  }
}

}  // namespace backgraft::commands
