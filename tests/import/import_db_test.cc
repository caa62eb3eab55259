// `import db` against a real server, with mariadb-dump and mariadb(1) as the
// outside opinion. BACKGRAFT_IMPORT_WHOLE=1 makes 100 switches of 25.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/io.h"
#include "import/database_server.h"
#include "import/database_switch.h"
#include "testing/temp_dir.h"

namespace backgraft::imports {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ProcessResult;

constexpr char kTrailer[] = "\n-- Dump completed\n";

class ImportDbTest : public ::testing::Test {
 protected:
  ImportDbTest() {
    server_.Renew("live");
    server_.Sql(
        "CREATE TABLE old (x INT); INSERT INTO old VALUES (5);"
        "CREATE TABLE p (id INT); CREATE VIEW c AS SELECT * FROM old;"
        "CREATE TRIGGER ot AFTER INSERT ON p FOR EACH ROW SET @x = 1;"
        "CREATE PROCEDURE pr() SELECT 1;",
        "live");
    before_ = server_.Dump("live");
  }

  void ExpectUntouched() const {
    EXPECT_EQ(server_.Dump("live"), before_);
    for (const std::string& name : server_.Schemas()) {
      EXPECT_THAT(name, Not(HasSubstr("live_bg")));
    }
  }
  DatabaseUrl Url() const { return ParseDatabaseUrl(server_.Url("live")); }
  std::string KeptSchema() const {
    for (const std::string& name : server_.Schemas()) {
      if (name.starts_with("live_bgold_")) return name;
    }
    return {};
  }

  testing::TempDir dir_;
  DatabaseServer& server_ = DatabaseServer::Shared();
  std::string before_;
};

TEST_F(ImportDbTest, RoundTripEqualsWhatTheClientLoads) {
  server_.Renew("rich");
  server_.Load(RichSchema(), "rich");
  const std::string dump = server_.Dump("rich");
  server_.Renew("client");
  server_.Load(dump, "client");
  const ProcessResult result = server_.Import(dump, "live");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("verified: 'live' holds the dump"));
  EXPECT_THAT(result.out, HasSubstr("not in the dump: table old"));
  EXPECT_EQ(server_.Dump("live"), server_.Dump("client"));
  EXPECT_EQ(server_.Dump("live"), dump);
  for (const char* table : {"p", "c", "e", "l", "f", "r1", "r2"}) {
    const std::string sum =
        server_.Sql(std::string("CHECKSUM TABLE ") + table, "live");
    EXPECT_EQ(
        sum.substr(sum.find('\t')),
        server_.Sql(std::string("CHECKSUM TABLE ") + table, "client")
            .substr(std::string("client.").size() + std::string(table).size()));
  }
  EXPECT_EQ(server_.Sql("SELECT COUNT(*) FROM information_schema.TABLES WHERE"
                        " TABLE_SCHEMA LIKE 'live\\_bgnew%'"),
            "0\n");
}

// Its statistics are put off meanwhile, which must not be seen afterwards.
TEST_F(ImportDbTest, LargeTableHasStatisticsAndNoSettingMore) {
  server_.Renew("large");
  server_.Load(
      "CREATE TABLE own (id INT PRIMARY KEY, t TEXT) STATS_AUTO_RECALC=1;"
      "CREATE TABLE t (id INT PRIMARY KEY, t TEXT);"
      "INSERT INTO t SELECT seq, REPEAT(seq, 99) FROM seq_1_to_5000;"
      "INSERT INTO own SELECT * FROM t;",
      "large");
  const std::string dump = server_.Dump("large");
  ASSERT_GT(dump.size(), size_t{2} << 20);
  const ProcessResult result = server_.Import(dump, "live");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(server_.Dump("live"), dump);
  EXPECT_THAT(server_.Dump("live"), HasSubstr("STATS_AUTO_RECALC=1"));
  EXPECT_EQ(server_.Sql("SELECT COUNT(*) FROM information_schema.TABLES WHERE"
                        " TABLE_SCHEMA = 'live' AND TABLE_NAME = 't' AND"
                        " CREATE_OPTIONS = ''"),
            "1\n");
  EXPECT_EQ(server_.Sql("SELECT n_rows > 2000 FROM mysql.innodb_table_stats"
                        " WHERE database_name = 'live' AND table_name = 't'"),
            "1\n");
}

