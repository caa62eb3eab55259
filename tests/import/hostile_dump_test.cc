// Dumps that mean harm: each is refused with exit 3, and nothing outside of the
// schema is touched: no statement but harmless ones reaches the server, whose
// own tables, settings and files stay as they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>
#include <set>

#include "base/io.h"
#include "import/database_server.h"

namespace backgraft::imports {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using testing::ProcessResult;

// Each stands alone in a dump. "SECRET" must never reach the server.
constexpr const char* kHostile[] = {
    "GRANT ALL ON *.* TO secret@localhost;",
    "REVOKE ALL ON *.* FROM root@localhost;",
    "CREATE USER secret@localhost;",
    "DROP USER root@localhost;",
    "ALTER USER root@localhost IDENTIFIED BY 'secret';",
    "RENAME USER root@localhost TO secret@localhost;",
    "SET PASSWORD = PASSWORD('secret');",
    "CREATE ROLE secret;",
    "SET ROLE secret;",
    "SET DEFAULT ROLE secret;",
    "SET GLOBAL max_connections = 7;",
    "SET @@GLOBAL.max_connections = 7;",
    "SET @@global . general_log_file = '/tmp/secret';",
    "SET @a = 1, GLOBAL general_log = 0;",
    "SET SESSION sql_mode = '', GLOBAL read_only = 1;",
    "SET PERSIST max_connections = 7;",
    "/*!40101 SET GLOBAL max_connections = 7 */;",
    "/*!SET GLOBAL max_connections = 7 */;",
    "/*M!100100 SET GLOBAL max_connections = 7 */;",
    "SET /*!40101 GLOBAL */ max_connections = 7;",
    "/*!40101 SET */ /*!50003 GLOBAL */ max_connections = 7;",
    "SET sql_mode = (SELECT 1);",
    "SET @a = LOAD_FILE('/etc/passwd');",
    "SET @a = (SELECT COUNT(*) FROM mysql.user);",
    "SET STATEMENT max_statement_time = 1 FOR DROP TABLE other.t;",
    "SELECT 1 INTO OUTFILE '/tmp/secret';",
    "SELECT 1 INTO DUMPFILE '/tmp/secret';",
    "SELECT LOAD_FILE('/etc/passwd');",
    "SELECT SLEEP(100);",
    "SELECT * FROM mysql.user;",
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE a;",
    "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE a;",
    "LOAD XML INFILE '/etc/passwd' INTO TABLE a;",
    "LOAD INDEX INTO CACHE a;",
    "INSERT INTO other.t VALUES (1);",
    "INSERT INTO `other`.`t` VALUES (1);",
    "INSERT INTO `other` . `t` VALUES (1);",
    "INSERT INTO other/**/.t VALUES (1);",
    "REPLACE INTO other.t VALUES (1);",
    "INSERT INTO a SELECT * FROM other.t;",
    "INSERT INTO a VALUES ((SELECT COUNT(*) FROM mysql.user));",
    "INSERT INTO a VALUES (LOAD_FILE('/etc/passwd'));",
    "INSERT INTO a VALUES (SLEEP(100));",
    "INSERT INTO a VALUES (`LOAD_FILE`('/etc/passwd'));",
    "INSERT INTO a VALUES (@@datadir);",
    "INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE x = SLEEP(9);",
    "INSERT INTO a SET x = LOAD_FILE('/etc/passwd');",
    "INSERT INTO a VALUES (1) RETURNING LOAD_FILE('/etc/passwd');",
    "INSERT INTO a VALUES (1); DROP TABLE other.t;",
    "INSERT INTO a VALUES ('x\\'); DROP TABLE other.t; -- ');DROP TABLE "
    "other.t;",
    "UPDATE other.t SET x = 2;",
    "UPDATE a SET x = 2;",
    "DELETE FROM other.t;",
    "DELETE FROM a WHERE SLEEP(9);",
    "DELETE FROM a, other.t;",
    "DELETE a FROM a JOIN other.t;",
    "INSERT INTO a VALUES (CONV(LOAD_FILE('/etc/passwd'), 2, 10));",
    "SET @a = IF(@b IS NULL, SLEEP(9), 1);",
    "SET @a = IF(@b IS NULL, 1, @@GLOBAL.datadir);",
    "DELETE FROM mysql.user;",
    "TRUNCATE other.t;",
    "TRUNCATE TABLE mysql.global_priv;",
    "DROP TABLE other.t;",
    "DROP TABLE IF EXISTS a, other.t;",
    "DROP TABLE /*!40101 other. */ t;",
    "DROP TABLE other/*!99999 x */.t;",
    "DROP VIEW other.v;",
    "DROP TRIGGER other.tr;",
    "DROP DATABASE other; DROP DATABASE mysql;",
    "DROP FUNCTION other.f;",
    "DROP SERVER s;",
    "DROP ROLE secret;",
    "DROP TABLESPACE x;",
    "CREATE TABLE other.secret (x INT);",
    "CREATE TABLE a (x INT) DATA DIRECTORY = '/tmp';",
    "CREATE TABLE a (x INT) INDEX DIRECTORY '/tmp' ENGINE=MyISAM;",
    "CREATE TABLE a (x INT) ENGINE=FEDERATED CONNECTION='mysql://h/d/t';",
    "CREATE TABLE a (x INT) CONNECTION='mysql://h/d/t';",
    "CREATE TABLE a (x INT) ENGINE=CONNECT TABLE_TYPE=DOS "
    "FILE_NAME='/etc/passwd';",
    "CREATE TABLE a (x INT) ENGINE=MERGE UNION=(other.t);",
    "CREATE TABLE a (x INT) ENGINE=SPIDER;",
    "CREATE TABLE a (x INT) ENGINE SPIDER;",
    "CREATE TABLE a AS SELECT * FROM mysql.user;",
    "CREATE TABLE a SELECT * FROM other.t;",
    "CREATE TABLE a LIKE other.t;",
    "CREATE TABLE a (LIKE other.t);",
    "CREATE TABLE a (x INT, FOREIGN KEY (x) REFERENCES other.t (x));",
    "CREATE TEMPORARY TABLE a (x INT);",
    "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'h');",
    "CREATE FUNCTION sys_exec RETURNS INT SONAME 'secret.so';",
    "CREATE AGGREGATE FUNCTION f RETURNS INT SONAME 'secret.so';",
    "INSTALL PLUGIN x SONAME 'secret.so';",
    "INSTALL SONAME 'secret.so';",
    "UNINSTALL PLUGIN InnoDB;",
    "ALTER TABLE other.t ADD y INT;",
    "ALTER TABLE a RENAME other.a;",
    "ALTER TABLE a RENAME TO other.a;",
    "ALTER TABLE a EXCHANGE PARTITION p WITH TABLE other.t;",
    "ALTER TABLE a DISCARD TABLESPACE;",
    "ALTER TABLE a IMPORT TABLESPACE;",
    "ALTER DATABASE other CHARACTER SET latin1; USE mysql;",
    "ALTER EVENT e ENABLE;",
    "RENAME TABLE other.t TO a;",
    "CREATE VIEW v AS SELECT * FROM other.t;",
    "CREATE VIEW v AS SELECT * FROM mysql.user;",
    "CREATE VIEW v AS SELECT 1 FROM a, other.t;",
    "CREATE VIEW v AS SELECT 1 FROM a JOIN (other.t) ON 1;",
    "CREATE VIEW v AS SELECT other.t.x FROM a;",
    "CREATE VIEW v AS SELECT other.f();",
    "CREATE VIEW v AS SELECT LOAD_FILE('/etc/passwd');",
    "CREATE VIEW other.v AS SELECT 1;",
    "CREATE TRIGGER other.tr BEFORE INSERT ON other.t FOR EACH ROW SET @a = 1;",
    "CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW SET GLOBAL read_only = "
    "1;",
    "CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW INSERT INTO other.t "
    "VALUES (1);",
    "CREATE TRIGGER tr BEFORE INSERT ON a FOR EACH ROW SET @a = "
    "@@GLOBAL.datadir;",
    "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO GRANT ALL ON *.* TO s@h;",
    "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO DELETE FROM other.t;",
    "CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO EXECUTE IMMEDIATE 'DROP "
    "DATABASE other';",
    "CREATE EVENT other.e ON SCHEDULE EVERY 1 SECOND DO SET @a = 1;",
    "CREATE PROCEDURE p() DROP USER root@localhost;",
    "CREATE PROCEDURE other.p() SELECT 1;",
    "CREATE PROCEDURE p() SELECT 1 INTO OUTFILE '/tmp/secret';",
    "CREATE PROCEDURE p() UPDATE mysql.global_priv SET Priv = '';",
    "CREATE PROCEDURE p() CALL other.p();",
    "CREATE PACKAGE p AS FUNCTION f RETURN INT; END;",
    "CALL other.p();",
    "DO SLEEP(100);",
    "DO SETVAL(other.s, 1);",
    "HANDLER a OPEN;",
    "PREPARE s FROM 'DROP DATABASE other';",
    "EXECUTE IMMEDIATE 'DROP DATABASE other';",
    "EXECUTE s;",
    "FLUSH PRIVILEGES;",
    "FLUSH TABLES WITH READ LOCK;",
    "RESET MASTER;",
    "PURGE BINARY LOGS TO 'x';",
    "CHANGE MASTER TO MASTER_HOST = 'h';",
    "START SLAVE;",
    "STOP SLAVE;",
    "SHUTDOWN;",
    "KILL 1;",
    "BACKUP STAGE START;",
    "XA START 'x';",
    "BINLOG 'x';",
    "ANALYZE TABLE other.t;",
    "OPTIMIZE TABLE other.t;",
    "WITH x AS (SELECT 1) SELECT * FROM x;",
    "VALUES (LOAD_FILE('/etc/passwd'));",
    "(SELECT LOAD_FILE('/etc/passwd'));",
    "BEGIN NOT ATOMIC DROP TABLE other.t; END;",
    "IF 1 THEN DROP TABLE other.t; END IF;",
    "USE other; USE mysql;",
    "CREATE DATABASE one; CREATE DATABASE two;",
    "\\! touch /tmp/secret\n;",
    "SELECT 1 \\! touch /tmp/secret\n;",
    "system touch /tmp/secret;",
    "source /etc/passwd;",
    "\\. /etc/passwd\n;",
    "tee /tmp/secret;",
    "pager touch /tmp/secret;",
    "connect other;",
    "DELIMITER \\\nDROP TABLE other.t\\",
    "/*!50003 INSERT INTO a VALUES (1); DROP TABLE other.t */;",
    "/*!99999 DROP TABLE other.t",
    "/*!999999\\- x */ DROP TABLE other.t;",
    "SET NAMES gbk; INSERT INTO a VALUES ('\xbf\\'); DROP TABLE other.t; -- "
    "');",
    "SET sql_mode = ANSI_QUOTES; INSERT INTO a VALUES (\"x\\\"); DROP TABLE "
    "other.t; -- \");",
};

class HostileDumpTest : public ::testing::Test {
 protected:
  HostileDumpTest() {
    server_.Renew("other");
    server_.Sql(
        "CREATE TABLE t (x INT); INSERT INTO t VALUES (1);"
        "CREATE PROCEDURE p() SELECT 1;",
        "other");
    server_.Renew("live");
    server_.Sql("CREATE TABLE kept (x INT); INSERT INTO kept VALUES (1)",
                "live");
    live_ = server_.Dump("live");
    other_ = server_.OtherState();
  }
  // What the server gets of a dump with `sql` in it, which is refused; the side
  // schema's name is SIDE.
  std::vector<std::string> Sent(const std::string& sql) const {
    ProcessResult result;
    std::vector<std::string> sent = server_.Logged([&] {
      result = server_.Import(
          "SET NAMES utf8mb4;\nCREATE TABLE IF NOT EXISTS keep_a (x INT);\n" +
              sql + "\n-- Dump completed\n",
          "live");
    });
    EXPECT_EQ(result.status, 3) << sql << "\n" << result.err << result.out;
    EXPECT_THAT(result.err, ::testing::StartsWith("error: '-': "));
    const std::regex side("live_bgnew_[0-9a-f]+");
    for (std::string& statement : sent) {
      statement = std::regex_replace(statement, side, "SIDE");
    }
    return sent;
  }
  DatabaseServer& server_ = DatabaseServer::Shared();
  std::string live_, other_;
};

TEST_F(HostileDumpTest, NothingOutsideIsTouched) {
  EXPECT_GE(std::size(kHostile), 100u);
  const std::string files = server_.Files();
  std::set<std::string> ours;
  for (const std::string& statement : Sent("INSERT INTO nothing VALUES (1);")) {
    ours.insert(statement);
  }
  std::set<std::string> sent;
  for (const char* sql : kHostile) {
    for (const std::string& statement : Sent(sql)) {
      if (!ours.contains(statement)) sent.insert(statement);
    }
    if (HasFailure()) return;
  }
  // The harmless parts, and one statement whose strings look like harm.
  EXPECT_THAT(
      sent, ::testing::UnorderedElementsAre(
                "ALTER DATABASE `SIDE` CHARACTER SET latin1",
                "INSERT INTO a VALUES (1)", "INSERT INTO a VALUES ('\\xBF\\')",
                "INSERT INTO a VALUES ('x\\'); DROP TABLE other.t; -- ')",
                "SET NAMES gbk", "SET SESSION sql_mode=ANSI_QUOTES"));
  EXPECT_EQ(server_.Dump("live"), live_);
  EXPECT_EQ(server_.OtherState(), other_);
  EXPECT_EQ(server_.Files(), files);
  EXPECT_FALSE(std::filesystem::exists("/tmp/secret"));
}

TEST_F(HostileDumpTest, SettingsOfTheServerAreSkippedWithAWarning) {
  const ProcessResult result = server_.Import(
      "SET @MYSQLDUMP_TEMP_LOG_BIN = @@SESSION.SQL_LOG_BIN;\n"
      "SET @@SESSION.SQL_LOG_BIN= 0;\n"
      "SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'x:1-5';\n"
      "CREATE TABLE a (x VARCHAR(9)) DEFAULT CHARSET=utf8mb4"
      " COLLATE=utf8mb4_0900_ai_ci;\n"
      "-- Dump completed on 2026-01-01\n",
      "live");
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.err, HasSubstr("'sql_log_bin' is skipped"));
  EXPECT_THAT(result.err, HasSubstr("'gtid_purged' is skipped"));
  EXPECT_THAT(result.err, HasSubstr("'utf8mb4_uca1400_nopad_ai_ci' takes its"));
}

