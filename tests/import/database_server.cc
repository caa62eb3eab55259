#include "import/database_server.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <regex>
#include <sstream>
#include <stdexcept>
#include <thread>

#include "base/io.h"

namespace backgraft::imports {
namespace {

using testing::ProcessResult;
using testing::Run;

constexpr int kTries = 300;

std::string MustRun(const std::vector<std::string>& argv,
                    const std::string& input = {}) {
  const ProcessResult result = Run(argv, {.input = input});
  if (result.status != 0) throw std::runtime_error(result.err + result.out);
  return result.out;
}

}  // namespace

DatabaseServer& DatabaseServer::Shared() {
  static DatabaseServer server;
  return server;
}

DatabaseServer::DatabaseServer() {
  std::filesystem::create_directory(dir_ / "tmp");
  MustRun({"mariadb-install-db", "--no-defaults", "--user=root",
           "--datadir=" + (dir_ / "data"), Temporary(), "--skip-test-db",
           "--auth-root-authentication-method=normal"});
  Start();
}

DatabaseServer::~DatabaseServer() { Kill(); }

std::string DatabaseServer::Temporary() const {
  return "--tmpdir=" + (dir_ / "tmp");
}

void DatabaseServer::Start() {
  pid_ = fork();
  if (pid_ == 0) {
    const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
    for (const int fd : {0, 1, 2}) dup2(null, fd);
    const std::string data = "--datadir=" + (dir_ / "data");
    const std::string at = "--socket=" + socket();
    const std::string log_file = "--general-log-file=" + log();
    const std::string temporary = Temporary();
    execl("/usr/sbin/mariadbd", "mariadbd", "--no-defaults", "--user=root",
          temporary.c_str(), data.c_str(), at.c_str(), log_file.c_str(),
          "--skip-networking", "--innodb-buffer-pool-size=32M",
          "--innodb-log-file-size=32M", "--max-allowed-packet=64M",
          // A crash of the server alone loses nothing that was written.
          "--debug-no-sync", "--innodb-flush-method=nosync", "--general-log=1",
          nullptr);
    _exit(127);
  }
  for (int i = 0; i < kTries; ++i) {
    if (Run({"mariadb", "--no-defaults", "-uroot", "-S", socket(), "-e",
             "SELECT 1"})
            .status == 0) {
      return;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }
  throw std::runtime_error("mariadbd does not start");
}

void DatabaseServer::Kill() {
  if (pid_ <= 0) return;
  kill(pid_, SIGKILL);
  waitpid(pid_, nullptr, 0);
  pid_ = -1;
}

std::string DatabaseServer::Url(const std::string& schema,
                                const std::string& user) const {
  return "mysql://" + user + "@localhost/" + schema + "?socket=" + socket();
}

std::string DatabaseServer::Sql(const std::string& sql,
                                const std::string& schema) const {
  std::vector<std::string> argv = {
      "mariadb", "--no-defaults",
      "-uroot",  "-N",
      "-B",      "-S",
      socket(),  "--default-character-set=utf8mb4"};
  if (!schema.empty()) argv.push_back(schema);
  return MustRun(argv, sql);
}

void DatabaseServer::Load(const std::string& dump,
                          const std::string& schema) const {
  MustRun({"mariadb", "--no-defaults", "-uroot", "--comments", "-S", socket(),
           "--default-character-set=utf8mb4", schema},
          dump);
}

std::string DatabaseServer::RawDump(
    const std::string& schema, const std::vector<std::string>& options) const {
  std::vector<std::string> argv = {
      "mariadb-dump", "--no-defaults", "-uroot",   "-S",
      socket(),       "--routines",    "--events", "--triggers"};
  argv.insert(argv.end(), options.begin(), options.end());
  argv.push_back(schema);
  return MustRun(argv);
}

std::string DatabaseServer::Checksums(const std::string& schema) const {
  std::istringstream lines(Sql(
      "SELECT CONCAT('CHECKSUM TABLE `', REPLACE(TABLE_NAME, '`', '``'), '`;')"
      " FROM information_schema.TABLES WHERE TABLE_SCHEMA = '" +
      schema +
      "' AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME NOT IN (SELECT TABLE_NAME"
      " FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = '" +
      schema + "' AND EXTRA LIKE '%VIRTUAL%') ORDER BY TABLE_NAME"));
  std::string queries;
  for (std::string line; std::getline(lines, line);) queries += line + "\n";
  std::istringstream sums(Sql(queries, schema));
  std::string out;
  for (std::string line; std::getline(sums, line);) {
    out += line.substr(schema.size() + 1) + "\n";
  }
  return out;
}

std::string DatabaseServer::Dump(const std::string& schema) const {
  std::istringstream lines(RawDump(schema, {"--skip-dump-date"}));
  std::string out;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("Database: ") != std::string::npos) continue;
    if (line.find(" for database '") != std::string::npos) continue;
    out += line + "\n";
  }
  return out;
}

std::string DatabaseServer::OtherState() const {
  // Logs, and statistics of the tables of every schema, change by themselves.
  std::istringstream names(
      Sql("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA"
          " = 'mysql' AND TABLE_TYPE = 'BASE TABLE' AND TABLE_NAME NOT LIKE"
          " '%\\_log' AND TABLE_NAME NOT LIKE '%\\_stats' ORDER BY 1"));
  std::string queries;
  for (std::string name; std::getline(names, name);) {
    queries += "CHECKSUM TABLE mysql." + name + ";";
  }
  return Sql(queries +
             "SELECT * FROM mysql.global_priv ORDER BY 1, 2;"
             "SELECT * FROM mysql.db ORDER BY 1, 2, 3;"
             "SHOW GLOBAL VARIABLES; SHOW PLUGINS;"
             "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA ORDER BY 1") +
         Dump("other") + Checksums("other");
}

