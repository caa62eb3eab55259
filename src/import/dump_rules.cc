#include "import/dump_rules.h"

#include <utility>

#include "base/escape.h"
#include "import/insert_rule.h"
#include "import/name_rules.h"
#include "import/program_rules.h"
#include "import/table_rules.h"
#include "import/token_list.h"

namespace backgraft::imports {
namespace {

constexpr char kNotListed[] = "dumps do not need it, and it is not run";

bool IsDatabase(const TokenList& tokens, size_t at) {
  return tokens.IsOneOf(at, {"database", "schema"});
}

// The name behind DATABASE [IF [NOT] EXISTS], and its place.
size_t NamePlace(const TokenList& tokens, size_t at) {
  if (!tokens.Is(at, "if")) return at;
  return tokens.Is(at + 1, "not") ? at + 3 : at + 2;
}

}  // namespace

DumpRules::DumpRules(DumpTarget target, std::string sql_mode,
                     std::string character_set,
                     std::set<std::string> collations)
    : target_(std::move(target)),
      settings_(std::move(sql_mode), std::move(character_set)),
      collations_(std::move(collations)) {}

CheckedStatement DumpRules::Run(std::string text) {
  text_ = std::move(text);
  CheckedStatement checked;
  checked.text = text_;
  return checked;
}

CheckedStatement DumpRules::Check(const Statement& statement) {
  const StatementContext context{target_, statement, settings_.mode(),
                                 collations_, dump_name_};
  Tokenizer tokenizer(statement.text, settings_.mode(), target_.server_version);
  const Token first = tokenizer.Next();
  if (!tokenizer.problem().empty()) context.Refuse(tokenizer.problem());
  // Nothing but comments, or versioned ones for another server.
  if (first.kind == TokenKind::kEnd) return {};
  const std::string_view head =
      statement.text.substr(first.begin, first.end - first.begin);
  if (SameWord(head, "insert") || SameWord(head, "replace")) {
    return CheckRows(context);
  }
  return CheckOther(context);
}

CheckedStatement DumpRules::CheckRows(const StatementContext& context) {
  InsertedRows rows = CheckInsert(context);
  if (!rows.counted) uncounted_.insert(rows.table);
  filled_.insert(rows.table);
  CheckedStatement checked;
  checked.text = context.statement.text;
  if (!rows.edits.empty()) {
    text_ = Apply(context.statement.text, std::move(rows.edits));
    checked.text = text_;
  }
  checked.table = std::move(rows.table);
  checked.rows = rows.rows;
  return checked;
}

// Rows that are there no more are not counted; those to come would be.
void DumpRules::Emptied(const std::string& table) {
  if (filled_.contains(table)) uncounted_.insert(table);
}

CheckedStatement DumpRules::CheckOther(const StatementContext& context) {
  TokenList tokens(context.statement.text, settings_.mode(),
                   target_.server_version);
  if (!tokens.problem().empty()) context.Refuse(tokens.problem());
  if (tokens.Is(0, "set")) {
    SessionSettings::Outcome outcome = settings_.Follow(tokens, context);
    warnings_.insert(outcome.warnings.begin(), outcome.warnings.end());
    return Run(std::move(outcome.text));
  }
  if (tokens.Is(0, "create")) return CheckCreate(&tokens, context);
  if (tokens.Is(0, "alter")) return CheckAlter(&tokens, context);
  if (tokens.Is(0, "drop")) return CheckDrop(&tokens, context);
  // All of a table's rows: what some dumps begin its rows with.
  const bool deletes = tokens.Is(0, "delete") && tokens.Is(1, "from");
  if (deletes || tokens.Is(0, "truncate")) {
    std::string table;
    const size_t at = deletes || tokens.Is(1, "table") ? 2 : 1;
    if (!tokens.IsEnd(TakeName(&tokens, at, context, &table))) {
      context.Refuse(kNotListed);
    }
    Emptied(table);
    return Run(tokens.Edited());
  }
  if (tokens.Is(0, "use")) {
    if (!tokens.IsName(1) || !tokens.IsEnd(2)) context.Refuse(kNotListed);
    context.LearnName(tokens.Text(1));
    return {};
  }
  if (tokens.IsOneOf(0, {"do", "select"}) && tokens.Is(1, "setval")) {
    return CheckSequenceValue(&tokens, context);
  }
  // Loading has transactions and locks of its own.
  const bool locks = tokens.IsOneOf(0, {"lock", "unlock"}) &&
                     tokens.IsOneOf(1, {"table", "tables"});
  const bool transaction =
      (tokens.Is(0, "start") && tokens.Is(1, "transaction")) ||
      (tokens.IsOneOf(0, {"commit", "begin"}) &&
       (tokens.IsEnd(1) || (tokens.Is(1, "work") && tokens.IsEnd(2))));
  if (!locks && !transaction) context.Refuse(kNotListed);
  return {};
}

CheckedStatement DumpRules::CheckCreate(TokenList* tokens,
                                        const StatementContext& context) {
  const CreateHead head = ReadCreateHead(*tokens, context);
  if (IsDatabase(*tokens, head.at)) {
    context.LearnName(tokens->Text(NamePlace(*tokens, head.at + 1)));
    return {};
  }
  const std::string& what = head.what;
  if (what == "view" || what == "trigger" || what == "procedure" ||
      what == "function" || what == "event") {
    const std::string enabled = CheckProgram(tokens, head, context);
    if (!enabled.empty()) enabled_events_.insert(enabled);
    return Run(tokens->Edited());
  }
  if (head.temporary ||
      (what != "table" && what != "index" && what != "sequence")) {
    context.Refuse(kNotListed);
  }
  if (what == "table") {
    const size_t name = NamePlace(*tokens, head.at + 1);
    const size_t behind = IsPair(*tokens, name) ? name + 3 : name + 1;
    if (tokens->Is(behind, "like") || tokens->Is(behind + 1, "like")) {
      context.Refuse("tables are loaded from their own columns alone");
    }
  }
  CheckTableStatement(tokens, context);
  CheckedStatement checked = Run(tokens->Edited());
  checked.makes_table = what == "table";
  if (checked.makes_table && tokens->Is(1, "or")) {
    Emptied(tokens->Text(head.at + (IsPair(*tokens, head.at + 1) ? 3 : 1)));
  }
  return checked;
}

CheckedStatement DumpRules::CheckAlter(TokenList* tokens,
                                       const StatementContext& context) {
  if (IsDatabase(*tokens, 1)) {
    const bool named =
        tokens->IsName(2) &&
        !tokens->IsOneOf(2, {"character", "charset", "collate", "default"});
    if (named) {
      // The text of a single database says its name here and nowhere else.
      if (tokens->Text(2) != target_.live) context.LearnName(tokens->Text(2));
      tokens->Replace(2, 3, QuoteName(target_.side));
    }
    for (size_t i = named ? 3 : 2; i < tokens->size(); ++i) {
      const bool value =
          tokens->IsSymbol(i, '=') ||
          tokens->IsOneOf(i - 1, {"set", "charset", "collate"}) ||
          tokens->IsSymbol(i - 1, '=');
      if (!value && !tokens->IsOneOf(i, {"default", "character", "charset",
                                         "set", "collate"})) {
        context.Refuse(kNotListed);
      }
    }
    MapCollations(tokens, context);
    return Run(tokens->Edited());
  }
  const bool table = tokens->Is(1, "table") ||
                     (tokens->Is(1, "ignore") && tokens->Is(2, "table"));
  if (!table && !tokens->Is(1, "sequence")) context.Refuse(kNotListed);
  CheckTableStatement(tokens, context);
  return Run(tokens->Edited());
}

CheckedStatement DumpRules::CheckDrop(TokenList* tokens,
                                      const StatementContext& context) {
  if (IsDatabase(*tokens, 1)) {
    context.LearnName(tokens->Text(NamePlace(*tokens, 2)));
    return {};
  }
  const size_t at = tokens->Is(1, "temporary") ? 2 : 1;
  if (!tokens->IsOneOf(at, {"table", "tables", "view", "trigger", "procedure",
                            "function", "event", "sequence", "index"})) {
    context.Refuse(kNotListed);
  }
  CheckTableStatement(tokens, context);
  for (size_t i = at + 1; i < tokens->size(); ++i) Emptied(tokens->Text(i));
  return Run(tokens->Edited());
}

// DO SETVAL(`sequence`, 5, 0)
CheckedStatement DumpRules::CheckSequenceValue(
    TokenList* tokens, const StatementContext& context) {
  TakeOffSchemas(tokens, context);
  bool plain = tokens->IsSymbol(2, '(') && tokens->IsName(3);
  size_t i = 4;
  while (plain && tokens->IsSymbol(i, ',') &&
         tokens->at(i + 1).kind == TokenKind::kNumber) {
    i += 2;
  }
  if (tokens->IsSymbol(4, '.')) plain = false;
  if (!plain || !tokens->IsSymbol(i, ')') || !tokens->IsEnd(i + 1)) {
    context.Refuse(kNotListed);
  }
  // The server answers SELECT with rows, which nobody wants.
  tokens->Replace(0, 1, "DO");
  return Run(tokens->Edited());
}

std::vector<std::string> DumpRules::Warnings() const {
  std::vector<std::string> warnings(warnings_.begin(), warnings_.end());
  const std::vector<std::string> mapped = collations_.Warnings();
  warnings.insert(warnings.end(), mapped.begin(), mapped.end());
  return warnings;
}

}  // namespace backgraft::imports
