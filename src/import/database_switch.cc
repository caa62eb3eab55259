#include "import/database_switch.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <thread>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "base/io.h"
#include "base/sha.h"
#include "import/tokenizer.h"

namespace backgraft::imports {
namespace {

constexpr int kLockSeconds =
    30;  // an open transaction of the site's is waited for

std::string Full(const std::string& schema, const std::string& name) {
  return QuoteName(schema) + "." + QuoteName(name);
}

bool HasMarker(Connection& connection, const std::string& schema) {
  return !connection
              .Query(
                  "SELECT 1 FROM information_schema.TABLES WHERE"
                  " TABLE_SCHEMA = " +
                  HexString(schema) + " AND TABLE_NAME = '" + kMarker + "'")
              .empty();
}

bool SchemaExists(Connection& connection, const std::string& schema) {
  return !connection
              .Query(
                  "SELECT 1 FROM information_schema.SCHEMATA WHERE"
                  " SCHEMA_NAME = " +
                  HexString(schema))
              .empty();
}

std::vector<std::string> Movable(const SchemaContents& contents) {
  std::vector<std::string> names = contents.Names("table");
  for (std::string& name : contents.Names("sequence")) {
    if (name != kMarker) names.push_back(std::move(name));
  }
  std::erase(names, kMarker);
  return names;
}

void DropTriggers(Connection& connection, const std::string& schema,
                  const SchemaContents& contents) {
  for (const std::string& name : contents.Names("trigger")) {
    connection.Run("DROP TRIGGER IF EXISTS " + Full(schema, name));
  }
}

// Each live table leaves right before its successor comes.
std::string RenameStatement(const DatabaseSwitch& plan) {
  const std::vector<std::string> out = Movable(plan.leaves);
  const std::vector<std::string> in = Movable(plan.arrives);
  const std::set<std::string> leaving(out.begin(), out.end());
  const std::set<std::string> arriving(in.begin(), in.end());
  std::set<std::string> all = leaving;
  all.insert(arriving.begin(), arriving.end());
  std::string sql = "RENAME TABLE " + Full(plan.arriving, kMarker) + " TO " +
                    Full(plan.kept, kMarker);
  for (const std::string& name : all) {
    if (leaving.contains(name)) {
      sql += ", " + Full(plan.live, name) + " TO " + Full(plan.kept, name);
    }
    if (arriving.contains(name)) {
      sql += ", " + Full(plan.arriving, name) + " TO " + Full(plan.live, name);
    }
  }
  return sql;
}

void MoveTables(Connection& connection, const DatabaseSwitch& plan) {
  DropTriggers(connection, plan.live, plan.leaves);
  DropTriggers(connection, plan.arriving, plan.arrives);
  for (const std::string& name : Movable(plan.arrives)) {
    if (!plan.leaves.Holds("view", name)) continue;
    connection.Run("DROP VIEW IF EXISTS " + Full(plan.live, name));
  }
  connection.Run("SET SESSION lock_wait_timeout=" +
                 std::to_string(kLockSeconds));
  connection.Run(RenameStatement(plan));
}

void DropLeft(Connection& connection, const DatabaseSwitch& plan) {
  for (const char* kind : {"event", "procedure", "function", "view"}) {
    for (const std::string& name : plan.leaves.Names(kind)) {
      const bool table = std::string_view(kind) == "view" &&
                         (plan.arrives.Holds("table", name) ||
                          plan.arrives.Holds("sequence", name));
      if (table || plan.arrives.Holds(kind, name)) continue;
      connection.Run(std::string("DROP ") + kind + " IF EXISTS " +
                     Full(plan.live, name));
    }
  }
}

void MakeArriving(Connection& connection, const DatabaseSwitch& plan) {
  connection.Run("USE " + QuoteName(plan.live));
  ResetSession(connection);
  for (const char* kind : {"function", "procedure", "trigger", "event"}) {
    if (std::string_view(kind) == "trigger") {
      CreateViews(connection, plan.arrives);
    }
    for (const SchemaObject& object : plan.arrives.objects) {
      if (object.kind == kind) CreateObject(connection, object);
    }
  }
}

// KILL does not stop a RENAME TABLE: the server goes on with it when the client
// is gone.
void WaitForRename(Connection& connection, const DatabaseSwitch& plan) {
  const std::string mine = HexString("%RENAME TABLE%" + plan.arriving + "%");
  while (!connection
              .Query("SELECT ID FROM information_schema.PROCESSLIST WHERE ID"
                     " <> CONNECTION_ID() AND INFO LIKE " +
                     mine)
              .empty()) {
    ThrowIfInterrupted();
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

void DropSchema(Connection& connection, const std::string& name) {
  connection.Run("DROP DATABASE IF EXISTS " + QuoteName(name));
}

// What the marker there says, if it says anything.
std::optional<DatabaseSwitch> ReadMarker(Connection& connection,
                                         const std::string& schema) {
  const std::string json =
      connection.Value("SELECT state FROM " + Full(schema, kMarker));
  if (json.empty()) return std::nullopt;
  return SwitchFromJson(json);
}

// Carries out `back`, which takes `plan` back.
void GoBack(Connection& connection, const DatabaseSwitch& back,
            const DatabaseSwitch& plan) {
  Switch(connection, back);
  // What was imported was never said to be there.
  if (!plan.back) Discard(connection, back);
}

}  // namespace

std::string ToJson(const DatabaseSwitch& plan) {
  const nlohmann::json json = {{"live", plan.live},
                               {"arriving", plan.arriving},
                               {"kept", plan.kept},
                               {"back", plan.back},
                               {"arrives", ToJson(plan.arrives)},
                               {"leaves", ToJson(plan.leaves)}};
  return json.dump(-1, ' ', true, nlohmann::json::error_handler_t::strict);
}

DatabaseSwitch SwitchFromJson(const std::string& text) {
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    return {.live = json.at("live"),
            .arriving = json.at("arriving"),
            .kept = json.at("kept"),
            .back = json.at("back"),
            .arrives = ContentsFromJson(json.at("arrives")),
            .leaves = ContentsFromJson(json.at("leaves"))};
  } catch (const nlohmann::json::exception& error) {
    throw Error(ErrorKind::kBug, "the record of a database switch is broken: " +
                                     Escape(error.what()));
  }
}

SwitchState StateOf(Connection& connection, const DatabaseSwitch& plan) {
  if (HasMarker(connection, plan.arriving)) return SwitchState::kBefore;
  if (HasMarker(connection, plan.kept)) return SwitchState::kAfter;
  return SwitchState::kNothing;
}

DatabaseSwitch PlanSwitch(Connection& connection, const std::string& live,
                          const std::string& arriving,
                          const std::string& kept) {
  DatabaseSwitch plan;
  plan.live = live;
  plan.arriving = arriving;
  plan.kept = kept;
  plan.arrives = ReadContents(connection, arriving);
  plan.leaves = ReadContents(connection, live);
  return plan;
}

void Switch(Connection& connection, const DatabaseSwitch& plan) {
  ResetSession(connection);
  if (StateOf(connection, plan) != SwitchState::kAfter) {
    const std::string marker = Full(plan.arriving, kMarker);
    connection.Run("CREATE TABLE IF NOT EXISTS " + marker +
                   " (state LONGTEXT CHARACTER SET utf8mb4) ENGINE=InnoDB");
    // It never is without a plan: that of the last switch may still be needed.
    connection.Run("START TRANSACTION");
    connection.Run("DELETE FROM " + marker);
    connection.Run("INSERT INTO " + marker + " VALUES (" +
                   HexString(ToJson(plan)) + ")");
    connection.Run("COMMIT");
    connection.Run("CREATE DATABASE IF NOT EXISTS " + QuoteName(plan.kept));
    MoveTables(connection, plan);
  }
  // From here on there is no way back but SwitchBack().
  const InterruptShield shield;
  MakeArriving(connection, plan);
  DropLeft(connection, plan);
  DropSchema(connection, plan.arriving);
}

void RollBack(Connection& connection, const DatabaseSwitch& plan) {
  const InterruptShield shield;
  ResetSession(connection);
  connection.Run("USE " + QuoteName(plan.live));
  const SchemaContents now = ReadContents(connection, plan.live);
  SchemaContents missing;
  for (const SchemaObject& object : plan.leaves.objects) {
    const bool made_again = object.kind == "trigger" || object.kind == "view";
    if (made_again && !now.Holds(object.kind, object.name)) {
      missing.objects.push_back(object);
    }
  }
  CreateViews(connection, missing);
  for (const SchemaObject& object : missing.objects) {
    if (object.kind == "trigger") CreateObject(connection, object);
  }
  DropSchema(connection, plan.kept);
  // On the way back it is what undo needs: it stays as it was.
  if (!plan.back) DropSchema(connection, plan.arriving);
}

void Recover(Connection& connection, const DatabaseSwitch& plan) {
  WaitForRename(connection, plan);
  switch (StateOf(connection, plan)) {
    case SwitchState::kBefore:
      RollBack(connection, plan);
      break;
    case SwitchState::kAfter:
      // Dropping it was the last step.
      if (SchemaExists(connection, plan.arriving)) Switch(connection, plan);
      break;
    case SwitchState::kNothing:
      if (!plan.back) DropSchema(connection, plan.arriving);
      break;
  }
}

void TakeBack(Connection& connection, const DatabaseSwitch& plan) {
  WaitForRename(connection, plan);
  switch (StateOf(connection, plan)) {
    case SwitchState::kAfter: {
      // Not gone on with first: that may be what failed.
      const DatabaseSwitch back = PlanSwitchBack(connection, plan);
      if (Movable(back.leaves) != Movable(plan.arrives)) break;
      return GoBack(connection, back, plan);
    }
    case SwitchState::kBefore: {
      // This was interrupted itself, once the tables were back.
      const auto last = ReadMarker(connection, plan.arriving);
      if (!last || last->arriving != plan.kept) break;
      if (last->arrives != plan.leaves) break;
      return GoBack(connection, *last, plan);
    }
    case SwitchState::kNothing:
      break;
  }
  Recover(connection, plan);
}

DatabaseSwitch PlanSwitchBack(Connection& connection,
                              const DatabaseSwitch& plan) {
  ResetSession(connection);
  return {.live = plan.live,
          .arriving = plan.kept,
          .kept = plan.arriving,
          .back = true,
          .arrives = plan.leaves,
          .leaves = ReadContents(connection, plan.live)};
}

DatabaseSwitch SwitchBack(Connection& connection, const DatabaseSwitch& plan) {
  DatabaseSwitch back = PlanSwitchBack(connection, plan);
  Switch(connection, back);
  return back;
}

void Discard(Connection& connection, const DatabaseSwitch& plan) {
  DropSchema(connection, plan.kept);
}

void RecoverStray(Connection& connection, const std::string& live) {
  const std::string prefix = SideName(live, "new", "");
  for (const Row& row : connection.Query("SHOW DATABASES")) {
    const std::string name = row.at(0).value_or("");
    if (!name.starts_with(prefix)) continue;
    const std::string kept = SideName(live, "old", name.substr(prefix.size()));
    DatabaseSwitch plan;
    plan.live = live;
    plan.arriving = name;
    plan.kept = kept;
    WaitForRename(connection, plan);
    const SwitchState state = StateOf(connection, plan);
    if (state != SwitchState::kNothing) {
      const auto last =
          ReadMarker(connection, state == SwitchState::kBefore ? name : kept);
      if (last) {
        // What was being taken back is gone on with in the same way.
        Recover(connection, *last);
        continue;
      }
    }
    DropSchema(connection, kept);
    DropSchema(connection, name);
  }
}

void LockDatabase(Connection& connection, const std::string& live) {
  Sha1 hash;
  hash.Update(AsBytes(live));
  const Sha1::Digest digest = hash.Finish();
  const std::string name = "backgraft " + Hex(digest);
  if (connection.Value("SELECT GET_LOCK('" + name + "', 10)") == "1") return;
  throw Error(ErrorKind::kRefused,
              "another backgraft is importing into " + Quote(live),
              {"wait for it: the server's processlist shows it as connection " +
               connection.Value("SELECT IS_USED_LOCK('" + name + "')")});
}

std::string SideName(const std::string& live, const std::string& part,
                     const std::string& id) {
  constexpr size_t kLongest = 40;
  std::string short_name = live.substr(0, kLongest);
  while (short_name.size() < live.size() && !short_name.empty() &&
         (live[short_name.size()] & '\xc0') == '\x80') {
    short_name.pop_back();
  }
  return short_name + "_bg" + part + "_" + id;
}

}  // namespace backgraft::imports
