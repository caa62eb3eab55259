// Databases of WordPress, of Drupal and of everything else a schema can hold
// (schemas/), dumped by mariadb-dump with all its options that say how: what
// is live afterwards is what mariadb(1) loads from the same dump. Each database
// meets one of the options; all of them with BACKGRAFT_IMPORT_WHOLE=1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <stdexcept>

#include "base/io.h"
#include "import/database_server.h"

namespace backgraft::imports {
namespace {

using ::testing::HasSubstr;
using testing::ProcessResult;

bool Whole() { return getenv("BACKGRAFT_IMPORT_WHOLE") != nullptr; }

const std::vector<std::vector<std::string>> kOptions = {
    {},
    {"--hex-blob"},
    {"--skip-extended-insert", "--complete-insert"},
    // drush sql-dump
    {"--no-autocommit", "--single-transaction", "--opt", "-Q"},
    // wp db export
    {"--add-drop-table", "--default-character-set=utf8mb4", "--no-tablespaces"},
    {"--skip-opt", "--create-options", "--skip-quote-names", "--skip-tz-utc"},
    {"--compact", "--replace"},
    {"--insert-ignore", "--order-by-primary", "--skip-add-locks"},
    {"--add-drop-trigger", "--add-drop-database", "--databases"},
    {"--net-buffer-length=4096", "--disable-keys", "--flush-logs", "--comments",
     "--dump-date"},
    {"--skip-set-charset", "--skip-disable-keys", "--single-transaction"},
};

class RoundTripTest : public ::testing::TestWithParam<const char*> {
 protected:
  void Make(const std::string& schema) const {
    server_.Renew(schema);
    server_.Load(ReadFile(std::string(BACKGRAFT_DUMPS) + "/schemas/" +
                          GetParam() + ".sql"),
                 schema);
  }
  // Whether mariadb(1) does.
  bool Loads(const std::string& dump, const std::string& schema) const {
    try {
      server_.Load(dump, schema);
      return true;
    } catch (const std::runtime_error&) {
      return false;
    }
  }
  DatabaseServer& server_ = DatabaseServer::Shared();
};

INSTANTIATE_TEST_SUITE_P(Databases, RoundTripTest,
                         ::testing::Values("wordpress", "drupal7", "drupal10",
                                           "features"),
                         [](const auto& test) {
                           return std::string(test.param);
                         });

TEST_P(RoundTripTest, EqualsWhatTheClientLoads) {
  // Another one for each database.
  size_t at = std::string_view(GetParam()).size();
  Make("rich");
  const std::string rich = server_.Dump("rich");
  const std::string sums = server_.Checksums("rich");
  for (size_t i = 0; i < (Whole() ? kOptions.size() : 1); ++i, ++at) {
    std::vector<std::string> options = kOptions[at % kOptions.size()];
    const std::string told = ::testing::PrintToString(options);
    const bool named = !options.empty() && options.back() == "--databases";
    const std::string dump = server_.RawDump("rich", options);
    server_.Renew("live");
    const ProcessResult result =
        server_.Import(dump, "live", {"--drop-old", "--allow-no-trailer"});
    const std::string client = named ? "rich" : "client";
    server_.Renew(client);
    if (!Loads(dump, client)) {
      // --compact leaves out the settings that some tables and rows need.
      EXPECT_EQ(options.front(), "--compact") << told;
      EXPECT_EQ(result.status, 3) << told << result.err;
      EXPECT_THAT(result.err, HasSubstr("generated column")) << told;
      continue;
    }
    ASSERT_EQ(result.status, 0) << told << result.err;
    EXPECT_EQ(server_.Dump("live"), server_.Dump(client)) << told;
    EXPECT_EQ(server_.Checksums("live"), server_.Checksums(client)) << told;
    EXPECT_EQ(server_.Checksums("live"), sums) << told;
    if (!options.empty()) continue;
    EXPECT_EQ(server_.Dump("live"), rich);
  }
}

class LargeRowsTest : public ::testing::Test {
 protected:
  DatabaseServer& server_ = DatabaseServer::Shared();
};

TEST_F(LargeRowsTest, RowsOf16MegabytesAndAllBytes) {
  server_.Renew("rich");
  server_.Sql(
      "CREATE TABLE files (id INT PRIMARY KEY, b LONGBLOB, t LONGTEXT);"
      "SET @all = UNHEX((SELECT GROUP_CONCAT(LPAD(HEX(seq), 2, '0') ORDER BY"
      " seq SEPARATOR '') FROM seq_0_to_255));"
      "INSERT INTO files VALUES (1, REPEAT(@all, 65536), NULL),"
      " (2, NULL, REPEAT('ü\\'😀; ', 1500000)), (3, '', '');",
      "rich");
  std::vector<std::string> options = {"--max-allowed-packet=64M"};
  for (int i = 0; i < (Whole() ? 2 : 1); ++i) {
    server_.Renew("live");
    const ProcessResult result =
        server_.Import(server_.RawDump("rich", options), "live");
    options.push_back("--hex-blob");
    ASSERT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(server_.Checksums("live"), server_.Checksums("rich"));
    EXPECT_EQ(
        server_.Sql("SELECT SUM(LENGTH(b)), SUM(LENGTH(t)) FROM files", "live"),
        "16777216\t13500000\n");
  }
}

TEST_F(LargeRowsTest, RowThatTheServerDoesNotTakeIsToldWithTheSetting) {
  server_.Renew("live");
  server_.Sql("CREATE TABLE kept (x INT)", "live");
  server_.Sql("SET GLOBAL max_allowed_packet = 1048576");
  const ProcessResult result =
      server_.Import("CREATE TABLE a (x LONGTEXT);\nINSERT INTO a VALUES ('" +
                         std::string(1 << 21, 'x') + "');\n-- Dump completed\n",
                     "live");
  server_.Sql("SET GLOBAL max_allowed_packet = 67108864");
  EXPECT_EQ(result.status, 6) << result.err;
  EXPECT_THAT(result.err, HasSubstr("line 2: "));
  EXPECT_THAT(result.err, HasSubstr("hint: raise it on the server"));
  EXPECT_EQ(server_.Sql("SHOW TABLES", "live"), "kept\n");
}

class HistoryTest : public LargeRowsTest {};

TEST_F(HistoryTest, RowsOfThePastComeAlong) {
  server_.Renew("rich");
  server_.Load(ReadFile(std::string(BACKGRAFT_DUMPS) + "/schemas/features.sql"),
               "rich");
  const std::string dump = server_.RawDump("rich", {"--dump-history"});
  server_.Renew("live");
  const ProcessResult result = server_.Import(dump, "live");
  ASSERT_EQ(result.status, 0) << result.err;
  const std::string past =
      "SELECT *, row_start, row_end FROM versioned FOR SYSTEM_TIME ALL"
      " ORDER BY id, row_start";
  EXPECT_EQ(server_.Sql(past, "live"), server_.Sql(past, "rich"));
  EXPECT_THAT(server_.Sql(past, "live"), HasSubstr("2020-01-01"));
}

}  // namespace
}  // namespace backgraft::imports
