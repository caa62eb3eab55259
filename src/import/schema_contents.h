// Everything a schema holds, as what it takes to make it again.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "import/connection.h"

namespace backgraft::imports {

struct SchemaObject {
  std::string
      kind;  // table, sequence, view, trigger, procedure, function, event
  std::string name;
  // The rest is for what is made from text: everything but tables, sequences.
  std::string create{};  // as SHOW CREATE has it, the schema being the current
  std::string sql_mode{}, character_set{}, collation{}, time_zone{};
  bool enable = false;  // an event that is disabled and is to be enabled

  friend bool operator==(const SchemaObject&, const SchemaObject&) = default;
};

struct SchemaContents {
  std::vector<SchemaObject>
      objects;  // by kind in the order above, then by name

  // Names of one kind.
  std::vector<std::string> Names(const std::string& kind) const;
  bool Holds(const std::string& kind, const std::string& name) const;

  friend bool operator==(const SchemaContents&,
                         const SchemaContents&) = default;
};

// Reads `schema`, which becomes the current one. ServerError, also where the
// text of an object is hidden from the user.
SchemaContents ReadContents(Connection& connection, const std::string& schema);

// Makes `object`, replacing one of its name, in the current schema.
void CreateObject(Connection& connection, const SchemaObject& object);
// Does so with all views; one may need another. ServerError where one cannot be
// made.
void CreateViews(Connection& connection, const SchemaContents& contents);

// Where names are read and made: nothing of a dump's settings is left.
void ResetSession(Connection& connection);

nlohmann::json ToJson(const SchemaContents& contents);
// Throws nlohmann::json::exception for what ToJson() never made.
SchemaContents ContentsFromJson(const nlohmann::json& json);

}  // namespace backgraft::imports
