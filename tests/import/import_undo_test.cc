// Imports in the journal of a repository: log, undo, redo, and recovery by
// whatever command comes next.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "import/database_server.h"
#include "testing/syscall_fault.h"

namespace backgraft::imports {
namespace {

using ::testing::HasSubstr;
using testing::ProcessResult;

constexpr char kDump[] =
    "CREATE TABLE n (x INT);\nINSERT INTO n VALUES (1),(2);\n"
    "CREATE VIEW v AS SELECT x FROM n;\n"
    "CREATE TRIGGER t BEFORE INSERT ON n FOR EACH ROW SET @x = 1;\n"
    "-- Dump completed\n";

class ImportUndoTest : public ::testing::Test {
 protected:
  ImportUndoTest() {
    testing::Git("/", {"init", "-q", repo_});
    testing::Git(repo_,
                 {"config", "backgraft.databaseUrl", server_.Url("live")});
    server_.Renew("live");
    server_.Sql(
        "CREATE TABLE o (x INT); INSERT INTO o VALUES (5);"
        "CREATE VIEW v AS SELECT x FROM o;"
        "CREATE TRIGGER t AFTER INSERT ON o FOR EACH ROW SET @y = 1;"
        "CREATE FUNCTION f() RETURNS INT RETURN 1;",
        "live");
    before_ = server_.Dump("live");
  }
  ProcessResult Backgraft(const std::vector<std::string>& args,
                          const std::string& input = {}) const {
    return testing::Backgraft(repo_, args, {.input = input});
  }

