#include "import/import_database.h"

#include <sys/random.h>

#include <array>
#include <cerrno>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "base/sha.h"
#include "import/name_rules.h"
#include "import/server_error.h"
#include "import/token_list.h"

namespace backgraft::imports {
namespace {

std::string RandomId() {
  std::array<uint8_t, 5> bytes{};
  if (getrandom(bytes.data(), bytes.size(), 0) !=
      static_cast<ssize_t>(bytes.size())) {
    ThrowErrno(errno, "cannot read", "/dev/urandom");
  }
  return Hex(bytes);
}

// Nothing may go on naming the side schema once it is gone.
void CheckForeignKeys(Connection& connection, const std::string& subject,
                      const std::string& live, const std::string& side) {
  for (const Row& row : connection.Query(
           "SELECT k.TABLE_NAME, k.REFERENCED_TABLE_NAME FROM"
           " information_schema.KEY_COLUMN_USAGE k LEFT JOIN"
           " information_schema.TABLES t ON t.TABLE_SCHEMA ="
           " k.REFERENCED_TABLE_SCHEMA AND t.TABLE_NAME ="
           " k.REFERENCED_TABLE_NAME WHERE k.CONSTRAINT_SCHEMA = " +
           HexString(side) +
           " AND k.REFERENCED_TABLE_NAME IS NOT NULL AND"
           " t.TABLE_NAME IS NULL")) {
    throw Error(ErrorKind::kBadSource,
                subject + ": a foreign key of the table " +
                    Quote(row.at(0).value_or("")) + " needs the table " +
                    Quote(row.at(1).value_or("")) + ", which it does not hold");
  }
  for (const Row& row : connection.Query(
           "SELECT CONSTRAINT_SCHEMA, TABLE_NAME FROM"
           " information_schema.REFERENTIAL_CONSTRAINTS WHERE"
           " UNIQUE_CONSTRAINT_SCHEMA = " +
           HexString(live) + " AND CONSTRAINT_SCHEMA <> " + HexString(live))) {
    throw Error(
        ErrorKind::kRefused,
        "the table " +
            Quote(row.at(0).value_or("") + "." + row.at(1).value_or("")) +
            " has a foreign key into " + Quote(live) +
            ": it would follow the old tables",
        {"drop that foreign key first"});
  }
}

// The server's own text of a view has every table with its schema.
void CheckViews(Connection& connection, const DumpTarget& target) {
  for (const Row& row : connection.Query(
           "SELECT TABLE_NAME, VIEW_DEFINITION FROM information_schema.VIEWS"
           " WHERE TABLE_SCHEMA = " +
           HexString(target.side))) {
    const std::string text = row.at(1).value_or("");
    DumpTarget side = target;
    side.live = target.side;
    side.subject += ": view " + Quote(row.at(0).value_or(""));
    CollationMap collations({});
    std::optional<std::string> none;
    const Statement statement{text, 1};
    const StatementContext context{side, statement, {}, collations, none};
    TokenList tokens(text, {}, target.server_version);
    CheckSchemas(&tokens, 0, false, context);
  }
}

// What is dropped on the way must be made again by rolling back and by undo: a
// user who may not name its definer must not begin.
void CheckDefiners(Connection& connection, const std::string& side,
                   const SchemaContents& leaves) {
  constexpr std::string_view kBegin = "CREATE DEFINER=";
  std::set<std::string> definers;
  for (const SchemaObject& object : leaves.objects) {
    const size_t at = object.create.find("DEFINER=");
    // Further on, or nowhere: it is part of the body.
    if (at > kBegin.size() * 4) continue;
    const TokenList tokens(std::string_view(object.create).substr(at), {},
                           connection.server_version());
    const size_t end = tokens.IsSymbol(3, '@') ? 4 : 2;
    definers.insert(std::string(tokens.text().substr(0, tokens.at(end).end)));
  }
  const std::string probe = QuoteName(side) + ".backgraft_probe";
  for (const std::string& definer : definers) {
    try {
      connection.Run("CREATE " + definer + " PROCEDURE " + probe +
                     "() BEGIN END");
    } catch (const ServerError& error) {
      throw ServerError(error.code(),
                        "what the database holds could not be made again: " +
                            std::string(error.what()),
                        {"ask for: GRANT SET USER ON *.* TO " +
                         connection.Value("SELECT CURRENT_USER()")});
    }
    connection.Run("DROP PROCEDURE " + probe);
  }
}

// The switch's own table stands beside those of the dump.
void CheckNames(const std::string& subject, const SchemaContents& arrives) {
  for (const char* kind : {"table", "sequence", "view"}) {
    if (!arrives.Holds(kind, kMarker)) continue;
    throw Error(ErrorKind::kBadSource,
                subject + ": it holds a " + kind + " " + Quote(kMarker) +
                    ", which is the name of a table of backgraft's own",
                {"dump the database without it: mariadb-dump "
                 "--ignore-table=NAME." +
                 std::string(kMarker)});
  }
}

uint64_t CountRows(Connection& connection, const DumpTarget& target,
                   const SchemaContents& contents, const LoadedDump& loaded) {
  uint64_t all = 0;
  // The past of these may be in the dump too.
  std::set<std::string> versioned;
  for (const Row& row :
       connection.Query("SELECT TABLE_NAME FROM information_schema.TABLES WHERE"
                        " TABLE_TYPE = 'SYSTEM VERSIONED' AND TABLE_SCHEMA = " +
                        HexString(target.side))) {
    versioned.insert(row.at(0).value_or(""));
  }
  for (const std::string& table : contents.Names("table")) {
    const uint64_t rows = std::stoull(connection.Value(
        "SELECT COUNT(*) FROM " + QuoteName(target.side) + "." +
        QuoteName(table) +
        (versioned.contains(table) ? " FOR SYSTEM_TIME ALL" : "")));
    all += rows;
    const auto expected = loaded.rows_of.find(table);
    if (expected == loaded.rows_of.end() || expected->second == rows) continue;
    throw ServerError(0, "the table " + Quote(table) + " has " +
                             std::to_string(rows) + " rows, the dump " +
                             std::to_string(expected->second));
  }
  return all;
}

}  // namespace

// The schemas of one import, dropped unless it came to its end.
class DatabaseImport::SideSchemas {
 public:
  SideSchemas(const DatabaseUrl& url, Connection& connection,
              const std::function<void(const std::string&)>& left_over)
      : url_(url), connection_(connection), left_over_(left_over) {}
  ~SideSchemas() {
    if (name_.empty()) return;
    const InterruptShield shield;
    try {
      Clean(connection_);
    } catch (const Error&) {
      CleanAnew();
    }
  }
  SideSchemas(const SideSchemas&) = delete;
  SideSchemas& operator=(const SideSchemas&) = delete;

