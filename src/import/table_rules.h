// Statements about tables, indexes and sequences.
#pragma once

#include <string>

#include "import/statement_context.h"
#include "import/token_list.h"

namespace backgraft::imports {

// CREATE TABLE, CREATE INDEX, CREATE SEQUENCE, ALTER TABLE, DROP and TRUNCATE:
// refuses what reads or writes beyond the schema (other databases, files of the
// server, other servers, CREATE … SELECT), puts known collations in.
void CheckTableStatement(TokenList* tokens, const StatementContext& context);

// Replaces the collations that the server does not know.
void MapCollations(TokenList* tokens, const StatementContext& context);

}  // namespace backgraft::imports
