// Puts a dump's statements into a schema, one after the other.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "import/connection.h"
#include "import/dump_source.h"
#include "import/statement_context.h"

namespace backgraft::imports {

// How far loading is.
struct LoadProgress {
  uint64_t bytes = 0;  // of the source
  uint64_t tables = 0;
  uint64_t rows = 0;
};

struct LoadedDump {
  uint64_t statements = 0;
  uint64_t tables = 0;
  uint64_t rows = 0;
  // Rows put into each table, without those where the dump cannot tell.
  std::map<std::string, uint64_t> rows_of;
  std::set<std::string> enabled_events;
  std::vector<std::string> warnings;
};

// Checks every statement of `source` and, unless `dry_run`, runs it in
// `target.side`, which is the connection's current schema. Without `-- Dump
// completed` at the end it is refused unless `without_trailer`. The dump's
// fault is Error(kBadSource) with line and head of the statement, the server's
// a ServerError with the same.
LoadedDump LoadDump(Connection& connection, DumpSource& source,
                    const DumpTarget& target, bool without_trailer,
                    bool dry_run,
                    const std::function<void(const LoadProgress&)>& tell);

}  // namespace backgraft::imports
