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
