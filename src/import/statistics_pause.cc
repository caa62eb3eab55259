#include "import/statistics_pause.h"

#include <utility>

#include "import/tokenizer.h"

namespace backgraft::imports {

void StatisticsPause::Begin(const std::string& table) {
  End();
  const std::string ours = connection_.Value(
      "SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA ="
      " DATABASE() AND TABLE_NAME = " +
      HexString(table) +
      " AND TABLE_TYPE = 'BASE TABLE' AND ENGINE = 'InnoDB'"
      " AND CREATE_OPTIONS NOT LIKE '%stats%'");
  if (ours != "1") return;
  connection_.Run("ALTER TABLE " + QuoteName(table) + " STATS_AUTO_RECALC=0");
  table_ = table;
}

void StatisticsPause::End() {
  if (table_.empty()) return;
  const std::string name = QuoteName(std::exchange(table_, {}));
  connection_.Run("ALTER TABLE " + name + " STATS_AUTO_RECALC=DEFAULT");
  // Nobody would make them before the next rows come.
  connection_.Run("ANALYZE NO_WRITE_TO_BINLOG TABLE " + name);
}

}  // namespace backgraft::imports
