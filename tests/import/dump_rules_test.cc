// What becomes of the statements of a dump, without a server. What is refused
// is in hostile_dump_test.cc.
#include "import/dump_rules.h"

#include <gtest/gtest.h>

#include <memory>

#include "base/error.h"

namespace backgraft::imports {
namespace {

class DumpRulesTest : public ::testing::Test {
 protected:
  std::string Run(const std::string& sql) {
    text_ = sql;
    return std::string(rules_->Check({text_, 1}).text);
  }
  static std::unique_ptr<DumpRules> Make(
      const std::string& definer = "current") {
    DumpTarget target;
    target.subject = "'d.sql'";
    target.live = "live";
    target.side = "side";
    target.server_version = 101119;
    target.definer = ParseDefiner(definer);
    return std::make_unique<DumpRules>(target, "", "utf8mb4",
                                       std::set<std::string>{});
  }
  std::unique_ptr<DumpRules> rules_ = Make();
  std::string text_;
};

TEST_F(DumpRulesTest, VersionedCommentsAreOpenedAsTheServerDoes) {
  EXPECT_EQ(Run("/*!40000 ALTER TABLE `t` DISABLE KEYS */"),
            "/*! ALTER TABLE `t` DISABLE KEYS */");
  EXPECT_EQ(Run("/*!80000 DROP TABLE t */"), "");
  EXPECT_EQ(Run("/*!50717 SELECT 1 INTO @x */"), "");
  EXPECT_EQ(Run("/*M!100100 TRUNCATE t */"), "/*! TRUNCATE t */");
  EXPECT_EQ(Run("CREATE TABLE t (x INT) /*!80016 SECRET */"),
            "CREATE TABLE t (x INT)  ");
}

TEST_F(DumpRulesTest, RowsThatAreEmptiedAgainAreNotCounted) {
  Run("DROP TABLE IF EXISTS t");
  EXPECT_EQ(Run("DELETE FROM `live`.`t`"), "DELETE FROM `t`");
  Run("INSERT INTO t VALUES (1)");
  EXPECT_TRUE(rules_->uncounted().empty());
  Run("DELETE FROM t");
  Run("INSERT INTO u VALUES (1)");
  Run("CREATE OR REPLACE TABLE u (x INT)");
  Run("INSERT INTO v VALUES (1)");
  Run("DROP TABLE v");
  EXPECT_EQ(rules_->uncounted(), (std::set<std::string>{"t", "u", "v"}));
}

TEST_F(DumpRulesTest, SettingsOfOtherProgramsAreFollowed) {
  EXPECT_EQ(Run("SET FOREIGN_KEY_CHECKS=IF(@OLD IS NULL, 1, @OLD)"), "");
  EXPECT_EQ(Run("SET SQL_MODE=IF(@OLD IS NULL, 'ANSI_QUOTES', @OLD)"),
            "SET SESSION sql_mode=IF(@`old` IS NULL, 'ANSI_QUOTES', @`old`)");
  EXPECT_TRUE(rules_->mode().ansi_quotes);
}

TEST_F(DumpRulesTest, OwnSchemaIsTakenOffAndDatabasesAreDropped) {
  EXPECT_EQ(Run("CREATE DATABASE /*!32312 IF NOT EXISTS*/ `site`"), "");
  EXPECT_EQ(Run("USE `site`"), "");
  EXPECT_EQ(Run("INSERT INTO `site`.`t` VALUES (1)"),
            "INSERT INTO `t` VALUES (1)");
  EXPECT_EQ(Run("DROP TABLE IF EXISTS live.t, site.u"),
            "DROP TABLE IF EXISTS t, u");
  EXPECT_EQ(Run("CREATE VIEW v AS SELECT site.t.x FROM site.t JOIN live.u"),
            "CREATE VIEW v AS SELECT t.x FROM t JOIN u");
  EXPECT_EQ(Run("ALTER DATABASE `site` CHARACTER SET latin1"),
            "ALTER DATABASE `side` CHARACTER SET latin1");
}

TEST_F(DumpRulesTest, DefinerIsTheImporterUnlessAskedOtherwise) {
  const std::string view =
      "/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50013 DEFINER=`a`@`%` SQL "
      "SECURITY DEFINER */ /*!50001 VIEW `v` AS SELECT 1 */";
  EXPECT_EQ(Run(view),
            "/*! CREATE ALGORITHM=UNDEFINED */ /*! DEFINER=CURRENT_USER SQL "
            "SECURITY DEFINER */ /*! VIEW `v` AS SELECT 1 */");
  rules_ = Make("keep");
  EXPECT_NE(Run(view).find("DEFINER=`a`@`%` "), std::string::npos);
  rules_ = Make("me@h`");
  EXPECT_NE(Run(view).find("DEFINER=`me`@`h``` "), std::string::npos);
  EXPECT_THROW(ParseDefiner("@h"), Error);
}

TEST_F(DumpRulesTest, SettingsThatConcernTextArePassedOn) {
  EXPECT_EQ(Run("/*!40101 SET NAMES utf8mb4 */"), "SET NAMES utf8mb4");
  EXPECT_EQ(Run("SET @OLD=@@SQL_MODE, SQL_MODE='NO_BACKSLASH_ESCAPES'"),
            "SET @`old`=@@`sql_mode`, SESSION "
            "sql_mode='NO_BACKSLASH_ESCAPES'");
  EXPECT_TRUE(rules_->mode().no_backslash_escapes);
  EXPECT_EQ(Run("SET SQL_MODE=IFNULL(@OLD, '')"),
            "SET SESSION sql_mode=IFNULL(@`old`, '')");
  EXPECT_FALSE(rules_->mode().no_backslash_escapes);
  EXPECT_EQ(Run("SET UNIQUE_CHECKS=0, FOREIGN_KEY_CHECKS=0"), "");
  EXPECT_TRUE(rules_->Warnings().empty());
  EXPECT_EQ(Run("SET SQL_LOG_BIN=0"), "");
  EXPECT_EQ(rules_->Warnings().size(), 1u);
  Run("SET NAMES gbk");
  EXPECT_EQ(rules_->mode().multi_byte, MultiByte::kGbk);
}

TEST_F(DumpRulesTest, BodiesKeepTheirCommentsAndColumnsTheirAliases) {
  const std::string procedure =
      "CREATE PROCEDURE p() BEGIN /* kept */ -- too\n SELECT a.x FROM t a, u b "
      "WHERE a.y = b.z; END";
  EXPECT_EQ(Run(procedure), procedure);
  EXPECT_EQ(Run("CREATE VIEW v AS SELECT EXTRACT(YEAR FROM a.x) FROM t a"),
            "CREATE VIEW v AS SELECT EXTRACT(YEAR FROM a.x) FROM t a");
}

TEST_F(DumpRulesTest, EventsAreMadeDisabled) {
  EXPECT_EQ(Run("CREATE EVENT e ON SCHEDULE EVERY 1 DAY COMMENT 'c' DO SET "
                "@a=1"),
            "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE COMMENT 'c' DO "
            "SET @a=1");
  EXPECT_TRUE(rules_->enabled_events().contains("e"));
  Run("CREATE EVENT f ON SCHEDULE EVERY 1 DAY DISABLE DO SET @a=1");
  EXPECT_FALSE(rules_->enabled_events().contains("f"));
}

TEST_F(DumpRulesTest, RowsAreCounted) {
  text_ =
      "INSERT INTO t (a, `b`) VALUES (1,'x(,)'),(-1.5e3,_utf8'y'),"
      "(NULL,0x00),(DEFAULT,X'00'),(ST_GeomFromText('POINT(1 2)'),'')";
  const CheckedStatement checked = rules_->Check({text_, 1});
  EXPECT_EQ(checked.table, "t");
  EXPECT_EQ(checked.rows, 5u);
  EXPECT_EQ(checked.text.data(), text_.data());
}

}  // namespace
}  // namespace backgraft::imports
