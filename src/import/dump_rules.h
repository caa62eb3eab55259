// What becomes of each statement of a dump: run, skipped or refused.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "import/collation_map.h"
#include "import/session_settings.h"
#include "import/statement_context.h"

namespace backgraft::imports {

// A statement as the server is to get it.
struct CheckedStatement {
  std::string_view text;  // "" where there is nothing to run; borrowed
  std::string table;      // that it puts rows into, for INSERT and REPLACE
  uint64_t rows = 0;      // that it puts there
  bool makes_table = false;
};

class DumpRules {
 public:
  // `sql_mode` and `character_set` are the session's, `collations` all that the
  // server knows.
  DumpRules(DumpTarget target, std::string sql_mode, std::string character_set,
            std::set<std::string> collations);

  // Only what is on the list of heads passes, and only with contents that stay
  // within the schema; everything else is Error(kBadSource) naming the line and
  // the statement's head. The result is valid until the next call.
  CheckedStatement Check(const Statement& statement);

  // How the next statement is to be read.
  const LexicalMode& mode() const { return settings_.mode(); }

  // Events to be enabled once they are switched in.
  const std::set<std::string>& enabled_events() const {
    return enabled_events_;
  }
  // Tables whose rows cannot be told from the dump: filled by REPLACE or
  // INSERT IGNORE, or emptied again.
  const std::set<std::string>& uncounted() const { return uncounted_; }
  // What was skipped or replaced so far.
  std::vector<std::string> Warnings() const;

 private:
  CheckedStatement Run(std::string text);
  CheckedStatement CheckOther(const StatementContext& context);
  CheckedStatement CheckCreate(TokenList* tokens,
                               const StatementContext& context);
  CheckedStatement CheckAlter(TokenList* tokens,
                              const StatementContext& context);
  CheckedStatement CheckDrop(TokenList* tokens,
                             const StatementContext& context);
  CheckedStatement CheckRows(const StatementContext& context);
  CheckedStatement CheckSequenceValue(TokenList* tokens,
                                      const StatementContext& context);
  void Emptied(const std::string& table);

  const DumpTarget target_;
  SessionSettings settings_;
  CollationMap collations_;
  std::optional<std::string> dump_name_;
  std::set<std::string> enabled_events_;
  std::set<std::string> filled_;
  std::set<std::string> uncounted_;
  std::set<std::string> warnings_;
  std::string text_;
};

}  // namespace backgraft::imports
