// kill -9 of the program before everything it says to the server, and of the
// server while it switches: the next import finds and ends what was left.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <thread>

#include "import/database_server.h"
#include "testing/syscall_fault.h"

namespace backgraft::imports {
namespace {

using testing::ProcessResult;

constexpr char kTrailer[] = "\n-- Dump completed\n";

// Two states of a schema, both with everything that the switch has to carry.
std::string State(const std::string& name) {
  return "CREATE TABLE a (id INT PRIMARY KEY, n VARCHAR(9));\n"
         "CREATE TABLE b_" +
         name +
         " (id INT PRIMARY KEY, p INT,"
         " FOREIGN KEY (p) REFERENCES a (id));\n"
         "INSERT INTO a VALUES (1, '" +
         name +
         "');\n"
         "INSERT INTO b_" +
         name +
         " VALUES (7, 1);\n"
         "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @x = '" +
         name +
         "';\n"
         "CREATE VIEW v AS SELECT n, '" +
         name +
         "' AS s FROM a;\n"
         "CREATE VIEW v_" +
         name +
         " AS SELECT * FROM v;\n"
         "CREATE PROCEDURE p_" +
         name +
         "() SELECT 1;\n"
         "CREATE FUNCTION f() RETURNS INT RETURN 1;\n"
         "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00'"
         " COMMENT '" +
         name + "' DO SET @a = 1;\n" + kTrailer;
}

class ImportCrashTest : public ::testing::Test {
 protected:
  ImportCrashTest() {
    server_.Renew("live");
    server_.Load(State("old"), "live");
    old_ = server_.Dump("live");
    server_.Renew("want");
    server_.Load(State("new"), "want");
    new_ = server_.Dump("want");
  }

  // Imports `State("new")`, harmed at its k-th message to the server.
  ProcessResult ImportWithFault(const std::string& what, int k) const {
    return testing::RunWithFault(
        {"sendto", k, what}, {testing::ProgramPath(), "import", "db", "-"},
        {.directory = "/",
         .input = State("new"),
         .env = {{"BACKGRAFT_DATABASE_URL", server_.Url("live")}}});
  }
  // An import that fails for its dump does nothing but clean up.
  void Recover() const {
    EXPECT_EQ(
        server_.Import("nonsense;", "live", {"--allow-no-trailer"}).status, 3);
  }
  // Whether the switch was made; that it is one or the other, and nothing else.
  bool ExpectOldOrNew(const std::string& when) const {
    const std::string now = server_.Dump("live");
    EXPECT_TRUE(now == old_ || now == new_) << when << "\n" << now;
    for (const std::string& name : server_.Schemas()) {
      EXPECT_FALSE(name.starts_with("live_bgnew_")) << when;
      EXPECT_TRUE(now == new_ || !name.starts_with("live_bgold_")) << when;
    }
    return now == new_;
  }
  void Reset() const {
    server_.Renew("live");
    server_.Load(State("old"), "live");
  }

  DatabaseServer& server_ = DatabaseServer::Shared();
  std::string old_, new_;
};

TEST_F(ImportCrashTest, KilledBeforeEachStatementItIsBeforeOrAfter) {
  int made = 0;
  int points = 0;
  for (int k = 1;; ++k) {
    const ProcessResult result = ImportWithFault("signal=KILL", k);
    if (result.status == 0) break;
    ASSERT_EQ(result.status, 137) << result.err;
    Recover();
    if (ExpectOldOrNew("killed before message " + std::to_string(k))) {
      ++made;
      Reset();
    }
    ++points;
    if (HasFailure()) return;
  }
  EXPECT_TRUE(ExpectOldOrNew("not killed"));
  EXPECT_GT(points, 60);
  // What was killed is taken back unless it was done.
  EXPECT_GT(made, 0);
  RecordProperty("points", points);
}

TEST_F(ImportCrashTest, SignalBeforeTheSwitchLeavesNothing) {
  for (const int k : {5, 20, 30, 40}) {
    const ProcessResult result = ImportWithFault("signal=TERM", k);
    EXPECT_EQ(result.status, 143) << result.err;
    EXPECT_FALSE(ExpectOldOrNew("signal at " + std::to_string(k)));
  }
}

TEST_F(ImportCrashTest, ServerKilledDuringTheSwitchIsBeforeOrAfter) {
  for (int k = 0; k < 12; ++k) {
    // The import is stopped before one of its last messages, the server dies.
    const int at = 42 + 3 * k;
    std::thread import([&] { ImportWithFault("delay_enter=700000", at); });
    std::this_thread::sleep_for(std::chrono::milliseconds(550));
    server_.Kill();
    import.join();
    server_.Start();
    Recover();
    ExpectOldOrNew("server killed at message " + std::to_string(at));
    if (HasFailure()) return;
    Reset();
  }
}

}  // namespace
}  // namespace backgraft::imports
