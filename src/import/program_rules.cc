#include "import/program_rules.h"

#include "base/escape.h"
#include "import/name_rules.h"
#include "import/table_rules.h"

namespace backgraft::imports {
namespace {

// Behind the user at `at`: `name`[@`host`], CURRENT_USER[()], CURRENT_ROLE.
size_t BehindUser(const TokenList& tokens, size_t at,
                  const StatementContext& context) {
  const bool string = tokens.at(at).kind == TokenKind::kString;
  if (!tokens.IsName(at) && !string) context.Refuse("its definer is nobody");
  if (tokens.IsSymbol(at + 1, '(')) return at + 3;
  if (tokens.IsSymbol(at + 1, '@')) return at + 3;
  return at + 1;
}

void SetDefiner(TokenList* tokens, size_t end,
                const StatementContext& context) {
  if (context.target.definer.keep) return;
  for (size_t i = 1; i < end; ++i) {
    if (!tokens->Is(i, "definer") || !tokens->IsSymbol(i + 1, '=')) continue;
    tokens->Replace(i + 2, BehindUser(*tokens, i + 2, context),
                    context.target.definer.user);
    return;
  }
}

// A word that can only begin a statement of its own, or the words that make it
// one, in a body.
void RefuseStatements(const TokenList& tokens, size_t from,
                      const StatementContext& context) {
  for (size_t i = from; i < tokens.size(); ++i) {
    if (tokens.at(i).kind != TokenKind::kWord) continue;
    const bool begins =
        i == from || tokens.IsSymbol(i - 1, ';') ||
        tokens.IsSymbol(i - 1, ')') || tokens.IsSymbol(i - 1, ':') ||
        tokens.IsOneOf(i - 1, {"begin", "then", "else", "do", "loop", "repeat",
                               "row", "sql", "data", "deterministic"});
    const bool server_word =
        tokens.IsOneOf(i, {"grant", "revoke", "kill", "load", "purge"}) ||
        (begins &&
         tokens.IsOneOf(
             i, {"shutdown", "flush", "reset", "change", "stop", "start",
                 "backup", "cache", "handler", "xa", "binlog", "help"}) &&
         !(tokens.Is(i, "start") && tokens.Is(i + 1, "transaction")));
    const bool plugin = tokens.IsOneOf(i, {"install", "uninstall"}) &&
                        tokens.IsOneOf(i + 1, {"plugin", "soname"});
    const bool prepared = tokens.Is(i, "immediate") ||
                          (begins && tokens.IsOneOf(i, {"prepare", "execute"}));
    const bool defines =
        tokens.IsOneOf(i, {"create", "alter", "drop", "rename"}) &&
        (tokens.IsOneOf(i + 1, {"user", "role", "database", "schema", "server",
                                "procedure", "function", "event", "trigger",
                                "tablespace"}) ||
         (tokens.Is(i + 1, "or") &&
          !tokens.IsOneOf(i + 3, {"table", "temporary", "view"})));
    const bool setting = tokens.Is(i, "set") &&
                         tokens.IsOneOf(i + 1, {"global", "persist", "password",
                                                "role", "default"});
    if (server_word || plugin || prepared || defines || setting) {
      context.Refuse("its body holds " + Quote(Lower(tokens.Raw(i))) +
                     ", which reaches beyond the database");
    }
  }
}

// The place of `word` outside of parentheses, or the end.
size_t Find(const TokenList& tokens, size_t from, std::string_view word) {
  size_t depth = 0;
  for (size_t i = from; i < tokens.size(); ++i) {
    if (tokens.IsSymbol(i, '(')) ++depth;
    if (tokens.IsSymbol(i, ')') && depth > 0) --depth;
    if (depth == 0 && tokens.Is(i, word)) return i;
  }
  return tokens.size();
}

// False where it is disabled in the dump already.
bool DisableEvent(TokenList* tokens, size_t name_end,
                  const StatementContext& context) {
  const size_t body = Find(*tokens, name_end, "do");
  if (body == tokens->size()) context.Refuse("the event does nothing");
  for (size_t i = name_end; i < body; ++i) {
    if (tokens->Is(i, "disable")) return false;
    if (tokens->Is(i, "enable")) {
      tokens->Replace(i, i + 1, "DISABLE");
      return true;
    }
  }
  const size_t comment = Find(*tokens, name_end, "comment");
  tokens->Insert(comment < body ? comment : body, "DISABLE ");
  return true;
}

}  // namespace

CreateHead ReadCreateHead(const TokenList& tokens,
                          const StatementContext& context) {
  CreateHead head;
  size_t i = 1;
  for (;;) {
    if (tokens.Is(i, "or") && tokens.Is(i + 1, "replace")) {
      i += 2;
    } else if (tokens.Is(i, "algorithm")) {
      i += 3;
    } else if (tokens.Is(i, "definer")) {
      i = BehindUser(tokens, i + 2, context);
    } else if (tokens.Is(i, "sql") && tokens.Is(i + 1, "security")) {
      i += 3;
    } else if (tokens.IsOneOf(i,
                              {"unique", "fulltext", "spatial", "aggregate"})) {
      ++i;
    } else if (tokens.Is(i, "temporary")) {
      head.temporary = true;
      ++i;
    } else {
      break;
    }
  }
  head.what = Lower(tokens.Raw(i));
  head.at = i;
  return head;
}

std::string CheckProgram(TokenList* tokens, const CreateHead& head,
                         const StatementContext& context) {
  SetDefiner(tokens, head.at, context);
  RefuseDangerousWords(*tokens, context);
  size_t name_at = head.at + 1;
  if (tokens->Is(name_at, "if")) name_at += 3;
  std::string name;
  size_t behind = TakeName(tokens, name_at, context, &name);
  if (head.what == "view") {
    if (Find(*tokens, behind, "into") < tokens->size()) {
      context.Refuse("a view writes nothing");
    }
    CheckSchemas(tokens, behind, true, context);
    MapCollations(tokens, context);
    return {};
  }
  if (head.what == "trigger") {
    const size_t on = Find(*tokens, behind, "on");
    std::string table;
    behind = TakeName(tokens, on + 1, context, &table);
  }
  RefuseStatements(*tokens, behind, context);
  CheckSchemas(tokens, behind, false, context);
  MapCollations(tokens, context);
  if (head.what == "event" && DisableEvent(tokens, behind, context)) {
    return name;
  }
  return {};
}

}  // namespace backgraft::imports
