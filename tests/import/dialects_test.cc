// Dumps as other programs write them (dialects/), into the schema and with the
// outcome that mariadb(1) has, once that was spared what no MariaDB takes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>
#include <sstream>

#include "base/io.h"
#include "import/database_server.h"

namespace backgraft::imports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::ProcessResult;

std::set<std::string> Dialects() {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::string(BACKGRAFT_DUMPS) + "/dialects")) {
    names.insert(entry.path().stem());
  }
  return names;
}

// Without the statements that choose the schema or set the server up, and with
// the collations that MariaDB has.
std::string ForTheClient(const std::string& dump) {
  static const std::regex left_out(
      "(CREATE|DROP) DATABASE .*|USE .*|SET @@GLOBAL.*|.*SQL_LOG_BIN.*");
  std::istringstream lines(dump);
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    // Only the client's locale decides how bytes above 127 are matched.
    if (line.size() < 200 && std::regex_match(line, left_out)) continue;
    for (const char* kind : {"ai_ci", "as_cs"}) {
      const std::string mysql = std::string("utf8mb4_0900_") + kind;
      for (size_t at = line.find(mysql); at != std::string::npos;
           at = line.find(mysql, at)) {
        if (line.find("is a word in a row") != std::string::npos) break;
        line.replace(at, mysql.size(),
                     std::string("utf8mb4_uca1400_nopad_") + kind);
      }
    }
    out += line + "\n";
  }
  return out;
}

class DialectsTest : public ::testing::TestWithParam<std::string> {
 protected:
  DialectsTest() {
    server_.Renew("live");
    server_.Renew("client");
    server_.Sql(
        "CREATE OR REPLACE USER site@'%'; GRANT ALL ON *.* TO site@'%';"
        "CREATE OR REPLACE USER site@localhost;"
        "GRANT ALL ON *.* TO site@localhost;");
  }
  static std::string Read(const std::string& name) {
    return ReadFile(std::string(BACKGRAFT_DUMPS) + "/dialects/" + name +
                    ".sql");
  }
  DatabaseServer& server_ = DatabaseServer::Shared();
};

INSTANTIATE_TEST_SUITE_P(Dumps, DialectsTest, ::testing::ValuesIn(Dialects()),
                         [](const auto& test) {
                           return std::regex_replace(
                               test.param, std::regex("[^A-Za-z0-9]"), "_");
                         });

TEST_P(DialectsTest, LoadsAsTheClientDoes) {
  const std::string dump = Read(GetParam());
  server_.Load(ForTheClient(dump), "client");
  const ProcessResult result =
      server_.Import(dump, "live", {"--definer", "keep", "--allow-no-trailer"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("verified: 'live' holds the dump"));
  EXPECT_EQ(server_.Dump("live"), server_.Dump("client"));
  EXPECT_EQ(server_.Checksums("live"), server_.Checksums("client"));
  EXPECT_THAT(server_.Schemas(), Not(::testing::Contains("shop")));
}

// mysqldump's alone say that they are whole.
TEST_P(DialectsTest, WithoutTheTrailerItHasToBeSaid) {
  const bool whole = GetParam().starts_with("mysqldump");
  const ProcessResult result =
      server_.Import(Read(GetParam()), "live", {"--dry-run"});
  EXPECT_EQ(result.status, whole ? 0 : 3) << result.err;
  EXPECT_EQ(result.err.find("--allow-no-trailer") == std::string::npos, whole);
}

class MySqlTest : public DialectsTest {};

TEST_F(MySqlTest, WhatIsSkippedOrReplacedIsTold) {
  const ProcessResult result =
      server_.Import(Read("mysqldump-8.0"), "live", {"--definer", "current"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("'gtid_purged' is skipped"));
  EXPECT_THAT(result.err, HasSubstr("'sql_log_bin' is skipped"));
  EXPECT_THAT(result.err,
              HasSubstr("the server does not know the collation "
                        "'utf8mb4_0900_as_cs': 'utf8mb4_uca1400_nopad_as_cs'"));
  EXPECT_THAT(server_.Sql("SELECT note FROM orders WHERE id = 1", "live"),
              HasSubstr("utf8mb4_0900_ai_ci is a word in a row"));
  EXPECT_THAT(server_.Dump("live"), HasSubstr("DEFINER=`root`@`localhost`"));
}

TEST_F(MySqlTest, DefinerWithoutRightsIsToldWithTheWayOut) {
  server_.Sql("CREATE OR REPLACE USER site@'%'");
  const ProcessResult result =
      server_.Import(Read("mysqldump-5.7"), "live", {"--definer", "keep"});
  EXPECT_EQ(result.status, 6) << result.err;
  EXPECT_THAT(result.err, HasSubstr("hint: use --definer current"));
  server_.Sql("DROP USER site@'%'");
  const ProcessResult unknown =
      server_.Import(Read("mysqldump-5.7"), "live", {"--definer", "keep"});
  EXPECT_EQ(unknown.status, 3) << unknown.err;
  EXPECT_THAT(unknown.err, HasSubstr("hint: use --definer current"));
  EXPECT_EQ(server_.Sql("SHOW TABLES", "live"), "");
}

TEST_F(MySqlTest, WhatMariaDbCannotStoreIsTheDumpsFaultWithTheLine) {
  const ProcessResult result = server_.Import(
      "CREATE TABLE a (x INT);\nCREATE TABLE b (n VARCHAR(9),\n"
      "  KEY lowered ((lower(`n`))));\n-- Dump completed\n",
      "live");
  EXPECT_EQ(result.status, 3) << result.err;
  EXPECT_THAT(result.err, HasSubstr("line 2: 'CREATE TABLE b "));
  EXPECT_EQ(server_.Sql("SHOW TABLES", "live"), "");
}

}  // namespace
}  // namespace backgraft::imports
