// What the rules know of the statement they look at.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "import/collation_map.h"
#include "import/lexical_mode.h"
#include "import/statement_head.h"
#include "import/statement_splitter.h"

namespace backgraft::imports {

// Whose rights views, triggers, routines and events run with.
struct DefinerPolicy {
  // As the dump says. Otherwise `user`.
  bool keep = false;
  // SQL: CURRENT_USER, or `name`@`host`.
  std::string user = "CURRENT_USER";
};

// `text` of --definer: "current", "keep", "name" or "name@host". Error(kUsage)
// for what names nobody.
DefinerPolicy ParseDefiner(const std::string& text);

// What a dump is loaded into.
struct DumpTarget {
  std::string subject;          // the dump, quoted, for messages
  std::string live;             // the schema it is meant for
  std::string side;             // the one it is loaded into
  uint32_t server_version = 0;  // 101119 is 10.11.19
  DefinerPolicy definer;
};

struct StatementContext {
  const DumpTarget& target;
  const Statement& statement;
  LexicalMode mode;
  CollationMap& collations;
  // The name the dump has for its own schema, where it says so.
  std::optional<std::string>& dump_name;

  // Error(kBadSource) naming line, statement and `reason`.
  [[noreturn]] void Refuse(const std::string& reason) const {
    RefuseStatement(target.subject, statement.line, statement.text, reason);
  }

  // `name` is what the dump calls its own schema, or the live one.
  bool IsOwn(const std::string& name) const {
    return name == target.live || (dump_name && name == *dump_name);
  }
  // The dump says that its schema is called `name`. Refuses a second one.
  void LearnName(const std::string& name) const {
    if (dump_name && *dump_name != name) {
      Refuse("the dump holds more than one database");
    }
    dump_name = name;
  }
};

}  // namespace backgraft::imports
