// The SET statements of a dump: which of them the server gets, and how those
// after them are read.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "import/lexical_mode.h"
#include "import/statement_context.h"
#include "import/token_list.h"

namespace backgraft::imports {

class SessionSettings {
 public:
  // As the session is when the dump begins.
  SessionSettings(std::string sql_mode, std::string character_set_client);

  struct Outcome {
    std::string text;  // for the server; "" where there is nothing for it
    std::vector<std::string> warnings;
  };
  // Follows one SET statement. Settings that concern how text is read and
  // stored are passed on; others of the session are skipped with a warning,
  // those that only make loading faster or that are ours without one. Refuses
  // what reaches beyond the session, and what is computed.
  Outcome Follow(const TokenList& tokens, const StatementContext& context);

  const LexicalMode& mode() const { return mode_; }

 private:
  // Where an assignment's value ends, and what it is where that is known.
  struct Value {
    size_t end = 0;
    std::string text;     // SQL
    std::string literal;  // what it amounts to
    bool passable = true;
  };
  Value ReadValue(const TokenList& tokens, size_t at,
                  const StatementContext& context) const;
  size_t FollowNames(const TokenList& tokens, size_t at,
                     const StatementContext& context, Outcome* outcome);
  size_t FollowUserVariable(const TokenList& tokens, size_t at,
                            const StatementContext& context, Outcome* outcome);
  size_t FollowVariable(const TokenList& tokens, size_t at,
                        const StatementContext& context, Outcome* outcome);
  void Assign(const std::string& name, const std::string& literal);

  const std::string first_sql_mode_;
  const std::string first_character_set_;
  std::string sql_mode_, character_set_;
  std::map<std::string, std::string> user_variables_;
  LexicalMode mode_;
};

}  // namespace backgraft::imports