std::string DatabaseServer::Files() const {
  std::string files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(data())) {
    files += entry.path().native() + "\n";
  }
  return files;
}

std::vector<std::string> DatabaseServer::Logged(
    const std::function<void()>& run) const {
  Sql("SET GLOBAL log_output = 'TABLE'; TRUNCATE mysql.general_log");
  run();
  std::istringstream lines(
      Sql("SET GLOBAL log_output = 'FILE'; SELECT HEX(argument) FROM"
          " mysql.general_log WHERE command_type = 'Query' AND argument NOT"
          " LIKE 'SET GLOBAL log_output%' ORDER BY event_time, thread_id"));
  std::vector<std::string> statements;
  for (std::string line; std::getline(lines, line);) {
    std::string& text = statements.emplace_back();
    for (size_t i = 0; i + 1 < line.size(); i += 2) {
      text += static_cast<char>(std::stoi(line.substr(i, 2), nullptr, 16));
    }
  }
  return statements;
}

void DatabaseServer::Renew(const std::string& schema) const {
  for (const std::string& name : Schemas()) {
    if (name == schema || name.starts_with(schema + "_bg")) {
      Sql("DROP DATABASE `" + name + "`");
    }
  }
  Sql("CREATE DATABASE `" + schema + "` CHARACTER SET utf8mb4");
}

std::vector<std::string> DatabaseServer::Schemas() const {
  std::istringstream lines(
      Sql("SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE"
          " SCHEMA_NAME NOT IN ('mysql', 'sys', 'information_schema',"
          " 'performance_schema') ORDER BY 1"));
  std::vector<std::string> names;
  for (std::string line; std::getline(lines, line);) names.push_back(line);
  return names;
}

ProcessResult DatabaseServer::Import(const std::string& dump,
                                     const std::string& schema,
                                     std::vector<std::string> args) const {
  std::vector<std::string> argv = {"import", "db", "-"};
  argv.insert(argv.end(), args.begin(), args.end());
  return testing::Backgraft(
      "/", argv,
      {.input = dump, .env = {{"BACKGRAFT_DATABASE_URL", Url(schema)}}});
}

std::string RichSchema() {
  return R"(
SET NAMES utf8mb4;
SET sql_mode='';
CREATE TABLE c (id INT PRIMARY KEY, pid INT, KEY(pid));
CREATE TABLE p (id INT PRIMARY KEY AUTO_INCREMENT, n VARCHAR(40), b LONGBLOB,
  KEY(n)) DEFAULT CHARSET=utf8mb4;
ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id);
CREATE TABLE r1 (id INT PRIMARY KEY, o INT);
CREATE TABLE r2 (id INT PRIMARY KEY, o INT,
  CONSTRAINT k2 FOREIGN KEY (o) REFERENCES r1 (id));
ALTER TABLE r1 ADD CONSTRAINT k1 FOREIGN KEY (o) REFERENCES r2 (id);
CREATE TABLE e (id INT PRIMARY KEY, d DATE DEFAULT '0000-00-00',
  g INT AS (id + 1) STORED, v INT AS (id * 2) VIRTUAL)
  PARTITION BY RANGE (id) (PARTITION a VALUES LESS THAN (100),
    PARTITION b VALUES LESS THAN MAXVALUE);
CREATE TABLE l (t VARCHAR(20)) CHARACTER SET latin1;
CREATE TABLE f (t TEXT, FULLTEXT (t)) ENGINE=MyISAM;
CREATE TABLE `od``d name; --` (`a b` INT, `#x` POINT, j JSON, x BIT(5)) ENGINE=Aria;
CREATE SEQUENCE sq;
DO SETVAL(sq, 40);
INSERT INTO p (n, b) VALUES ('a\'b\\', 0x00010227605C0A0D1A),
  ('); DROP TABLE p; -- ', '/*!50003 x */'), ('ünï😀', NULL), ('`"#', '');
INSERT INTO c VALUES (1, 1), (2, 2);
SET foreign_key_checks=0;
INSERT INTO r1 VALUES (1, 1); INSERT INTO r2 VALUES (1, 1);
SET foreign_key_checks=1;
INSERT INTO e (id, d) VALUES (1, '0000-00-00'), (200, '2020-01-01');
INSERT INTO l VALUES ('äöü');
INSERT INTO f VALUES ('words and words');
INSERT INTO `od``d name; --` VALUES (1, POINT(1.5, -2), '{"a": "b\\"c"}', b'101');
CREATE VIEW z AS SELECT p.id, c.pid, EXTRACT(YEAR FROM e.d) y FROM p
  JOIN c ON c.pid = p.id, e;
CREATE VIEW a1 AS SELECT * FROM z WHERE pid IN (SELECT p.id FROM p, c);
DELIMITER $$
CREATE TRIGGER t1 BEFORE INSERT ON p FOR EACH ROW BEGIN /* kept; */
  SET NEW.n = CONCAT(NEW.n, ';'); END $$
CREATE TRIGGER t2 AFTER INSERT ON p FOR EACH ROW SET @n = NEW.id $$
CREATE PROCEDURE pr(IN a INT) BEGIN -- kept $x
  SELECT p.id FROM p WHERE p.id = a; # kept too
END $$
CREATE FUNCTION fn() RETURNS INT DETERMINISTIC RETURN 1 $$
CREATE EVENT e1 ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00'
  COMMENT 'do it' DO BEGIN SET @a = 1; END $$
CREATE EVENT e2 ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DISABLE
  DO SET @a = 2 $$
DELIMITER ;
CREATE VIEW v3 AS SELECT fn() AS k, s.id FROM (SELECT id FROM p) s;
)";
}

}  // namespace backgraft::imports
