// Views, triggers, routines and events.
#pragma once

#include <string>

#include "import/statement_context.h"
#include "import/token_list.h"

namespace backgraft::imports {

enum class ObjectKind {
  kTable,
  kSequence,
  kView,
  kTrigger,
  kProcedure,
  kFunction,
  kEvent,
};

// The head of a CREATE statement.
struct CreateHead {
  // The word that says what is made ("table", "view", "function", …), in lower
  // case, and its place.
  std::string what;
  size_t at = 0;
  bool temporary = false;
};
CreateHead ReadCreateHead(const TokenList& tokens,
                          const StatementContext& context);

// Checks and edits CREATE … VIEW, TRIGGER, PROCEDURE, FUNCTION or EVENT: the
// definer as `--definer` says; no other schema's tables; nothing in the body
// that concerns the server, users, files or prepared statements. An event is
// made disabled: it must not run before it is switched in. Returns the event's
// name where it is to be enabled then, else "".
std::string CheckProgram(TokenList* tokens, const CreateHead& head,
                         const StatementContext& context);

}  // namespace backgraft::imports
