// The use case `import db`: a dump becomes the content of a schema.
#pragma once

#include <functional>
#include <memory>
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
  // Told what is worth knowing before the work is done ("link expires in
  // 40 s"). May be null.
  std::function<void(const std::string&)> warn{};
  // Told why what was loaded could not be dropped: the server is gone. The next
  // import finds it. May be null.
  std::function<void(const std::string&)> left_over{};
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

using TellLoadProgress =
    std::function<void(const LoadProgress&, std::optional<uint64_t>)>;

// A dump on its way into a schema. Until Switch() nothing of the live schema is
// touched; on any failure of Stage(), also Interrupted, nothing is left.
class DatabaseImport {
 public:
  // Connects, looks at the source, and loads the dump into a schema of its own
  // beside `url`'s, where it is checked and counted. A dry run only checks the
  // statements.
  DatabaseImport(DatabaseUrl url, ImportDatabaseOptions options,
                 const TellLoadProgress& tell);
  // What was loaded is dropped unless Switch(), TakeBack() or Finish() was
  // called.
  ~DatabaseImport();
  DatabaseImport(const DatabaseImport&) = delete;
  DatabaseImport& operator=(const DatabaseImport&) = delete;

  const ImportDatabaseResult& result() const { return result_; }

  // What Switch() will do, as the live schema is now.
  const DatabaseSwitch& Plan();
  // Does what Plan() said last, which must be durable by then. After a failure
  // TakeBack() is to be called, or a recovery has to do it.
  void Switch();
  // Undoes what Switch() did, wherever it was stopped. ServerError where the
  // server does not let it.
  void TakeBack();
  // The switch stands. ServerError where what was before cannot be dropped, as
  // `drop_old` asks for.
  void Finish();

 private:
  class SideSchemas;
  void Stage(const TellLoadProgress& tell);

  const DatabaseUrl url_;
  const ImportDatabaseOptions options_;
  ImportDatabaseResult result_;
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<SideSchemas> schemas_;
};

}  // namespace backgraft::imports