TEST_F(HostileDumpTest, RowsThatLookLikeStatementsAreRows) {
  const std::string dump =
      "CREATE TABLE a (x TEXT);\n"
      "INSERT INTO a VALUES ('; DROP TABLE other.t; --'),('/*!50003 x */'),"
      "('\\'; USE mysql; \\\\'),('DELIMITER ;;\nUSE x;\n\\! ls');\n"
      "-- Dump completed\n";
  EXPECT_EQ(server_.Import(dump, "live", {"--drop-old"}).status, 0);
  EXPECT_EQ(server_.Sql("SELECT COUNT(*) FROM a", "live"), "4\n");
  EXPECT_EQ(server_.OtherState(), other_);
}

TEST_F(HostileDumpTest, EventsDoNotRunBeforeTheyAreSwitchedIn) {
  server_.Sql("SET GLOBAL event_scheduler = ON");
  const ProcessResult result = server_.Import(
      "CREATE TABLE a (x INT);\n"
      "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO INSERT INTO a VALUES (1);\n"
      "-- Dump completed\n",
      "live", {"--drop-old"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(server_.Dump("live"), HasSubstr("ENABLE DO INSERT"));
  EXPECT_THAT(ReadFile(server_.log()),
              HasSubstr("EVERY 1 DAY DISABLE DO INSERT INTO a"));
  server_.Sql("SET GLOBAL event_scheduler = OFF");
}

}  // namespace
}  // namespace backgraft::imports
