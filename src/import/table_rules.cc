#include "import/table_rules.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/escape.h"
#include "import/name_rules.h"

namespace backgraft::imports {
namespace {

using namespace std::string_view_literals;

// Engines that keep their rows in the schema's own directory. Others connect to
// servers or read files that the statement names.
constexpr std::array kEngines = {
    "innodb"sv, "myisam"sv,     "aria"sv, "maria"sv,       "memory"sv,
    "heap"sv,   "archive"sv,    "csv"sv,  "blackhole"sv,   "rocksdb"sv,
    "tokudb"sv, "ndbcluster"sv, "ndb"sv,  "columnstore"sv, "sequence"sv,
};

size_t BehindEquals(const TokenList& tokens, size_t at) {
  return tokens.IsSymbol(at, '=') ? at + 1 : at;
}

void CheckWord(const TokenList& tokens, size_t i,
               const StatementContext& context) {
  const size_t value = BehindEquals(tokens, i + 1);
  if (tokens.IsOneOf(i, {"engine", "type"}) && tokens.IsSymbol(i + 1, '=')) {
    const std::string engine = Lower(tokens.Text(value));
    if (std::find(kEngines.begin(), kEngines.end(), engine) == kEngines.end()) {
      context.Refuse("tables of the engine " + Quote(engine) +
                     " may lie outside of the database");
    }
  } else if (tokens.Is(i, "engine") && tokens.IsName(i + 1) &&
             !tokens.IsSymbol(i + 2, '(')) {
    const std::string engine = Lower(tokens.Text(i + 1));
    if (std::find(kEngines.begin(), kEngines.end(), engine) == kEngines.end()) {
      context.Refuse("tables of the engine " + Quote(engine) +
                     " may lie outside of the database");
    }
  } else if (tokens.IsOneOf(i, {"data", "index"}) &&
             tokens.Is(i + 1, "directory")) {
    context.Refuse("it names a directory of the server");
  } else if (tokens.Is(i, "connection") &&
             tokens.at(value).kind == TokenKind::kString) {
    context.Refuse("it names another server");
  } else if (tokens.Is(i, "union")) {
    context.Refuse("tables made of other tables are not loaded");
  } else if (tokens.IsOneOf(i, {"select", "table_type", "file_name"})) {
    context.Refuse("tables are loaded from rows alone");
  } else if (tokens.IsOneOf(i, {"nextval", "lastval"}) ||
             (tokens.Is(i, "next") && tokens.Is(i + 1, "value"))) {
    context.Refuse(
        "a column that takes its values from a sequence would lose "
        "it when the tables are switched");
  }
}

void CheckAlter(const TokenList& tokens, const StatementContext& context) {
  for (size_t i = 2; i < tokens.size(); ++i) {
    const bool renames =
        tokens.Is(i, "rename") &&
        !tokens.IsOneOf(i + 1, {"index", "key", "column", "constraint"});
    if (renames ||
        tokens.IsOneOf(i, {"exchange", "discard", "import", "tablespace"})) {
      context.Refuse("this kind of ALTER TABLE is not run");
    }
  }
}

}  // namespace

void MapCollations(TokenList* tokens, const StatementContext& context) {
  for (size_t i = 0; i < tokens->size(); ++i) {
    const Token& token = tokens->at(i);
    if (token.kind == TokenKind::kSymbol || token.kind == TokenKind::kNumber) {
      continue;
    }
    const size_t before = i > 0 && tokens->IsSymbol(i - 1, '=') ? 2 : 1;
    const bool named = i >= before && tokens->Is(i - before, "collate");
    const bool looks_so = token.kind == TokenKind::kWord &&
                          tokens->Raw(i).find("_0900_") != std::string::npos;
    if (!named && !looks_so) continue;
    const std::string name = tokens->Text(i);
    const std::string nearest = context.collations.Nearest(name);
    if (nearest != name) tokens->Replace(i, i + 1, nearest);
  }
}

void CheckTableStatement(TokenList* tokens, const StatementContext& context) {
  RefuseDangerousWords(*tokens, context);
  for (size_t i = 1; i < tokens->size(); ++i) CheckWord(*tokens, i, context);
  if (tokens->Is(0, "alter")) CheckAlter(*tokens, context);
  TakeOffSchemas(tokens, context);
  MapCollations(tokens, context);
}

}  // namespace backgraft::imports