// A failure of the server does not wait for a dump that never ends.
TEST_F(ImportDbTest, FailureEndsReading) {
  const ProcessResult result = testing::Run(
      {"bash", "-c",
       "mkfifo \"$1\"; exec 3<>\"$1\";"
       " echo 'INSERT INTO missing VALUES (1);' >&3;"
       // A text may still begin to look like an archive before this.
       " head -c 3000000 /dev/zero | tr '\\0' '\\n' >&3 &"
       " timeout 60 \"$0\" import db - <\"$1\" 3>&-; echo $?; kill %1",
       testing::ProgramPath(), dir_ / "pipe"},
      {.directory = "/",
       .env = {{"BACKGRAFT_DATABASE_URL", server_.Url("live")}}});
  EXPECT_EQ(result.out, "3\n") << result.err;
  ExpectUntouched();
}

TEST_F(ImportDbTest, SwitchBackBringsEverythingBackAndForthAgain) {
  server_.Renew("rich");
  server_.Load(RichSchema(), "rich");
  const std::string dump = server_.Dump("rich");
  ASSERT_EQ(server_.Import(dump, "live").status, 0);
  const std::string kept = KeptSchema();
  const DatabaseSwitch plan = SwitchFromJson([&] {
    Connection connection(Url());
    return connection.Value("SELECT state FROM `" + kept +
                            "`.backgraft_switch");
  }());
  EXPECT_EQ(SwitchFromJson(ToJson(plan)), plan);
  server_.Sql("CREATE TABLE since (x INT)", "live");
  Connection connection(Url());
  const DatabaseSwitch back = SwitchBack(connection, plan);
  EXPECT_EQ(server_.Dump("live"), before_);
  // Events come back disabled from the server's text and are enabled again.
  SwitchBack(connection, back);
  EXPECT_THAT(server_.Dump("live"), HasSubstr("CREATE TABLE `since`"));
  server_.Sql("DROP TABLE since", "live");
  EXPECT_EQ(server_.Dump("live"), dump);
}

TEST_F(ImportDbTest, DumpCutAtEveryStatementIsRefusedAndChangesNothing) {
  const std::vector<std::string> pieces = {
      "CREATE TABLE a (id INT PRIMARY KEY)", "INSERT INTO a VALUES (1),(2)",
      "CREATE VIEW w AS SELECT * FROM a", "CREATE TABLE b (x INT)"};
  std::string dump;
  for (const std::string& piece : pieces) {
    for (size_t cut = 1; cut < piece.size(); cut += 3) {
      const ProcessResult result = server_.Import(
          "SET NAMES utf8;" + dump + piece.substr(0, cut), "live");
      EXPECT_EQ(result.status, 3) << piece.substr(0, cut);
    }
    dump += piece + ";\n";
    EXPECT_EQ(server_.Import(dump, "live").status, 3);
    ExpectUntouched();
  }
  EXPECT_EQ(server_.Import(dump, "live", {"--allow-no-trailer"}).status, 0);
}

TEST_F(ImportDbTest, FaultsOfTheDumpAreExit3WithTheLine) {
  const struct {
    const char* sql;
    const char* message;
  } cases[] = {
      {"CREATE TABLE a (id INT PRIMARY KEY);\nINSERT INTO a VALUES (1),(1);",
       "two rows have the same key"},
      {"\n\nCREATE TABLE a (id NOTYPE);", "line 3: 'CREATE TABLE a"},
      {"INSERT INTO missing VALUES (1);", "doesn't exist"},
      {"CREATE TABLE a (id INT, p INT, FOREIGN KEY (p) REFERENCES gone (id));",
       "which it does not hold"},
      {"CREATE TABLE a (id INT); CREATE VIEW v AS SELECT nothing FROM a;",
       "nothing"},
  };
  for (const auto& test : cases) {
    const ProcessResult result = server_.Import(
        "SET NAMES utf8;" + std::string(test.sql) + kTrailer, "live");
    EXPECT_EQ(result.status, 3) << test.sql << result.err;
    EXPECT_THAT(result.err, HasSubstr(test.message));
    ExpectUntouched();
  }
}

