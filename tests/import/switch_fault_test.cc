// What can go wrong while one schema takes the place of another, at every
// statement: the program dies, the server dies, the connection ends, the server
// refuses. A sample; all of them with BACKGRAFT_IMPORT_WHOLE=1.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <thread>

#include "import/database_server.h"
#include "testing/statement_proxy.h"

namespace backgraft::imports {
namespace {

namespace fs = std::filesystem;
using testing::Harm;
using ::testing::HasSubstr;
using testing::ProcessResult;

// Its tables, views, routines and events are partly those of RichSchema().
constexpr char kOld[] = R"(
CREATE TABLE p (id INT PRIMARY KEY, n VARCHAR(9));
CREATE TABLE c (id INT PRIMARY KEY, q INT, FOREIGN KEY (q) REFERENCES p (id));
CREATE TABLE only_old (x INT) ENGINE=MyISAM;
CREATE TABLE v3 (x INT) ENGINE=Aria;
CREATE SEQUENCE sq;
INSERT INTO p VALUES (1, 'old');
INSERT INTO c VALUES (7, 1);
INSERT INTO only_old VALUES (1), (2);
CREATE VIEW z AS SELECT n FROM p;
CREATE VIEW e AS SELECT * FROM z;
CREATE VIEW r1 AS SELECT x FROM only_old;
CREATE TRIGGER t1 BEFORE INSERT ON c FOR EACH ROW SET @x = 'old';
CREATE TRIGGER t9 AFTER INSERT ON p FOR EACH ROW SET @x = 'old';
CREATE PROCEDURE pr() SELECT 'old';
CREATE PROCEDURE only_old() SELECT 1;
CREATE FUNCTION fn() RETURNS INT RETURN 2;
CREATE EVENT e1 ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00'
  COMMENT 'old' DO SET @a = 1;
CREATE EVENT only_old ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00'
  DISABLE DO SET @a = 1;
)";

bool Whole() { return getenv("BACKGRAFT_IMPORT_WHOLE") != nullptr; }

const std::vector<std::string> kImport = {"import", "db", "-"};

class SwitchFaultTest : public ::testing::Test {
 protected:
  SwitchFaultTest() {
    server_.Renew("want");
    server_.Load(RichSchema(), "want");
    dump_ = server_.RawDump("want", {});
    after_ = server_.Dump("want");
    server_.Sql("DROP DATABASE want");
    Reset();
    before_ = server_.Dump("live");
  }

  // A new repository, and the old tables.
  void Reset() const {
    fs::remove_all(repo_);
    testing::Git("/", {"init", "-q", repo_});
    testing::Git(repo_,
                 {"config", "backgraft.databaseUrl",
                  "mysql://root@localhost/live?socket=" + proxy_.socket()});
    server_.Renew("live");
    server_.Load(kOld, "live");
  }
  ProcessResult Backgraft(const std::vector<std::string>& args) {
    return Harmed(Harm::kNone, 0, args);
  }
  // The program, of whose statements the `at`-th comes to harm.
  ProcessResult Harmed(Harm harm, size_t at,
                       const std::vector<std::string>& args) {
    proxy_.Arm(harm, at);
    const ProcessResult result =
        testing::Backgraft(repo_, args, {.input = dump_});
    if (harm == Harm::kKillServerBefore || harm == Harm::kKillServerAfter) {
      server_.Kill();
      server_.Start();
    }
    return result;
  }

  // The statements that `args` sends, by number: some of those before
  // the switch, and all of the switch or about as many as `sampled`.
  std::vector<size_t> Points(const std::vector<std::string>& args,
                             size_t sampled) {
    const ProcessResult result = Harmed(Harm::kNone, 0, args);
    EXPECT_EQ(result.status, 0) << result.err;
    const std::vector<std::string> statements = proxy_.statements();
    size_t begin = 0;
    while (
        begin < statements.size() &&
        (!statements[begin].starts_with("CREATE TABLE IF NOT EXISTS") ||
         statements[begin].find("`backgraft_switch`") == std::string::npos)) {
      ++begin;
    }
    std::vector<size_t> points;
    // What leads up to it: the session's settings, the plan.
    const size_t first = begin < 4 ? 0 : begin - 4;
    for (size_t i = Whole() ? 0 : first / 2; i < first;
         i += Whole() ? 5 : first) {
      points.push_back(i + 1);
    }
    for (size_t i = first; i < statements.size();
         i += Whole() ? 1 : (statements.size() - first) / sampled + 1) {
      points.push_back(i + 1);
    }
    EXPECT_GT(statements.size(), begin + 40);
    return points;
  }

