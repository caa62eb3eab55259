#include "import/schema_contents.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "import/server_error.h"
#include "import/token_list.h"

namespace backgraft::imports {
namespace {

constexpr std::string_view kCreate = "CREATE ";

// Places of a SHOW CREATE answer's columns; 0 where there is none.
struct Columns {
  size_t create, sql_mode, character_set, collation, time_zone;
};

Columns ColumnsOf(const std::string& kind) {
  if (kind == "view") return {1, 0, 2, 3, 0};
  if (kind == "event") return {3, 1, 4, 5, 2};
  return {2, 1, 3, 4, 0};
}

SchemaObject ReadObject(Connection& connection, std::string kind,
                        std::string name) {
  const std::vector<Row> rows =
      connection.Query("SHOW CREATE " + kind + " " + QuoteName(name));
  const Columns columns = ColumnsOf(kind);
  SchemaObject object{.kind = std::move(kind), .name = std::move(name)};
  if (rows.empty() || !rows.front().at(columns.create)) {
    throw ServerError(
        1370,
        "the user may not read the " + object.kind + " " + Quote(object.name),
        {"ask for: GRANT SELECT ON mysql.proc TO " +
         connection.Value("SELECT CURRENT_USER()")});
  }
  const Row& row = rows.front();
  const auto text = [&](size_t column) {
    return column == 0 ? std::string() : row.at(column).value_or("");
  };
  object.create = text(columns.create);
  object.sql_mode = text(columns.sql_mode);
  object.character_set = text(columns.character_set);
  object.collation = text(columns.collation);
  object.time_zone = text(columns.time_zone);
  return object;
}

// The text of a disabled event, as that of an enabled one. ALTER EVENT would
// make it the importer's.
std::string Enabled(const Connection& connection, const std::string& create) {
  TokenList tokens(create, {}, connection.server_version());
  size_t at = 0;
  while (!tokens.IsEnd(at) && !tokens.Is(at, "disable")) ++at;
  if (!tokens.IsEnd(at)) tokens.Replace(at, at + 1, "ENABLE");
  return tokens.Edited();
}

}  // namespace

std::vector<std::string> SchemaContents::Names(const std::string& kind) const {
  std::vector<std::string> names;
  for (const SchemaObject& object : objects) {
    if (object.kind == kind) names.push_back(object.name);
  }
  return names;
}

bool SchemaContents::Holds(const std::string& kind,
                           const std::string& name) const {
  return std::any_of(objects.begin(), objects.end(),
                     [&](const SchemaObject& object) {
                       return object.kind == kind && object.name == name;
                     });
}

SchemaContents ReadContents(Connection& connection, const std::string& schema) {
  connection.Run("USE " + QuoteName(schema));
  SchemaContents contents;
  const std::string is = " = " + HexString(schema);
  const std::vector<Row> tables = connection.Query(
      "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES"
      " WHERE TABLE_SCHEMA" +
      is + " ORDER BY TABLE_NAME");
  for (const char* kind : {"table", "sequence", "view"}) {
    for (const Row& row : tables) {
      const std::string name = row.at(0).value_or("");
      const std::string type = row.at(1).value_or("");
      const std::string of = type == "VIEW"       ? "view"
                             : type == "SEQUENCE" ? "sequence"
                                                  : "table";
      if (of != kind) continue;
      if (of == "view") {
        contents.objects.push_back(ReadObject(connection, of, name));
      } else {
        contents.objects.push_back({.kind = of, .name = name});
      }
    }
  }
  const auto add = [&](const std::string& kind, const std::string& query) {
    for (const Row& row : connection.Query(query)) {
      contents.objects.push_back(
          ReadObject(connection, kind, row.at(0).value_or("")));
    }
  };
  add("trigger",
      "SELECT TRIGGER_NAME FROM information_schema.TRIGGERS"
      " WHERE TRIGGER_SCHEMA" +
          is +
          " ORDER BY EVENT_OBJECT_TABLE, EVENT_MANIPULATION, ACTION_TIMING,"
          " ACTION_ORDER");
  for (const std::string kind : {"procedure", "function"}) {
    add(kind,
        "SELECT ROUTINE_NAME FROM information_schema.ROUTINES"
        " WHERE ROUTINE_SCHEMA" +
            is + " AND ROUTINE_TYPE = '" + kind + "' ORDER BY ROUTINE_NAME");
  }
  add("event",
      "SELECT EVENT_NAME FROM information_schema.EVENTS"
      " WHERE EVENT_SCHEMA" +
          is + " ORDER BY EVENT_NAME");
  return contents;
}

void CreateObject(Connection& connection, const SchemaObject& object) {
  connection.Run(
      "SET SESSION sql_mode=" + HexString(object.sql_mode) +
      ", character_set_client=" + object.character_set +
      ", collation_connection=" + object.collation + ", time_zone=" +
      (object.time_zone.empty() ? "DEFAULT" : HexString(object.time_zone)));
  std::string create =
      object.enable ? Enabled(connection, object.create) : object.create;
  if (create.starts_with(kCreate)) {
    create.insert(kCreate.size(), "OR REPLACE ");
  }
  connection.Run(create);
  ResetSession(connection);
}

void CreateViews(Connection& connection, const SchemaContents& contents) {
  std::vector<SchemaObject> left;
  for (const SchemaObject& object : contents.objects) {
    if (object.kind == "view") left.push_back(object);
  }
  while (!left.empty()) {
    std::vector<SchemaObject> failed;
    std::exception_ptr failure;
    for (const SchemaObject& view : left) {
      try {
        CreateObject(connection, view);
      } catch (const ServerError& error) {
        ResetSession(connection);
        if (!IsDumpFault(error.code())) throw;
        failure = std::current_exception();
        failed.push_back(view);
      }
    }
    if (failed.size() == left.size()) std::rethrow_exception(failure);
    left = std::move(failed);
  }
}

void ResetSession(Connection& connection) {
  connection.Run("SET NAMES utf8mb4");
  connection.Run("SET SESSION sql_mode=DEFAULT, time_zone=DEFAULT");
}

nlohmann::json ToJson(const SchemaContents& contents) {
  nlohmann::json list = nlohmann::json::array();
  for (const SchemaObject& object : contents.objects) {
    list.push_back({{"kind", object.kind},
                    {"name", object.name},
                    {"create", object.create},
                    {"sql_mode", object.sql_mode},
                    {"character_set", object.character_set},
                    {"collation", object.collation},
                    {"time_zone", object.time_zone},
                    {"enable", object.enable}});
  }
  return list;
}

SchemaContents ContentsFromJson(const nlohmann::json& json) {
  SchemaContents contents;
  for (const nlohmann::json& object : json) {
    contents.objects.push_back({.kind = object.at("kind"),
                                .name = object.at("name"),
                                .create = object.at("create"),
                                .sql_mode = object.at("sql_mode"),
                                .character_set = object.at("character_set"),
                                .collation = object.at("collation"),
                                .time_zone = object.at("time_zone"),
                                .enable = object.at("enable")});
  }
  return contents;
}

}  // namespace backgraft::imports
