// Imports outside of every repository: journaled in the user's own directory.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/io.h"
#include "commands/parts_fixture.h"
#include "testing/syscall_fault.h"

namespace backgraft::commands {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class JournalOutsideTest : public ::testing::Test {
 protected:
  ProcessResult Backgraft(std::vector<std::string> args,
                          std::map<std::string, std::string> env = {}) const {
    env.emplace("XDG_STATE_HOME", state_);
    env.emplace("BACKGRAFT_DATABASE_URL", url_);
    return testing::Backgraft(outside_.path(), args, {.env = env});
  }
  std::string Journal() const { return state_ + "/backgraft"; }
  std::vector<std::string> Import() const {
    return {"restore", site_.database(), site_.files(), "--files-dir",
            site_.files_dir()};
  }
  // Nothing but the site itself: no schema, no directory beside it.
  void ExpectNothingBeside() const {
    for (const std::string& name : site_.server().Schemas()) {
      EXPECT_FALSE(name.starts_with("shop_")) << name;
    }
    EXPECT_EQ(
        std::distance(fs::directory_iterator(site_.sandbox().path() + "/site"),
                      fs::directory_iterator()),
        1);
  }
  // Kills `args` before the k-th call of this name.
  int Killed(const std::string& call, int k,
             const std::vector<std::string>& args) const {
    std::vector<std::string> argv = {testing::ProgramPath()};
    argv.insert(argv.end(), args.begin(), args.end());
    return testing::RunWithFault({call, k}, argv,
                                 {.directory = outside_.path(),
                                  .env = {{"XDG_STATE_HOME", state_},
                                          {"BACKGRAFT_DATABASE_URL", url_}}})
        .status;
  }

  PartsSite site_;
  testing::TempDir outside_;
  std::string url_ = site_.url();
  std::string state_ = outside_ / "state";
};

TEST_F(JournalOutsideTest, LogUndoAndRedoWorkOnThem) {
  const std::string before = site_.Visible();
  ASSERT_EQ(Backgraft({"import", "db", site_.database()}).status, 0);
  ASSERT_EQ(
      Backgraft({"import", "files", site_.files(), site_.files_dir()}).status,
      0);
  const std::string after = site_.Visible();
  EXPECT_NE(before, after);
  const std::string log = Backgraft({"log"}).out;
  EXPECT_THAT(log, HasSubstr("import db b.bin into shop"));
  EXPECT_THAT(log, HasSubstr("import files c.bin into "));
  EXPECT_EQ(Backgraft({"undo"}).status, 0);
  EXPECT_EQ(Backgraft({"undo"}).status, 0);
  EXPECT_EQ(site_.Visible(), before);
  EXPECT_EQ(Backgraft({"redo"}).status, 0);
  EXPECT_EQ(Backgraft({"redo"}).status, 0);
  EXPECT_EQ(site_.Visible(), after);
  EXPECT_EQ(JsonOf(Backgraft({"undo", "1", "--json"})).at("op"), "7");
  for (const auto& entry : fs::recursive_directory_iterator(state_)) {
    if (!entry.is_directory()) continue;
    EXPECT_EQ(entry.status().permissions(), fs::perms::owner_all)
        << entry.path();
  }
}

TEST_F(JournalOutsideTest, WithoutAnyThereIsNoRepositoryToSpeakOf) {
  for (const std::string command : {"log", "undo", "redo", "recover"}) {
    const ProcessResult result = Backgraft({command});
    EXPECT_EQ(result.status, 2);
    EXPECT_THAT(result.err, HasSubstr("not in a git repository"));
  }
  EXPECT_FALSE(fs::exists(state_));
}

TEST_F(JournalOutsideTest, ADryRunMakesNoDirectory) {
  std::vector<std::string> args = Import();
  args.emplace_back("-n");
  const std::string before = site_.State();
  EXPECT_EQ(Backgraft(args).status, 0);
  EXPECT_FALSE(fs::exists(state_));
  const std::map<std::string, std::string> nowhere = {{"XDG_STATE_HOME", ""},
                                                      {"HOME", ""}};
  EXPECT_EQ(Backgraft(args, nowhere).status, 0);
  EXPECT_EQ(site_.State(), before);
}

TEST_F(JournalOutsideTest, WithoutHomeNothingIsImported) {
  const std::string before = site_.State();
  const ProcessResult result =
      Backgraft(Import(), {{"XDG_STATE_HOME", ""}, {"HOME", ""}});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("hint: export XDG_STATE_HOME=DIR"));
  EXPECT_EQ(site_.State(), before);
}

TEST_F(JournalOutsideTest, AnotherRunIsWaitedForAndThenNamed) {
  fs::create_directories(Journal());
  const std::string path = Journal() + "/lock";
  WriteFileDurably(path, "pid 4711\n");
  const UniqueFd lock = OpenFile(path, O_RDWR);
  ASSERT_EQ(flock(lock.get(), LOCK_EX), 0);
  const std::string before = site_.State();
  std::vector<std::string> args = Import();
  args.insert(args.end(), {"--wait", "0.1"});
  const ProcessResult result = Backgraft(args);
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("pid 4711"));
  EXPECT_EQ(site_.State(), before);
}

