// InnoDB's statistics of a table, put off while the table is filled.
#pragma once

#include <string>

#include "import/connection.h"

namespace backgraft::imports {

// A table that is filled in bulk (unique_checks=0, foreign_key_checks=0) cannot
// be looked at, but MariaDB's thread for statistics asks for it without a pause
// once many rows are in: that takes a processor for as long as the filling
// does.
class StatisticsPause {
 public:
  explicit StatisticsPause(Connection& connection) : connection_(connection) {}

  // Lets the server leave `table` of the current schema alone, where it is one
  // of InnoDB's without settings of its own for that. Ends the transaction, and
  // the pause before. ServerError.
  void Begin(const std::string& table);

  // Makes the table's statistics, and leaves them to the server again. Ends the
  // transaction. Nothing where there is no pause. ServerError.
  void End();

 private:
  Connection& connection_;
  std::string table_;
};

}  // namespace backgraft::imports