  DatabaseServer& server_ = DatabaseServer::Shared();
  testing::TempDir dir_;
  std::string repo_ = dir_ / "repo";
  std::string before_;
};

TEST_F(ImportUndoTest, UndoAndRedoGoBackAndForth) {
  ASSERT_EQ(Backgraft({"import", "db", "-"}, kDump).status, 0);
  const std::string after = server_.Dump("live");
  EXPECT_THAT(Backgraft({"log"}).out, HasSubstr("import db - into live"));
  for (int i = 0; i < 2; ++i) {
    const ProcessResult undo = Backgraft({"undo"});
    EXPECT_EQ(undo.status, 0) << undo.err;
    EXPECT_THAT(undo.out, HasSubstr("database: as before"));
    EXPECT_EQ(server_.Dump("live"), before_);
    const ProcessResult redo = Backgraft({"redo"});
    EXPECT_EQ(redo.status, 0) << redo.err;
    EXPECT_EQ(server_.Dump("live"), after);
  }
}

TEST_F(ImportUndoTest, WithoutTheOldTablesUndoIsRefused) {
  ASSERT_EQ(Backgraft({"import", "db", "-", "--drop-old"}, kDump).status, 0);
  const std::string after = server_.Dump("live");
  const ProcessResult undo = Backgraft({"undo"});
  EXPECT_EQ(undo.status, 2) << undo.err;
  EXPECT_THAT(undo.err, HasSubstr("is no longer kept"));
  EXPECT_EQ(server_.Dump("live"), after);
}

TEST_F(ImportUndoTest, FailedImportLeavesNoOperation) {
  EXPECT_EQ(Backgraft({"import", "db", "-"}, "GRANT;").status, 3);
  EXPECT_EQ(Backgraft({"recover"}).out,
            "nothing to do: no operation was interrupted\n");
  EXPECT_EQ(server_.Dump("live"), before_);
}

// Where an operation was is where it is taken back, and nowhere else.
TEST_F(ImportUndoTest, TheDatabaseIsThatOfTheOperation) {
  const auto backgraft = [&](const std::string& command,
                             const std::string& url) {
    std::map<std::string, std::string> env;
    if (!url.empty()) env["BACKGRAFT_DATABASE_URL"] = url;
    return testing::Backgraft(repo_, {command}, {.env = env});
  };
  server_.Renew("second");
  server_.Load(before_, "second");
  testing::Git(repo_, {"config", "--unset", "backgraft.databaseUrl"});
  ASSERT_EQ(
      Backgraft({"import", "db", "-", "--database-url", server_.Url("live")},
                kDump)
          .status,
      0);
  const std::string after = server_.Dump("live");
  const std::string second = server_.Dump("second");
  const auto expect_refused = [&](const ProcessResult& result,
                                  const std::string& named) {
    EXPECT_EQ(result.status, 2) << result.err;
    EXPECT_THAT(result.err, HasSubstr("error: the operation was on "
                                      "'mysql://root@localhost/live?socket="));
    EXPECT_THAT(result.err, HasSubstr("configured database '" + named));
    EXPECT_THAT(result.err, HasSubstr("hint: export BACKGRAFT_DATABASE_URL="
                                      "'mysql://root@localhost/live?socket="));
    EXPECT_EQ(server_.Dump("live"), after);
    EXPECT_EQ(server_.Dump("second"), second);
  };
  expect_refused(backgraft("undo", server_.Url("second")),
                 "mysql://root@localhost/second?socket=");
  expect_refused(backgraft("undo", "mysql://u:s3cret@db.example/live"),
                 "mysql://u@db.example/live'");
  testing::Git(repo_,
               {"config", "backgraft.databaseUrl", server_.Url("second")});
  expect_refused(backgraft("undo", ""),
                 "mysql://root@localhost/second?socket=");
  // As the hint says.
  EXPECT_EQ(backgraft("undo", server_.Url("live")).status, 0);
  EXPECT_EQ(server_.Dump("live"), before_);
  testing::Git(repo_, {"config", "--unset", "backgraft.databaseUrl"});
  EXPECT_EQ(backgraft("redo", "").status, 0);
  EXPECT_EQ(server_.Dump("live"), after);
  // Another user, who has a password.
  server_.Sql(
      "CREATE OR REPLACE USER other_one@localhost IDENTIFIED BY 'pw';"
      "GRANT ALL ON *.* TO other_one@localhost");
  std::string url = server_.Url("live", "other_one:pw");
  EXPECT_EQ(backgraft("undo", url).status, 0);
  EXPECT_EQ(server_.Dump("live"), before_);
  server_.Sql("DROP USER other_one@localhost");
}

// An import into another database does not keep it from being taken back.
TEST_F(ImportUndoTest, KilledImportIsTakenBackByOneIntoAnotherDatabase) {
  server_.Renew("second");
  testing::Git(repo_, {"config", "--unset", "backgraft.databaseUrl"});
  const std::vector<std::string> import = {
      testing::ProgramPath(), "import",           "db", "-",
      "--database-url",       server_.Url("live")};
  for (const int message : {20, 60}) {
    ASSERT_EQ(testing::RunWithFault({"sendto", message}, import,
                                    {.directory = repo_, .input = kDump})
                  .status,
              137);
    const ProcessResult second = Backgraft(
        {"import", "db", "-", "--database-url", server_.Url("second")}, kDump);
    EXPECT_EQ(second.status, 0) << second.err;
    EXPECT_EQ(server_.Dump("live"), before_);
    for (const std::string& name : server_.Schemas()) {
      EXPECT_FALSE(name.starts_with("live_bg")) << name << message;
    }
  }
}

TEST_F(ImportUndoTest, SignalBeforeTheSwitchLeavesNothing) {
  for (const int message : {5, 20, 30, 40}) {
    const ProcessResult result =
        testing::RunWithFault({"sendto", message, "signal=TERM"},
                              {testing::ProgramPath(), "import", "db", "-"},
                              {.directory = repo_, .input = kDump});
    EXPECT_EQ(result.status, 143) << message << result.err;
    EXPECT_EQ(server_.Dump("live"), before_) << message;
    for (const std::string& name : server_.Schemas()) {
      EXPECT_FALSE(name.starts_with("live_bg")) << name << message;
    }
  }
}

}  // namespace
}  // namespace backgraft::imports
