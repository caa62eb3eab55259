// The use case `import db`: a dump becomes the content of a schema.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/limits.h"
#include "import/database_switch.h"
#include "import/database_url.h"
#include "import/dump_loader.h"
#include "import/statement_context.h"

namespace backgraft::imports {

struct ImportDatabaseOptions {
  std::string source;  // a path or "-"
  std::optional<std::string> member;
  DefinerPolicy definer;
  bool without_trailer = false;
  bool drop_old = false;
  bool dry_run = false;
  archive::Limits limits;
  // What the SHA-256 of the source's bytes has to be, in lower-case
  // hexadecimal.
  std::optional<std::string> sha256{};
};

struct ImportDatabaseResult {
  std::string schema;
  bool dry_run = false;
  std::string format;
  std::string sha256;
  std::optional<std::string> member;
  LoadedDump loaded;
  uint64_t counted_rows = 0;  // that the server has, in all tables
  // Where what was there before is kept; "" with `drop_old` and in a dry run.
  std::string kept;
  DatabaseSwitch plan;
};

// Loads the dump into a schema of its own beside `url`'s, checks and counts it,
// and switches the two. Until the switch nothing of the live schema is touched;
// on any failure, also Interrupted, it is as before and nothing is left.
//
// `before_switch` is called with the plan before the first switching statement;
// what it throws rolls back.
ImportDatabaseResult ImportDatabase(
    const DatabaseUrl& url, const ImportDatabaseOptions& options,
    const std::function<void(const LoadProgress&, std::optional<uint64_t>)>&
        tell,
    const std::function<void(const DatabaseSwitch&)>& before_switch);

}  // namespace backgraft::imports
