#include "import/dump_loader.h"

#include "base/error.h"
#include "base/escape.h"
#include "import/dump_rules.h"
#include "import/server_error.h"
#include "import/statement_feed.h"
#include "import/statistics_pause.h"

namespace backgraft::imports {
namespace {

// What the protocol can carry, where the server's own limit is not asked for.
constexpr size_t kMostBytes = size_t{1} << 30;
// Rows of this many bytes are hardly the table's only ones.
constexpr size_t kManyRows = size_t{256} << 10;

std::set<std::string> KnownCollations(Connection& connection) {
  std::set<std::string> known;
  std::vector<Row> rows;
  try {
    rows = connection.Query(
        "SELECT FULL_COLLATION_NAME FROM"
        " information_schema.COLLATION_CHARACTER_SET_APPLICABILITY");
  } catch (const ServerError&) {
    // Servers before 10.10 have no such column.
    rows = connection.Query(
        "SELECT COLLATION_NAME FROM information_schema.COLLATIONS");
  }
  for (const Row& row : rows) known.insert(Lower(row.at(0).value_or("")));
  return known;
}

class Loader {
 public:
  Loader(Connection& connection, const DumpTarget& target, bool dry_run)
      : connection_(connection),
        target_(target),
        dry_run_(dry_run),
        most_bytes_(
            std::stoull(connection.Value("SELECT @@max_allowed_packet"))),
        pause_(connection),
        rules_(target, connection.Value("SELECT @@sql_mode"),
               connection.Value("SELECT @@character_set_client"),
               KnownCollations(connection)) {}

  LoadedDump Load(DumpSource& source, bool without_trailer,
                  const std::function<void(uint64_t)>& tell_done) {
    if (!dry_run_) {
      connection_.Run(
          "SET SESSION unique_checks=0, foreign_key_checks=0,"
          " autocommit=0, sql_notes=0");
    }
    StatementFeed feed(source, rules_, target_.subject, kMostBytes);
    while (const std::optional<FedStatement> statement = feed.Next()) {
      if (!dry_run_) Run(*statement);
      Count(*statement);
      tell_done(statement->done);
    }
    if (!feed.trailer() && !without_trailer) {
      throw Error(ErrorKind::kBadSource,
                  target_.subject +
                      ": its last line is not '-- Dump completed': it may be "
                      "cut off",
                  {"get the dump again, or, if you know that it is whole: "
                   "--allow-no-trailer"});
    }
    if (!dry_run_) Commit();
    for (const std::string& table : rules_.uncounted()) {
      loaded.rows_of.erase(table);
    }
    loaded.enabled_events = rules_.enabled_events();
    loaded.warnings = rules_.Warnings();
    for (const std::string& message : feed.messages()) {
      loaded.warnings.push_back(
          "what the program that made the dump said on standard error is in it "
          "and passed over: " +
          message);
    }
    return loaded;
  }

  LoadedDump loaded;

 private:
  void Run(const FedStatement& statement) {
    if (statement.text.size() + 1 > most_bytes_) {
      throw ServerError(
          1153,
          target_.subject + ": line " + std::to_string(statement.line) +
              ": the statement has " + std::to_string(statement.text.size()) +
              " bytes, the server takes " + std::to_string(most_bytes_),
          {"raise it on the server: SET GLOBAL max_allowed_packet = "
           "1073741824"});
    }
    try {
      // The rows of a table go in as one.
      if (statement.table.empty()) {
        pause_.End();
      } else if (statement.table != table_) {
        connection_.Run("COMMIT");
        pause_.End();
        if (statement.text.size() >= kManyRows) pause_.Begin(statement.table);
        table_ = statement.table;
      }
      connection_.Run(statement.text);
    } catch (const ServerError& error) {
      Rethrow(error, statement);
    }
    if (!statement.table.empty()) {
      loaded.rows += connection_.affected_rows();
      loaded.rows_of[statement.table] += statement.rows;
    }
  }

  void Count(const FedStatement& statement) {
    ++loaded.statements;
    if (statement.makes_table) ++loaded.tables;
    if (dry_run_) loaded.rows += statement.rows;
  }

  void Commit() {
    try {
      connection_.Run("COMMIT");
      pause_.End();
    } catch (const ServerError& error) {
      Rethrow(error, {});
    }
  }

  [[noreturn]] void Rethrow(const ServerError& error,
                            const FedStatement& statement) const {
    std::string text = target_.subject;
    if (statement.line > 0) {
      text +=
          ": line " + std::to_string(statement.line) + ": " +
          QuoteHead(statement.head.empty() ? statement.text : statement.head);
    }
    text += ": ";
    text += error.what();
    // What it says of rows that go in sorted, all at once, and have the same
    // key.
    constexpr unsigned kErrorDuringCommit = 1180;
    if (error.code() == kErrorDuringCommit &&
        std::string_view(error.what()).starts_with("Got error 1 ")) {
      throw Error(ErrorKind::kBadSource,
                  text + " (two rows have the same key)");
    }
    std::vector<std::string> hints;
    // A view's definer is asked for rights at once, and in the side schema.
    if (error.code() == 1449 || error.code() == 1370) {
      hints = {
          "use --definer current, or see that the definer exists and has "
          "rights on schemas called " +
          Quote(target_.live + "_bg…")};
    }
    if (IsDumpFault(error.code())) {
      throw Error(ErrorKind::kBadSource, text, std::move(hints));
    }
    if (error.code() == 1227) {
      hints = {
          "use --definer current, or ask for: GRANT SET USER ON *.* TO the "
          "user"};
    }
    throw ServerError(error.code(), text, std::move(hints));
  }

  Connection& connection_;
  const DumpTarget& target_;
  const bool dry_run_;
  const uint64_t most_bytes_;
  StatisticsPause pause_;
  DumpRules rules_;
  std::string table_;
};

}  // namespace

LoadedDump LoadDump(Connection& connection, DumpSource& source,
                    const DumpTarget& target, bool without_trailer,
                    bool dry_run,
                    const std::function<void(const LoadProgress&)>& tell) {
  Loader loader(connection, target, dry_run);
  return loader.Load(source, without_trailer, [&](uint64_t done) {
    tell({done, loader.loaded.tables, loader.loaded.rows});
  });
}

}  // namespace backgraft::imports