  void Create(const std::string& live, const std::string& side) {
    const std::vector<Row> rows = connection_.Query(
        "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM"
        " information_schema.SCHEMATA WHERE SCHEMA_NAME = " +
        HexString(live));
    if (rows.empty()) {
      throw ServerError(1049, "there is no database " + Quote(live),
                        {"make it first: CREATE DATABASE " + QuoteName(live)});
    }
    // It may be there although the answer is lost.
    name_ = side;
    try {
      connection_.Run("CREATE DATABASE " + QuoteName(side) + " CHARACTER SET " +
                      rows.front().at(0).value_or("") + " COLLATE " +
                      rows.front().at(1).value_or(""));
    } catch (const ServerError& error) {
      if (!IsConnectionLoss(error.code())) name_.clear();
      if (error.code() != 1044) throw;
      std::string pattern = SideName(live, "", "");
      for (size_t i = 0; i < pattern.size(); ++i) {
        if (pattern[i] == '_' || pattern[i] == '%') pattern.insert(i++, "\\");
      }
      pattern.resize(pattern.size() - 2);  // without the last "\_"
      throw ServerError(
          error.code(),
          "the user may not create the schema that the dump is loaded into",
          {"ask for: GRANT ALL PRIVILEGES ON `" + pattern + "%`.* TO " +
           connection_.Value("SELECT CURRENT_USER()")});
    }
    connection_.Run("USE " + QuoteName(side));
  }
  // They are dropped by somebody else, if at all.
  void HandOver() { name_.clear(); }

