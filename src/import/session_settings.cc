#include "import/session_settings.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/escape.h"

namespace backgraft::imports {
namespace {

using namespace std::string_view_literals;

// How text is read, stored and shown: these the server gets.
constexpr std::array kPassed = {
    "character_set_client"sv,
    "character_set_connection"sv,
    "character_set_results"sv,
    "check_constraint_checks"sv,
    "collation_connection"sv,
    "default_storage_engine"sv,
    "explicit_defaults_for_timestamp"sv,
    "note_verbosity"sv,
    "sql_auto_is_null"sv,
    "sql_mode"sv,
    "sql_notes"sv,
    "sql_quote_show_create"sv,
    "storage_engine"sv,
    "system_versioning_insert_history"sv,
    "time_zone"sv,
    "timestamp"sv,
};

// These are ours while a dump is loaded.
constexpr std::array kOurs = {"autocommit"sv, "foreign_key_checks"sv,
                              "unique_checks"sv};

template <typename List>
bool Holds(const List& list, const std::string& name) {
  return std::find(list.begin(), list.end(), name) != list.end();
}

bool IsAssignment(const TokenList& tokens, size_t at) {
  return tokens.IsSymbol(at, '=') ||
         (tokens.IsSymbol(at, ':') && tokens.IsSymbol(at + 1, '='));
}

size_t BehindAssignment(const TokenList& tokens, size_t at) {
  return tokens.IsSymbol(at, '=') ? at + 1 : at + 2;
}

// "SESSION.x", "@@x" … without its scope; `at` becomes the name's place.
std::string VariableName(const TokenList& tokens, size_t* at,
                         const StatementContext& context) {
  size_t i = *at;
  const bool marked = tokens.IsSymbol(i, '@');
  if (marked) i += 2;
  const bool scoped = marked ? tokens.IsSymbol(i + 1, '.')
                             : tokens.IsOneOf(i, {"session", "local", "global",
                                                  "persist", "persist_only"}) &&
                                   !IsAssignment(tokens, i + 1);
  bool global = false;
  if (scoped) {
    global = !tokens.IsOneOf(i, {"session", "local"});
    i += marked ? 2 : 1;
  }
  *at = i;
  if (!tokens.IsName(i)) context.Refuse("this setting cannot be followed");
  std::string name = Lower(tokens.Text(i));
  if (global && !name.starts_with("gtid_purged")) {
    context.Refuse("it would change the server for everybody");
  }
  return name;
}

void Append(SessionSettings::Outcome* outcome, const std::string& assignment) {
  outcome->text += outcome->text.empty() ? "SET " : ", ";
  outcome->text += assignment;
}

}  // namespace

SessionSettings::SessionSettings(std::string sql_mode,
                                 std::string character_set_client)
    : first_sql_mode_(sql_mode),
      first_character_set_(character_set_client),
      sql_mode_(std::move(sql_mode)),
      character_set_(std::move(character_set_client)) {
  SetSqlMode(sql_mode_, &mode_);
  mode_.multi_byte = MultiByteOf(character_set_);
}

void SessionSettings::Assign(const std::string& name,
                             const std::string& literal) {
  if (name == "sql_mode") {
    sql_mode_ = literal;
    SetSqlMode(sql_mode_, &mode_);
  } else if (name == "character_set_client") {
    character_set_ = literal;
    mode_.multi_byte = MultiByteOf(character_set_);
  }
}

SessionSettings::Value SessionSettings::ReadValue(
    const TokenList& tokens, size_t at, const StatementContext& context) const {
  Value value;
  size_t i = at;
  if (tokens.Is(i, "ifnull") && tokens.IsSymbol(i + 1, '(')) {
    value = ReadValue(tokens, i + 2, context);
    if (!tokens.IsSymbol(value.end, ',')) {
      context.Refuse("its value cannot be followed");
    }
    const Value other = ReadValue(tokens, value.end + 1, context);
    if (!tokens.IsSymbol(other.end, ')')) {
      context.Refuse("its value cannot be followed");
    }
    value.text = "IFNULL(" + value.text + ", " + other.text + ")";
    if (value.literal.empty()) value.literal = other.literal;
    value.end = other.end + 1;
    return value;
  }
  // IF(@x IS NULL, 1, @x), which older HeidiSQL has for IFNULL.
  if (tokens.Is(i, "if") && tokens.IsSymbol(i + 1, '(') &&
      tokens.IsSymbol(i + 2, '@') && tokens.IsName(i + 3) &&
      tokens.Is(i + 4, "is") && tokens.Is(i + 5, "null") &&
      tokens.IsSymbol(i + 6, ',')) {
    const Value null = ReadValue(tokens, i + 7, context);
    if (!tokens.IsSymbol(null.end, ',')) {
      context.Refuse("its value cannot be followed");
    }
    value = ReadValue(tokens, null.end + 1, context);
    if (!tokens.IsSymbol(value.end, ')')) {
      context.Refuse("its value cannot be followed");
    }
    value.text = "IF(@" + QuoteName(Lower(tokens.Text(i + 3))) + " IS NULL, " +
                 null.text + ", " + value.text + ")";
    if (value.literal.empty()) value.literal = null.literal;
    ++value.end;
    return value;
  }
  if (tokens.IsSymbol(i, '@') && tokens.IsSymbol(i + 1, '@')) {
    const std::string name = VariableName(tokens, &i, context);
    value.passable = Holds(kPassed, name) || Holds(kOurs, name);
    value.text = "@@" + QuoteName(name);
    if (name == "sql_mode") value.literal = sql_mode_;
    if (name == "character_set_client") value.literal = character_set_;
  } else if (tokens.IsSymbol(i, '@')) {
    ++i;
    const std::string name = Lower(tokens.Text(i));
    value.text = "@" + QuoteName(name);
    const auto found = user_variables_.find(name);
    if (found != user_variables_.end()) value.literal = found->second;
  } else {
    if (tokens.IsSymbol(i, '-') || tokens.IsSymbol(i, '+')) {
      value.text = tokens.Raw(i++);
    }
    value.text += tokens.Raw(i);
    value.literal = tokens.Text(i);
    if (tokens.at(i).kind == TokenKind::kWord &&
        value.literal.find('_') != std::string::npos) {
      value.text = context.collations.Nearest(value.literal);
    }
    if (tokens.at(i).kind == TokenKind::kSymbol || tokens.IsEnd(i)) {
      context.Refuse("its value cannot be followed");
    }
  }
  value.end = i + 1;
  if (!tokens.IsEnd(value.end) && !tokens.IsSymbol(value.end, ',') &&
      !tokens.IsSymbol(value.end, ')')) {
    context.Refuse("its value is computed, which is not followed");
  }
  return value;
}

// SET NAMES x [COLLATE y], SET CHARACTER SET x; `at` is behind the keywords.
size_t SessionSettings::FollowNames(const TokenList& tokens, size_t at,
                                    const StatementContext& context,
                                    Outcome* outcome) {
  const std::string name = tokens.Text(at);
  const bool standard = tokens.Is(at, "default");
  Assign("character_set_client", standard ? first_character_set_ : name);
  std::string text(tokens.Raw(at));
  size_t end = at + 1;
  if (tokens.Is(end, "collate")) {
    text += " COLLATE " + context.collations.Nearest(tokens.Text(end + 1));
    end += 2;
  }
  const bool names = tokens.Is(at - 1, "names");
  Append(outcome, (names ? "NAMES " : "CHARACTER SET ") + text);
  return end;
}

size_t SessionSettings::FollowUserVariable(const TokenList& tokens, size_t at,
                                           const StatementContext& context,
                                           Outcome* outcome) {
  const std::string name = Lower(tokens.Text(at + 1));
  if (!IsAssignment(tokens, at + 2)) context.Refuse("it cannot be followed");
  const Value value =
      ReadValue(tokens, BehindAssignment(tokens, at + 2), context);
  user_variables_[name] = value.literal;
  if (value.passable) Append(outcome, "@" + QuoteName(name) + "=" + value.text);
  return value.end;
}

size_t SessionSettings::FollowVariable(const TokenList& tokens, size_t at,
                                       const StatementContext& context,
                                       Outcome* outcome) {
  const std::string name = VariableName(tokens, &at, context);
  if (!IsAssignment(tokens, at + 1)) context.Refuse("it cannot be followed");
  const size_t behind = BehindAssignment(tokens, at + 1);
  const Value value = ReadValue(tokens, behind, context);
  if (Holds(kOurs, name)) return value.end;
  if (!Holds(kPassed, name)) {
    outcome->warnings.push_back("the dump's setting of " + Quote(name) +
                                " is skipped");
    return value.end;
  }
  if (tokens.Is(behind, "default")) {
    Assign(name, name == "sql_mode" ? first_sql_mode_ : first_character_set_);
  } else {
    // A number stands for the names of a mode, which only the server knows.
    if (name == "sql_mode" && tokens.at(behind).kind == TokenKind::kNumber &&
        value.literal != "0") {
      context.Refuse("a mode that is given as a number is not followed");
    }
    Assign(name, value.literal);
  }
  Append(outcome, "SESSION " + name + "=" + value.text);
  return value.end;
}

SessionSettings::Outcome SessionSettings::Follow(
    const TokenList& tokens, const StatementContext& context) {
  Outcome outcome;
  size_t at = 1;
  for (;;) {
    if (tokens.Is(at, "names")) {
      at = FollowNames(tokens, at + 1, context, &outcome);
    } else if (tokens.Is(at, "charset")) {
      at = FollowNames(tokens, at + 1, context, &outcome);
    } else if (tokens.Is(at, "character") && tokens.Is(at + 1, "set")) {
      at = FollowNames(tokens, at + 2, context, &outcome);
    } else if (tokens.IsOneOf(at, {"password", "role", "default", "statement",
                                   "transaction"})) {
      context.Refuse("this kind of SET is not run");
    } else if (tokens.IsSymbol(at, '@') && !tokens.IsSymbol(at + 1, '@')) {
      at = FollowUserVariable(tokens, at, context, &outcome);
    } else {
      at = FollowVariable(tokens, at, context, &outcome);
    }
    if (tokens.IsEnd(at)) return outcome;
    if (!tokens.IsSymbol(at, ',')) context.Refuse("it cannot be followed");
    ++at;
  }
}

}  // namespace backgraft::imports