TEST_F(ImportDbTest, TheNameOfOurOwnTableIsRefused) {
  for (const std::string create :
       {"CREATE TABLE backgraft_switch (x INT);\n",
        "CREATE VIEW backgraft_switch AS SELECT 1 AS x;\n"}) {
    const ProcessResult result =
        server_.Import(create + "-- Dump completed\n", "live");
    EXPECT_EQ(result.status, 3) << result.err;
    EXPECT_THAT(result.err, HasSubstr("'backgraft_switch'"));
    ExpectUntouched();
  }
}

// Made with "mysqldump -psecret shop >shop.sql 2>&1".
TEST_F(ImportDbTest, MessagesOfTheDumpingProgramAreToldForWhatTheyAre) {
  const std::string dump =
      "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump\n"
      "CREATE TABLE a (id INT);" +
      std::string(kTrailer);
  const ProcessResult refused = server_.Import(
      "mysqldump: Couldn't execute 'SHOW EVENTS': denied (1044)\n" + dump,
      "live");
  EXPECT_EQ(refused.status, 3) << refused.err;
  EXPECT_THAT(refused.err, HasSubstr("line 1: 'mysqldump: Couldn't execute"));
  EXPECT_THAT(refused.err, HasSubstr("hint: make the dump again without "
                                     "'2>&1'"));
  EXPECT_THAT(refused.err, HasSubstr("sed 1d FILE | backgraft import db -"));
  ExpectUntouched();
  dir_.Write("in/a.sql",
             "mysqldump: [Warning] Using a password on the command line "
             "interface can be insecure.\n" +
                 dump);
  ASSERT_EQ(testing::Run({"tar", "czf", dir_ / "a.tgz", "-C", dir_ / "in", "."})
                .status,
            0);
  const ProcessResult result = testing::Backgraft(
      "/", {"import", "db", dir_ / "a.tgz"},
      {.env = {{"BACKGRAFT_DATABASE_URL", server_.Url("live")}}});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("warning: what the program that made the "
                                    "dump said on standard error is in it and "
                                    "passed over: 'mysqldump: [Warning]"));
  EXPECT_EQ(server_.Sql("SHOW TABLES", "live"), "a\n");
}

TEST_F(ImportDbTest, DryRunChecksAndWritesNothing) {
  const std::string dump = std::string("CREATE TABLE a (id INT);") + kTrailer;
  EXPECT_EQ(server_.Import(dump, "live", {"-n"}).status, 0);
  ExpectUntouched();
  EXPECT_EQ(
      server_.Import("GRANT ALL ON *.* TO x;" + dump, "live", {"-n"}).status,
      3);
}

TEST_F(ImportDbTest, WithoutTheRightToCreateSchemasItSaysWhatToAskFor) {
  server_.Sql(
      "CREATE OR REPLACE USER one@localhost;"
      "GRANT ALL ON live.* TO one@localhost");
  const ProcessResult result = testing::Backgraft(
      "/", {"import", "db", "-", "--database-url", server_.Url("live", "one")},
      {.input = std::string("CREATE TABLE a (id INT);") + kTrailer});
  EXPECT_EQ(result.status, 6) << result.err;
  EXPECT_THAT(result.err,
              HasSubstr("hint: ask for: GRANT ALL PRIVILEGES ON `live\\_bg%`.*"
                        " TO one@localhost"));
  ExpectUntouched();
  server_.Sql("GRANT ALL ON `live\\_bg%`.* TO one@localhost");
  const auto import = [&] {
    return testing::Backgraft(
        "/",
        {"import", "db", "-", "--database-url", server_.Url("live", "one")},
        {.input = before_ + kTrailer});
  };
  // Another user's routine is hidden, another user's trigger could not be made
  // again.
  EXPECT_THAT(import().err, HasSubstr("may not read the procedure 'pr'"));
  server_.Sql("DROP PROCEDURE pr", "live");
  EXPECT_THAT(import().err, HasSubstr("GRANT SET USER ON *.* TO"));
  EXPECT_EQ(import().status, 6);
  server_.Sql("DROP TRIGGER ot; DROP VIEW c", "live");
  const ProcessResult allowed = import();
  EXPECT_EQ(allowed.status, 0) << allowed.err;
  server_.Sql("DROP USER one@localhost");
}