TEST_F(JournalOutsideTest, AKilledImportIsTakenBackByTheNextCommand) {
  const std::string before = site_.Visible();
  int killed = 0;
  for (const std::string call : {"sendto", "renameat2", "mkdirat", "fsync"}) {
    const int step = call == "sendto" ? 9 : 1;
    for (int k = 1; Killed(call, k, Import()) == 137; k += step) {
      ++killed;
      if (Backgraft({"log"}).out.find("restore") != std::string::npos) break;
      EXPECT_EQ(Backgraft({"recover"}).status % 2, 0);
      EXPECT_EQ(site_.Visible(), before) << call << k;
      ExpectNothingBeside();
      if (HasFailure()) return;
    }
    if (site_.Visible() != before) Backgraft({"undo"});
    fs::remove_all(state_);
    site_.Reset();
  }
  EXPECT_GE(killed, 12);
}

TEST_F(JournalOutsideTest, WhatExpiredOperationsKeptIsDropped) {
  ASSERT_EQ(Backgraft(Import()).status, 0);
  const auto kept = [&] {
    size_t count = 0;
    for (const std::string& name : site_.server().Schemas()) {
      if (name.starts_with("shop_")) ++count;
    }
    for (const auto& entry :
         fs::directory_iterator(site_.sandbox().path() + "/site")) {
      if (entry.path().filename() != "files") ++count;
    }
    return count;
  };
  EXPECT_EQ(kept(), 2u);
  ASSERT_EQ(Backgraft({"undo"}).status, 0);
  ASSERT_EQ(Backgraft({"redo"}).status, 0);
  EXPECT_EQ(kept(), 2u);
  // What an expired operation shares with a younger one stays.
  for (const std::string id : {"1", "2"}) {
    const timespec old[2] = {{1, 0}, {1, 0}};
    utimensat(AT_FDCWD, (Journal() + "/ops/" + id + "/record").c_str(), old, 0);
  }
  ASSERT_EQ(
      Backgraft({"import", "files", site_.files(), site_.files_dir()}).status,
      0);
  EXPECT_EQ(kept(), 2u);
  EXPECT_FALSE(fs::exists(Journal() + "/ops/2"));
  const std::map<std::string, std::string> now = {
      {"GIT_CONFIG_COUNT", "1"},
      {"GIT_CONFIG_KEY_0", "backgraft.undoExpiry"},
      {"GIT_CONFIG_VALUE_0", "now"}};
  sleep(1);
  // A database out of reach is told of, and nothing else.
  auto unreachable = now;
  unreachable["BACKGRAFT_DATABASE_URL"] =
      "mysql://root@localhost/shop?socket=" + (outside_ / "none");
  const ProcessResult warned = Backgraft(
      {"import", "files", site_.files(), site_.files_dir()}, unreachable);
  EXPECT_EQ(warned.status, 0) << warned.err;
  EXPECT_THAT(warned.err, HasSubstr("could not be dropped"));
  EXPECT_TRUE(fs::exists(Journal() + "/ops/3"));
  const ProcessResult dropped =
      Backgraft({"import", "files", site_.files(), site_.files_dir()}, now);
  EXPECT_EQ(dropped.err, "");
  EXPECT_FALSE(fs::exists(Journal() + "/ops/3"));
  EXPECT_EQ(kept(), 0u);
}

TEST_F(JournalOutsideTest, LogAnswersWithoutTheDatabase) {
  const std::string before = site_.Visible();
  // A way to the server that is not always there.
  const std::string way = outside_ / "s";
  fs::create_symlink(site_.server().socket(), way);
  url_ = "mysql://root@localhost/shop?socket=" + way;
  // Right before the old directory comes back, say: in the middle of it.
  ASSERT_EQ(Killed("renameat2", 1, Import()), 137);
  fs::remove(way);
  const ProcessResult log = Backgraft({"log"});
  EXPECT_EQ(log.status, 0) << log.err;
  EXPECT_THAT(log.err, HasSubstr("could not be taken back yet"));
  EXPECT_EQ(Backgraft({"recover"}).status, 6);
  fs::create_symlink(site_.server().socket(), way);
  EXPECT_EQ(Backgraft({"recover"}).status, 0);
  EXPECT_EQ(site_.Visible(), before);
  ExpectNothingBeside();
}

TEST_F(JournalOutsideTest, WhatSomebodyPutInPlaceOfTheFilesStays) {
  ASSERT_EQ(Killed("renameat2", 1, Import()), 137);
  fs::rename(site_.files_dir(), site_.files_dir() + "-away");
  site_.sandbox().Write("site/files/theirs", "theirs\n");
  const ProcessResult recover = Backgraft({"recover"});
  EXPECT_EQ(recover.status, 0);
  EXPECT_THAT(recover.err, HasSubstr("was replaced since the interruption"));
  EXPECT_EQ(ReadFile(site_.files_dir() + "/theirs"), "theirs\n");
  // No operation is left.
  const ProcessResult again = Backgraft({"recover"});
  EXPECT_THAT(again.err, HasSubstr("not in a git repository"));
}

TEST_F(JournalOutsideTest, AnUndoneImportOutlivesTheNextOne) {
  const std::string first = site_.sandbox().WriteTar(
      {{.name = "f", .content = "first\n"}}, "first.tar");
  ASSERT_EQ(Backgraft({"import", "files", first, site_.files_dir()}).status, 0);
  ASSERT_EQ(Backgraft({"undo"}).status, 0);
  const std::string before = site_.Visible();
  ASSERT_EQ(
      Backgraft({"import", "files", site_.files(), site_.files_dir()}).status,
      0);
  ASSERT_EQ(Backgraft({"undo"}).status, 0);
  EXPECT_EQ(site_.Visible(), before);
  const ProcessResult redo = Backgraft({"undo", "2"});
  EXPECT_EQ(redo.status, 0) << redo.err;
  EXPECT_EQ(ReadFile(site_.files_dir() + "/f"), "first\n");
}

}  // namespace
}  // namespace backgraft::commands
