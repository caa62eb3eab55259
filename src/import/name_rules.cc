#include "import/name_rules.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "base/escape.h"

namespace backgraft::imports {
namespace {

using namespace std::string_view_literals;

constexpr std::array kRefusedCalls = {
    "load_file"sv,         "get_lock"sv,        "release_lock"sv,
    "release_all_locks"sv, "master_pos_wait"sv, "master_gtid_wait"sv,
    "sys_exec"sv,          "sys_eval"sv,        "sys_set"sv,
    "sys_get"sv,           "benchmark"sv,
};

// Behind these a table or a function is named.
constexpr std::array kBeforeTables = {
    "from"sv,     "join"sv,      "straight_join"sv, "into"sv,    "update"sv,
    "table"sv,    "call"sv,      "references"sv,    "like"sv,    "exists"sv,
    "view"sv,     "procedure"sv, "function"sv,      "trigger"sv, "event"sv,
    "tables"sv,   "truncate"sv,  "replace"sv,       "insert"sv,  "ignore"sv,
    "sequence"sv, "for"sv,
};

// FROM within the parentheses of these is no list of tables.
constexpr std::array kFromFunctions = {"extract"sv, "trim"sv, "substring"sv,
                                       "substr"sv, "mid"sv};

template <typename List>
bool Holds(const List& list, const std::string& word) {
  return std::find(list.begin(), list.end(), word) != list.end();
}

std::string WordAt(const TokenList& tokens, size_t at) {
  if (tokens.at(at).kind != TokenKind::kWord) return {};
  return Lower(tokens.Raw(at));
}

// Follows the lists of tables through parentheses.
class TableLists {
 public:
  explicit TableLists(const TokenList& tokens) : tokens_(tokens) {}

  // To be called for every token in turn; true where a table is named at `at`.
  bool Follow(size_t at) {
    const std::string word = WordAt(tokens_, at);
    const bool expected = expected_;
    expected_ = false;
    if (tokens_.IsSymbol(at, '(')) {
      const std::string opener = at > 0 ? WordAt(tokens_, at - 1) : "";
      const bool function = Holds(kFromFunctions, opener);
      levels_.push_back({function, expected});
      expected_ = expected;
    } else if (tokens_.IsSymbol(at, ')')) {
      if (levels_.size() > 1) levels_.pop_back();
    } else if (tokens_.IsSymbol(at, ';')) {
      levels_.back().list = false;
    } else if (tokens_.IsSymbol(at, ',')) {
      expected_ = levels_.back().list;
    } else if (Holds(kBeforeTables, word) && !levels_.back().function) {
      levels_.back().list = true;
      expected_ = true;
    } else if (word == "where" || word == "set" || word == "select" ||
               word == "values" || word == "group" || word == "order" ||
               word == "having" || word == "limit" || word == "union") {
      levels_.back().list = false;
    }
    return expected;
  }

 private:
  struct Level {
    bool function = false;  // opened by EXTRACT and the like
    bool list = false;      // within a list of tables
  };
  const TokenList& tokens_;
  std::vector<Level> levels_{Level{}};
  bool expected_ = false;
};

}  // namespace

bool IsPair(const TokenList& tokens, size_t at) {
  return tokens.IsName(at) && tokens.IsSymbol(at + 1, '.') &&
         (tokens.IsName(at + 2) || tokens.IsSymbol(at + 2, '*')) &&
         !(at > 0 && tokens.IsSymbol(at - 1, '.'));
}

size_t TakeName(TokenList* tokens, size_t at, const StatementContext& context,
                std::string* name) {
  if (!tokens->IsName(at)) context.Refuse("it names nothing");
  if (!IsPair(*tokens, at)) {
    *name = tokens->Text(at);
    return at + 1;
  }
  if (!context.IsOwn(tokens->Text(at))) {
    context.Refuse("it names the other database " + Quote(tokens->Text(at)));
  }
  tokens->Replace(at, at + 2, {});
  *name = tokens->Text(at + 2);
  return at + 3;
}

void TakeOffSchemas(TokenList* tokens, const StatementContext& context) {
  for (size_t i = 0; i < tokens->size(); ++i) {
    if (!IsPair(*tokens, i)) continue;
    if (!context.IsOwn(tokens->Text(i))) {
      context.Refuse("it names the other database " + Quote(tokens->Text(i)));
    }
    tokens->Replace(i, i + 2, {});
  }
}

void RefuseDangerousWords(const TokenList& tokens,
                          const StatementContext& context) {
  for (size_t i = 0; i < tokens.size(); ++i) {
    const std::string name = tokens.IsName(i) ? Lower(tokens.Text(i)) : "";
    if (tokens.IsSymbol(i + 1, '(') && Holds(kRefusedCalls, name)) {
      context.Refuse("it calls " + Quote(name));
    }
    const std::string word = WordAt(tokens, i);
    if (word == "outfile" || word == "dumpfile" || word == "infile" ||
        word == "soname") {
      context.Refuse("it names a file of the server");
    }
    const bool variable =
        i > 1 && tokens.IsSymbol(i - 1, '@') && tokens.IsSymbol(i - 2, '@');
    if (variable && (name == "global" || name == "persist")) {
      context.Refuse("it reaches for settings of the whole server");
    }
  }
}

void CheckSchemas(TokenList* tokens, size_t from, bool take_off,
                  const StatementContext& context) {
  TableLists lists(*tokens);
  for (size_t i = from; i < tokens->size(); ++i) {
    const bool table = lists.Follow(i);
    if (!IsPair(*tokens, i)) continue;
    const bool three = tokens->IsSymbol(i + 3, '.');
    const bool call = tokens->IsSymbol(i + 3, '(');
    const std::string schema = tokens->Text(i);
    const bool own =
        take_off ? context.IsOwn(schema) : schema == context.target.live;
    const bool known = Holds(std::array{"mysql"sv, "information_schema"sv,
                                        "performance_schema"sv, "sys"sv},
                             Lower(schema));
    if (!table && !three && !call && !known) continue;
    if (!own) {
      context.Refuse("it names the other database " + Quote(schema));
    }
    if (take_off) tokens->Replace(i, i + 2, {});
  }
}

}  // namespace backgraft::imports
