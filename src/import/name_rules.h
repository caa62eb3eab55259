// Names with a schema in front, and functions no dump may call.
#pragma once

#include "import/statement_context.h"
#include "import/token_list.h"

namespace backgraft::imports {

// True where "name . name" begins at `at` and no third name precedes it.
bool IsPair(const TokenList& tokens, size_t at);

// Takes the schema off the name at `at`, which becomes "t" of "`own`.`t`".
// Refuses another schema. Returns the place behind the name.
size_t TakeName(TokenList* tokens, size_t at, const StatementContext& context,
                std::string* name);

// Every "a.b" is a schema and a name here: takes the own schema off, refuses
// others. For statements in which columns have no qualifier.
void TakeOffSchemas(TokenList* tokens, const StatementContext& context);

// Refuses calls that reach beyond the database or keep it busy (LOAD_FILE,
// GET_LOCK, …), names of files, and @@global.
void RefuseDangerousWords(const TokenList& tokens,
                          const StatementContext& context);

// In views and programs, where "a.b" mostly is an alias and a column: refuses
// schemas other than the own one in front of tables and functions. With
// `take_off` the own one is removed; otherwise only the live schema's name may
// stand there, and stays.
void CheckSchemas(TokenList* tokens, size_t from, bool take_off,
                  const StatementContext& context);

}  // namespace backgraft::imports
