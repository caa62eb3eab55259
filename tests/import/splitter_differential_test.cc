// The statements that mariadb(1) sends for tricky input, as the server's
// general log has them, against those we find.
#include <gtest/gtest.h>

#include <algorithm>

#include "import/connection.h"
#include "import/database_server.h"
#include "import/statement_splitter.h"

namespace backgraft::imports {
namespace {

struct Case {
  const char* input;
  const char* sql_mode = "";
};

constexpr Case kCases[] = {
    {"SELECT 1; SELECT 2;"},
    {"SELECT ';'; SELECT \";\", `a;b`;"},
    {"SELECT 'it''s;', 'it\\'s;', \"x\"\";\", `y``;`;"},
    {"SELECT 1 -- ;\n+ 1; SELECT 2--1;\n--x\nSELECT 3;"},
    {"SELECT 1 # ; '\n; SELECT 2 /* ; ' \" */ + 2;"},
    {"-- ; '\n# ; \"\n/* ; ` */ SELECT 1;"},
    {"/*!40101 SELECT ';' */; /*!50003 SELECT 1 */ ; /*!99999 SELECT 2 */;"},
    {"SELECT /*! 1 */ + /*!40101 2 */; SELECT /*+ hint */ 1;"},
    {"SELECT 1 /*!40101 + 1 /* ; */ */;"},
    {"DELIMITER ;;\nSELECT 1; SELECT 2 ;;\nDELIMITER ;\nSELECT 3;"},
    {"DELIMITER $$\nSELECT '$$' $$ SELECT 2$$\nDELIMITER ;\nSELECT 3;"},
    {"delimiter //\nSELECT 4//2//\ndelimiter ;\nSELECT 1;"},
    {"SELECT 'a\nb;\n-- c\n# d\n/* e'; SELECT 2;"},
    {"SELECT '\\\\'; SELECT '\\\\\\';'; SELECT 'x';"},
    {"SELECT \"\\\";\"; SELECT 1;"},
    {"SELECT `\\`; SELECT 1;"},
    {"SELECT '\\'; SELECT 2;", "NO_BACKSLASH_ESCAPES"},
    {"SELECT \"\\\"; SELECT 2;", "ANSI_QUOTES"},
    {"SELECT '\\';'; SELECT 2;", "ANSI_QUOTES"},
    {"\n\n  \t SELECT\n1\n;\n;\n"},
    {"SELECT \\N; SELECT 1;"},
    {"SELECT 'ünï;'; SELECT 2;"},
    {"SELECT 1 - -1; SELECT 1--;\n"},
    {"SELECT '/*'; SELECT '*/'; SELECT '--'; SELECT '#';"},
    {"SELECT '/*!50003 x */;'; SELECT 1 /* '*/; SELECT 2 /* \"*/;"},
    {"/*M!100100 SELECT 1 */; /*M!999999 SELECT 2 */;"},
};

std::string Trim(std::string text) {
  const auto space = [](char c) { return c == ' ' || c == '\n' || c == '\t'; };
  while (!text.empty() && space(text.back())) text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), space));
  return text;
}

// A line that is a comment is sent by itself where comments are kept.
bool IsComment(const std::string& text) {
  return (text.starts_with("--") || text.starts_with("#")) &&
         text.find('\n') == std::string::npos;
}

std::vector<std::string> Ours(const Case& test) {
  bool given = false;
  StatementSplitter splitter(
      [&]() -> ByteSpan {
        if (given) return {};
        given = true;
        return AsBytes(test.input);
      },
      "'d'", 1 << 20);
  LexicalMode mode;
  SetSqlMode(test.sql_mode, &mode);
  splitter.SetMode(mode);
  std::vector<std::string> texts;
  while (const std::optional<Statement> statement = splitter.Next()) {
    texts.push_back(Trim(std::string(statement->text)));
  }
  return texts;
}

TEST(SplitterDifferentialTest, SplitsAsTheClientDoes) {
  DatabaseServer& server = DatabaseServer::Shared();
  server.Sql("SET GLOBAL log_output = 'TABLE'");
  Connection connection(ParseDatabaseUrl(server.Url("mysql")));
  for (const Case& test : kCases) {
    connection.Run("TRUNCATE mysql.general_log");
    testing::Run(
        {"mariadb", "--no-defaults", "-uroot", "-S", server.socket(), "--force",
         "--comments", "--default-character-set=utf8mb4",
         "--init-command=SET sql_mode='" + std::string(test.sql_mode) + "'"},
        {.input = test.input});
    std::vector<std::string> theirs;
    for (const Row& row : connection.Query(
             "SELECT argument FROM mysql.general_log WHERE command_type ="
             " 'Query' AND thread_id <> CONNECTION_ID()")) {
      const std::string text = Trim(row.at(0).value_or(""));
      if (text.starts_with("SET sql_mode=") ||
          text.starts_with("select @@version_comment") || text.empty() ||
          IsComment(text)) {
        continue;
      }
      theirs.push_back(text);
    }
    // What stands between statements we leave out, the client sends it along.
    const std::vector<std::string> ours = Ours(test);
    ASSERT_EQ(ours.size(), theirs.size())
        << test.input << "\nclient: " << ::testing::PrintToString(theirs);
    for (size_t i = 0; i < ours.size(); ++i) {
      EXPECT_TRUE(theirs[i].ends_with(ours[i]))
          << test.input << "\nclient: " << theirs[i] << "\nours: " << ours[i];
    }
  }
}

}  // namespace
}  // namespace backgraft::imports