  // The server may need a moment to see that a program has died.
  bool NoConnectionIsLeft() const {
    for (int i = 0; i < 100; ++i) {
      if (server_.Sql("SELECT COUNT(*) FROM information_schema.PROCESSLIST"
                      " WHERE COMMAND <> 'Daemon'") == "1\n") {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    return false;
  }
  // No schema but those that an operation keeps, no file, no open operation.
  void ExpectNothingStray(size_t kept, const std::string& where) const {
    const std::vector<std::string> schemas = server_.Schemas();
    size_t beside = 0;
    for (const std::string& name : schemas) {
      if (name.starts_with("live_bg")) ++beside;
    }
    EXPECT_EQ(beside, kept) << where << ::testing::PrintToString(schemas);
    size_t directories = 0;
    for (const auto& entry : fs::recursive_directory_iterator(server_.data())) {
      const std::string name = entry.path().filename();
      if (entry.is_directory()) ++directories;
      EXPECT_FALSE(name.starts_with("#sql")) << where << entry.path();
    }
    // The server's own: mysql, performance_schema, sys.
    EXPECT_EQ(directories, schemas.size() + 3) << where;
    for (const auto& entry :
         fs::recursive_directory_iterator(repo_ + "/.git")) {
      EXPECT_NE(entry.path().extension(), ".open") << where << entry.path();
    }
    EXPECT_TRUE(NoConnectionIsLeft()) << where;
  }

  // Harms `args` at each point. Afterwards, and once the next command has run,
  // it is `from` or `to`; `back` leads from there to `from` again.
  void Sweep(Harm harm, const std::vector<std::string>& args,
             const std::string& back, const std::string& from,
             const std::string& to, size_t sampled) {
    const std::vector<size_t> points = Points(args, sampled);
    const size_t kept_before = args == kImport ? 0 : 1;
    Return(args, back, from);
    size_t done = 0;
    left_ = 0;
    for (const size_t at : points) {
      const std::string where =
          args[0] + ", statement " + std::to_string(at) + ": ";
      const ProcessResult result = Harmed(harm, at, args);
      EXPECT_TRUE(proxy_.done()) << where;
      const std::string told = where + result.err;
      ExpectStatus(harm, result, told);
      if (result.status == 6)
        ExpectTakenBackOrTold(harm, from, kept_before, told);
      const ProcessResult recover = Backgraft({"recover"});
      EXPECT_EQ(recover.status, 0) << told << recover.err;
      const std::string now = server_.Dump("live");
      EXPECT_TRUE(now == from || now == to) << told << now;
      EXPECT_TRUE(result.status != 0 || now == to) << told;
      ExpectNothingStray(now == from ? kept_before : 1, told);
      if (HasFailure()) return;
      if (now == from) continue;
      ++done;
      Return(args, back, from);
      if (HasFailure()) return;
    }
    const ProcessResult again = Backgraft(args);
    EXPECT_EQ(again.status, 0) << again.err;
    EXPECT_EQ(server_.Dump("live"), to);
    std::printf("%s: %zu points, %zu of them after, %zu left to be recovered\n",
                args[0].c_str(), points.size(), done, left_);
    EXPECT_LT(done, points.size());
  }

  // While the server serves, the operation is taken back at once, or what is
  // left to be done is told.
  void ExpectTakenBackOrTold(Harm harm, const std::string& from, size_t kept,
                             const std::string& told) {
    const bool serves = harm == Harm::kDropBefore || harm == Harm::kDropAfter ||
                        harm == Harm::kRefuse || harm == Harm::kRefuseAlways;
    const bool left =
        told.find("when that is mended: backgraft recover") !=
            std::string::npos ||
        told.find("the next command tries it again") != std::string::npos;
    if (left) {
      ++left_;
      EXPECT_TRUE(harm != Harm::kRefuse && harm != Harm::kDropBefore &&
                  harm != Harm::kDropAfter)
          << told;
    } else if (serves) {
      EXPECT_EQ(server_.Dump("live"), from) << told;
      ExpectNothingStray(kept, told);
    }
  }
  void Return(const std::vector<std::string>& args, const std::string& back,
              const std::string& from) {
    const ProcessResult result = Backgraft({back});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(server_.Dump("live"), from);
    if (args == kImport) Reset();
  }

  static void ExpectStatus(Harm harm, const ProcessResult& result,
                           const std::string& told) {
    const bool killed =
        harm == Harm::kKillClientBefore || harm == Harm::kKillClientAfter;
    // What fails when all is done is only told.
    if (result.status == 0) return;
    EXPECT_EQ(result.status, killed ? 137 : 6) << told;
    // A warning may come before.
    EXPECT_EQ(("\n" + result.err).find("\nerror: ") == std::string::npos,
              killed)
        << told;
  }

  void SweepAll(Harm harm, size_t sampled) {
    Sweep(harm, kImport, "undo", before_, after_, sampled);
    if (HasFailure()) return;
    Sweep(harm, {"undo"}, "redo", after_, before_, sampled);
  }

  DatabaseServer& server_ = DatabaseServer::Shared();
  testing::TempDir dir_;
  std::string repo_ = dir_ / "repo";
  testing::StatementProxy proxy_{server_.socket()};
  std::string dump_, before_, after_;
  size_t left_ = 0;
};

TEST_F(SwitchFaultTest, ProgramKilledBeforeAStatement) {
  SweepAll(Harm::kKillClientBefore, 3);
}

TEST_F(SwitchFaultTest, ProgramKilledAfterAStatement) {
  SweepAll(Harm::kKillClientAfter, 3);
}

TEST_F(SwitchFaultTest, ServerKilledBeforeAStatement) {
  SweepAll(Harm::kKillServerBefore, 2);
}

TEST_F(SwitchFaultTest, ServerKilledAfterAStatement) {
  SweepAll(Harm::kKillServerAfter, 2);
}

TEST_F(SwitchFaultTest, ConnectionLostBeforeAStatement) {
  SweepAll(Harm::kDropBefore, 3);
}

TEST_F(SwitchFaultTest, ConnectionLostAfterAStatement) {
  SweepAll(Harm::kDropAfter, 3);
}

// An import is killed when the tables have moved, and what takes it back is
// harmed at each of its own statements.
TEST_F(SwitchFaultTest, RecoveryIsHarmedItself) {
  ASSERT_EQ(Backgraft(kImport).status, 0);
  const std::vector<std::string> statements = proxy_.statements();
  size_t moved = 0;
  while (!statements.at(moved).starts_with("RENAME TABLE")) ++moved;
  Return(kImport, "undo", before_);
  for (const Harm harm :
       {Harm::kKillClientBefore, Harm::kKillClientAfter, Harm::kRefuse}) {
    size_t points = 0;
    for (size_t at = 1;; at += Whole() ? 1 : 29) {
      // In the middle of what is made after that.
      ASSERT_EQ(Harmed(Harm::kKillClientAfter, moved + 20, kImport).status,
                137);
      const ProcessResult harmed = Harmed(harm, at, {"recover"});
      if (!proxy_.done()) {
        EXPECT_EQ(harmed.status, 0) << harmed.err;
        break;
      }
      ++points;
      const std::string where = std::to_string(at) + ": " + harmed.err;
      // Looking for what else was staged comes last, and is not what matters.
      const bool last =
          harmed.err.find("could not be cleared away yet") != std::string::npos;
      EXPECT_EQ(harmed.status, harm != Harm::kRefuse ? 137
                               : last                ? 0
                                                     : 6)
          << where;
      const ProcessResult again = Backgraft({"recover"});
      EXPECT_EQ(again.status, 0) << where << again.err;
      EXPECT_EQ(server_.Dump("live"), before_) << where;
      ExpectNothingStray(0, where);
      if (HasFailure()) return;
    }
    std::printf("%zu points\n", points);
    EXPECT_GT(points, Whole() ? 50u : 2u);
  }
  EXPECT_EQ(Backgraft(kImport).status, 0);
  EXPECT_EQ(server_.Dump("live"), after_);
}

TEST_F(SwitchFaultTest, StatementRefusedOnce) { SweepAll(Harm::kRefuse, 3); }

TEST_F(SwitchFaultTest, StatementRefusedForGood) {
  SweepAll(Harm::kRefuseAlways, 3);
}

TEST_F(SwitchFaultTest, EverythingRefusedFromAStatementOn) {
  SweepAll(Harm::kRefuseFromOn, 3);
}

}  // namespace
}  // namespace backgraft::imports