 private:
  void Clean(Connection& connection) const {
    connection.Run("ROLLBACK");
    connection.Run("DROP DATABASE IF EXISTS " + QuoteName(name_));
  }
  void CleanAnew() const {
    try {
      Connection connection(url_);
      Clean(connection);
    } catch (const Error& error) {
      if (left_over_) left_over_(error.what());
    }
  }

  const DatabaseUrl& url_;
  Connection& connection_;
  const std::function<void(const std::string&)>& left_over_;
  std::string name_;
};

DatabaseImport::DatabaseImport(DatabaseUrl url, ImportDatabaseOptions options,
                               const TellLoadProgress& tell)
    : url_(std::move(url)), options_(std::move(options)) {
  Stage(tell);
}

DatabaseImport::~DatabaseImport() = default;

void DatabaseImport::Stage(const TellLoadProgress& tell) {
  DumpSource source(options_.source, options_.member, options_.limits,
                    options_.warn);
  connection_ = std::make_unique<Connection>(url_);
  const std::string live = connection_->schema();
  const std::string id = RandomId();
  const DumpTarget target{.subject = source.subject(),
                          .live = live,
                          .side = SideName(live, "new", id),
                          .server_version = connection_->server_version(),
                          .definer = options_.definer};
  result_.schema = live;
  result_.dry_run = options_.dry_run;
  schemas_ =
      std::make_unique<SideSchemas>(url_, *connection_, options_.left_over);
  if (!options_.dry_run) {
    LockDatabase(*connection_, live);
    RecoverStray(*connection_, live);
    schemas_->Create(live, target.side);
  }
  result_.loaded = LoadDump(
      *connection_, source, target, options_.without_trailer, options_.dry_run,
      [&](const LoadProgress& progress) { tell(progress, source.size()); });
  result_.format = source.format();
  result_.member = source.member();
  result_.sha256 = source.sha256();
  if (options_.sha256 && result_.sha256 != *options_.sha256) {
    throw Error(ErrorKind::kBadSource, source.subject() + ": its SHA-256 is " +
                                           result_.sha256 + ", not " +
                                           *options_.sha256);
  }
  if (options_.dry_run) return;
  ResetSession(*connection_);
  connection_->Run(
      "SET SESSION autocommit=1, unique_checks=1,"
      " foreign_key_checks=1");
  CheckForeignKeys(*connection_, target.subject, live, target.side);
  CheckViews(*connection_, target);
  result_.plan.live = live;
  result_.plan.arriving = target.side;
  result_.plan.kept = SideName(live, "old", id);
  CheckNames(target.subject, Plan().arrives);
  result_.counted_rows =
      CountRows(*connection_, target, result_.plan.arrives, result_.loaded);
  if (!options_.drop_old) result_.kept = result_.plan.kept;
}

const DatabaseSwitch& DatabaseImport::Plan() {
  DatabaseSwitch& plan = result_.plan;
  plan = PlanSwitch(*connection_, plan.live, plan.arriving, plan.kept);
  for (SchemaObject& object : plan.arrives.objects) {
    object.enable = object.kind == "event" &&
                    result_.loaded.enabled_events.contains(object.name);
  }
  CheckDefiners(*connection_, plan.arriving, plan.leaves);
  return plan;
}

void DatabaseImport::Switch() {
  schemas_->HandOver();
  imports::Switch(*connection_, result_.plan);
}

void DatabaseImport::TakeBack() {
  const InterruptShield shield;
  schemas_->HandOver();
  try {
    imports::TakeBack(*connection_, result_.plan);
  } catch (const ServerError&) {
    // It may be the connection alone that is lost.
    Connection anew(url_);
    imports::TakeBack(anew, result_.plan);
  }
}

void DatabaseImport::Finish() {
  schemas_->HandOver();
  if (!options_.drop_old || options_.dry_run) return;
  const InterruptShield shield;
  Discard(*connection_, result_.plan);
}

}  // namespace backgraft::imports
