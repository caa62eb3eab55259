// INSERT and REPLACE: rows of plain values, and nothing that is computed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "import/statement_context.h"
#include "import/tokenizer.h"

namespace backgraft::imports {

struct InsertedRows {
  std::string table;
  uint64_t rows = 0;
  bool counted = true;      // each row becomes one row (no REPLACE, no IGNORE)
  std::vector<Edit> edits;  // what the statement needs before it is run
};

// Reads the statement once, keeping no tokens: it may be of any length. Refuses
// everything but "INSERT … INTO table [(columns)] VALUES (value, …), …" where a
// value is a literal, DEFAULT, the current time or a geometry from a literal.
InsertedRows CheckInsert(const StatementContext& context);

}  // namespace backgraft::imports