TEST_F(ImportDbTest, ServerThatIsNotThereIsExit6) {
  const ProcessResult result = testing::Backgraft(
      "/", {"import", "db", "-"},
      {.input = std::string("CREATE TABLE a (id INT);") + kTrailer,
       .env = {{"BACKGRAFT_DATABASE_URL",
                "mysql://u:s3cret@localhost/x?socket=/nowhere"}}});
  EXPECT_EQ(result.status, 6) << result.err;
  EXPECT_THAT(result.err + result.out, Not(HasSubstr("s3cret")));
}

TEST_F(ImportDbTest, TakesTheOneDumpOfAnArchiveAndAsksAmongSeveral) {
  const testing::TempDir dir;
  dir.Write("in/a.sql", std::string("CREATE TABLE a (id INT);") + kTrailer);
  dir.Write("in/readme.txt", "SELECT nothing\n");
  ASSERT_EQ(
      testing::Run({"tar", "czf", dir / "a.zip", "-C", dir / "in", "."}).status,
      0);
  const auto import = [&](std::vector<std::string> args) {
    args.insert(args.begin(), {"import", "db", dir / "a.zip"});
    return testing::Backgraft(
        "/", args, {.env = {{"BACKGRAFT_DATABASE_URL", server_.Url("live")}}});
  };
  EXPECT_EQ(import({"--json"}).status, 0);
  EXPECT_EQ(server_.Sql("SHOW TABLES", "live"), "a\n");
  dir.Write("in/b.sql", std::string("CREATE TABLE b (id INT);") + kTrailer);
  ASSERT_EQ(
      testing::Run({"tar", "czf", dir / "a.zip", "-C", dir / "in", "."}).status,
      0);
  const ProcessResult several = import({});
  EXPECT_EQ(several.status, 2);
  EXPECT_THAT(several.err, HasSubstr("--member NAME"));
  EXPECT_THAT(several.err, HasSubstr("hint:   b.sql"));
  EXPECT_EQ(import({"--member", "b.sql"}).status, 0);
  EXPECT_EQ(server_.Sql("SHOW TABLES", "live"), "b\n");
}

TEST_F(ImportDbTest, ReaderNeverSeesAMixOrAGap) {
  const auto dump = [](int n) {
    const std::string value = std::to_string(n);
    return "CREATE TABLE a (x INT);INSERT INTO a VALUES (" + value +
           ");CREATE TABLE b (x INT);INSERT INTO b VALUES (" + value + ");" +
           kTrailer;
  };
  ASSERT_EQ(server_.Import(dump(0), "live", {"--drop-old"}).status, 0);
  std::atomic<bool> stop = false;
  std::atomic<int> reads = 0;
  std::atomic<int> bad = 0;
  std::thread reader([&] {
    Connection connection(Url());
    while (!stop) {
      const std::vector<Row> rows = connection.Query(
          "SELECT (SELECT MAX(x) FROM live.a) = (SELECT MAX(x) FROM live.b)");
      if (rows.at(0).at(0) != "1") ++bad;
      ++reads;
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  const int switches = getenv("BACKGRAFT_IMPORT_WHOLE") != nullptr ? 100 : 25;
  for (int i = 1; i <= switches; ++i) {
    EXPECT_EQ(server_.Import(dump(i), "live", {"--drop-old"}).status, 0);
  }
  stop = true;
  reader.join();
  std::printf("%d switches, %d reads, %d of them mixed\n", switches,
              reads.load(), bad.load());
  EXPECT_EQ(bad, 0);
  EXPECT_GT(reads, 4 * switches);
}

}  // namespace
}  // namespace backgraft::imports
