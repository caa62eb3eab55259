// `log`, `undo`, `redo`, `recover`, `--force`, and the lock.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <map>
#include <random>

#include "base/io.h"
#include "commands/sandbox.h"
#include "testing/snapshot.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

class UndoTest : public ::testing::Test {
 protected:
  // Refs but for our own, HEAD, the index's entries, and the working tree.
  std::string State() const {
    std::string state =
        box_.Git({"symbolic-ref", "HEAD"}) + "\n" +
        box_.Git({"for-each-ref", "refs/heads", "refs/tags", "refs/imported"}) +
        "\n" + box_.Git({"ls-files", "-sv"}) + "\n";
    for (const auto& [path, what] : testing::Snapshot(box_.repo()))
      if (path != ".git" && !path.starts_with(".git/"))
        state += path + " " + what + "\n";
    return state;
  }

  ProcessResult Run(const std::vector<std::string>& args,
                    int status = 0) const {
    ProcessResult result = box_.Backgraft(args);
    EXPECT_EQ(result.status, status) << result.out << result.err;
    return result;
  }

  std::string Backup(const std::string& text,
                     const std::string& name = "backup.tar") const {
    return box_.WriteTar({{.name = "same.txt", .content = text},
                          {.name = "new/below", .content = text}},
                         name);
  }

  void SetMode(const std::string& path, mode_t mode) const {
    ASSERT_EQ(chmod((box_.repo() + "/" + path).c_str(), mode), 0);
  }

  Sandbox box_;
};

TEST_F(UndoTest, BringsBytesAndPermissionsBackAndForth) {
  SetMode("old.txt", 0600);
  SetMode("same.txt", 0640);
  const std::string before = State();
  Run({"flatten", Backup("two\n")});
  const std::string after = State();
  EXPECT_NE(before, after);
  ProcessResult result = Run({"undo"});
  EXPECT_THAT(result.out, HasSubstr("took back 1: flatten backup.tar\n"));
  EXPECT_EQ(State(), before);
  Run({"redo"});
  EXPECT_EQ(State(), after);
  Run({"undo"});
  EXPECT_EQ(State(), before);
}

TEST_F(UndoTest, DrawsWhatMovesAndCountsWhatChanges) {
  const auto tip = [&] {
    return box_.Git({"rev-parse", "HEAD"}).substr(0, 10);
  };
  const std::string old = tip();
  Run({"flatten", Backup("two\n")});
  const std::string graph =
      "  * " + tip() + " main before\n  * " + old + " main\n";
  const std::string changes =
      "\nchanges: 1 added, 1 modified, 1 deleted\n  D new/below\n  A old.txt\n"
      "  M same.txt\nmain: at " +
      old + "\n" + graph;
  EXPECT_THAT(Run({"undo", "-n"}).out, HasSubstr(changes));
  const std::string newer = tip();
  EXPECT_THAT(Run({"undo"}).out, HasSubstr(changes));
  EXPECT_THAT(Run({"redo"}).out,
              HasSubstr("main: at " + newer + "\n  * " + newer + " main\n  * " +
                        old + " main before\n"));
  // An undo named as such is taken back the same way.
  Run({"undo"});
  EXPECT_THAT(Run({"undo", "4"}).out,
              HasSubstr("  * " + newer + " main\n  * " + old));
}

TEST_F(UndoTest, GoesOneFurtherBackEachTime) {
  const std::string first = State();
  Run({"flatten", Backup("two\n")});
  const std::string second = State();
  Run({"revert", "HEAD"});
  Run({"undo"});
  EXPECT_EQ(State(), second);
  Run({"undo"});
  EXPECT_EQ(State(), first);
  ProcessResult result = Run({"undo"}, 2);
  EXPECT_THAT(result.err, HasSubstr("there is no operation to undo"));
  EXPECT_EQ(State(), first);
  Run({"redo"});
  EXPECT_EQ(State(), second);
}

TEST_F(UndoTest, ForceOverwritesAndUndoBringsItBack) {
  box_.WriteRepo("same.txt", "edited\n");
  box_.WriteRepo("new", "a file where a directory goes\n");
  SetMode("new", 0604);
  box_.WriteRepo("old.txt", "staged\n");
  box_.Git({"add", "old.txt"});
  box_.WriteRepo("old.txt", "edited after that\n");
  const std::string before = State();
  const std::string tar = Backup("two\n");
  ProcessResult result = Run({"flatten", tar}, 2);
  EXPECT_THAT(result.err, HasSubstr("'new'"));
  EXPECT_THAT(result.err, HasSubstr("add --force"));
  EXPECT_EQ(State(), before);
  Run({"flatten", "--force", tar});
  box_.ExpectClean();
  // Whatever git throws away meanwhile.
  box_.Git({"gc", "--prune=now", "-q"});
  Run({"undo"});
  EXPECT_EQ(State(), before);
}

TEST_F(UndoTest, ARepositoryInTheWayIsNeverOverwritten) {
  testing::Git(box_.path(), {"init", "-q", "repo/same"});
  const std::string tar =
      box_.WriteTar({{.name = "same", .content = "a file\n"}});
  const std::string before = State();
  ProcessResult result = Run({"flatten", "--force", tar}, 2);
  EXPECT_THAT(result.err, HasSubstr("repositories in the way: 'same/'"));
  EXPECT_EQ(State(), before);
}

TEST_F(UndoTest, RefusesWhatWasChangedSinceUnlessForced) {
  const std::string first = State();
  Run({"flatten", Backup("two\n")});
  box_.WriteRepo("same.txt", "edited since\n");
  const std::string edited = State();
  ProcessResult result = Run({"undo"}, 2);
  EXPECT_THAT(result.err,
              HasSubstr("uncommitted changes in the way: 'same.txt'"));
  EXPECT_EQ(State(), edited);
  Run({"undo", "--force"});
  EXPECT_EQ(State(), first);
  Run({"redo"});
  EXPECT_EQ(State(), edited);
}

TEST_F(UndoTest, KeepsWhatItDoesNotTouch) {
  Run({"flatten", Backup("two\n")});
  box_.WriteRepo("untracked", "mine\n");
  box_.WriteRepo("new/mine", "in a directory that was made\n");
  box_.WriteRepo("added", "staged\n");
  box_.Git({"add", "added"});
  Run({"undo"});
  EXPECT_EQ(box_.Git({"diff", "--cached", "--name-only"}), "added");
  EXPECT_EQ(box_.Read("repo/new/mine"), "in a directory that was made\n");
  EXPECT_EQ(box_.Read("repo/untracked"), "mine\n");
}

TEST_F(UndoTest, RefusesWhereTheBranchMovedOn) {
  Run({"flatten", Backup("two\n")});
  box_.Git({"commit", "-q", "--allow-empty", "-m", "more"});
  const std::string before = State();
  ProcessResult result = Run({"undo"}, 2);
  EXPECT_THAT(result.err, HasSubstr("branch 'main' is no longer where "
                                    "operation 1 left it"));
  EXPECT_THAT(result.err, HasSubstr("hint: "));
  EXPECT_EQ(State(), before);
  EXPECT_THAT(Run({"undo", "7"}, 2).err,
              HasSubstr("there is no operation '7'"));
}

TEST_F(UndoTest, WarnsWhereTheUpstreamHasTheCommits) {
  testing::Git(box_.path(), {"init", "-q", "--bare", "hub"});
  box_.Git({"remote", "add", "hub", "../hub"});
  Run({"flatten", Backup("two\n")});
  box_.Git({"push", "-q", "-u", "hub", "main"});
  ProcessResult result = Run({"undo"});
  EXPECT_THAT(result.err, HasSubstr("'hub/main' already"));
  EXPECT_THAT(result.err, HasSubstr("backgraft revert --to"));
}

TEST_F(UndoTest, AnUnbornBranchIsUnbornAgain) {
  testing::Git(box_.path(), {"init", "-q", "-b", "main", "fresh"});
  const std::string fresh = box_.path() + "/fresh";
  const std::string tar = Backup("two\n");
  ASSERT_EQ(testing::Backgraft(fresh, {"flatten", tar}).status, 0);
  testing::Git(fresh, {"pack-refs", "--all"});
  ASSERT_EQ(testing::Backgraft(fresh, {"undo"}).status, 0);
  EXPECT_EQ(testing::Git(fresh, {"for-each-ref", "refs/heads"}), "");
  EXPECT_EQ(testing::Git(fresh, {"status", "--porcelain"}), "");
  EXPECT_FALSE(fs::exists(fresh + "/same.txt"));
  ASSERT_EQ(testing::Backgraft(fresh, {"redo"}).status, 0);
  EXPECT_EQ(ReadFile(fresh + "/same.txt"), "two\n");
}

TEST_F(UndoTest, LogListsOperationsNewestFirst) {
  const std::string before = box_.Git({"rev-parse", "HEAD"});
  Run({"flatten", Backup("two\n")});
  const std::string after = box_.Git({"rev-parse", "HEAD"});
  Run({"undo"});
  const auto operations = JsonOf(Run({"log", "--json"})).at("operations");
  ASSERT_EQ(operations.size(), 2u);
  EXPECT_EQ(operations[0]["command"], "undo");
  EXPECT_EQ(operations[0]["undoes"], operations[1]["op"]);
  EXPECT_EQ(operations[0]["undone"], false);
  EXPECT_EQ(operations[1]["command"], "flatten");
  EXPECT_EQ(operations[1]["undone"], true);
  EXPECT_EQ(operations[1]["branch"], "main");
  EXPECT_EQ(operations[1]["before"], before);
  EXPECT_EQ(operations[1]["after"], after);
  EXPECT_THAT(Run({"log"}).out, HasSubstr("flatten backup.tar  (undone)\n"));
}

TEST_F(UndoTest, DryRunWritesNothing) {
  Run({"flatten", Backup("two\n")});
  box_.Git({"status"});
  const auto before = testing::Snapshot(box_.repo(), true);
  EXPECT_THAT(Run({"undo", "-n"}).out, HasSubstr("would take back 1"));
  EXPECT_THAT(Run({"log"}).out, HasSubstr("1  "));
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box_.repo(), true)),
              IsEmpty());
}

TEST_F(UndoTest, OperationsExpire) {
  Run({"flatten", Backup("two\n")});
  box_.Git({"config", "backgraft.undoExpiry", "now"});
  // Operations are as old as their records.
  const std::string record = box_.repo() + "/.git/backgraft/ops/1/record";
  fs::last_write_time(record,
                      fs::last_write_time(record) - std::chrono::hours(1));
  Run({"flatten", Backup("three\n")});
  EXPECT_FALSE(fs::exists(record));
  EXPECT_EQ(JsonOf(Run({"log", "--json"})).at("operations").at(0)["op"], "2");
  EXPECT_EQ(box_.Git({"for-each-ref", "refs/backgraft/1"}), "");
  box_.Git({"config", "backgraft.undoExpiry", "neither"});
  EXPECT_THAT(Run({"undo"}, 2).err, HasSubstr("backgraft.undoExpiry"));
}

TEST_F(UndoTest, ASecondRunWaitsAndThenNamesTheFirst) {
  const std::string directory = box_.repo() + "/.git/backgraft";
  fs::create_directory(directory);
  const std::string path = directory + "/lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  ASSERT_EQ(flock(fd, LOCK_EX), 0);
  ASSERT_EQ(write(fd, "pid 4242\n", 9), 9);
  const std::string before = State();
  ProcessResult result = Run({"--wait", "0.1", "flatten", Backup("two\n")}, 2);
  EXPECT_THAT(result.err,
              HasSubstr("another backgraft is running here (pid 4242)"));
  EXPECT_EQ(State(), before);
  Run({"log"});
  // Its lock is nobody's once it has died.
  close(fd);
  Run({"--wait", "0", "flatten", Backup("two\n")});
  EXPECT_FALSE(fs::exists(path));
}

TEST_F(UndoTest, RecoverHasNothingToDo) {
  EXPECT_EQ(JsonOf(Run({"recover", "--json"}))["status"], "nothing-to-do");
}

int Sequences() {
  const char* text = getenv("BACKGRAFT_UNDO_SEQUENCES");
  return text == nullptr ? 10 : atoi(text);
}

// Operations, edits and undos in any order: an undo brings back the state that
// was recorded before what it takes back.
class UndoSequenceTest : public UndoTest,
                         public ::testing::WithParamInterface<int> {
 protected:
  unsigned Below(unsigned n) { return static_cast<unsigned>(random_()) % n; }
  std::string Text() { return std::to_string(random_()) + "\n"; }

  void Edit() {
    const std::string names[] = {"same.txt", "old.txt", "new", "dir/a",
                                 "dir/b"};
    // Once something was done: what every operation touches. The rest it
    // would leave as it is, and so does its undo.
    const std::string& name = names[before_.empty() ? Below(5) : 0];
    std::error_code none;
    if (Below(3) == 0) fs::remove_all(box_.repo() + "/" + name, none);
    if (fs::is_directory(box_.repo() + "/" + name) ||
        fs::is_regular_file(box_.repo() + "/dir"))
      return;
    box_.WriteRepo(name, Text());
    SetMode(name, Below(2) ? 0600 : 0755);
    if (Below(2)) box_.Git({"add", "-A", "--", name});
  }

  void Flatten() {
    std::vector<TarMember> members = {{.name = "same.txt", .content = Text()}};
    if (Below(2)) members.push_back({.name = "new/x", .content = Text()});
    members.push_back({.name = Below(2) ? "dir" : "dir/a", .content = Text()});
    const std::string state = State();
    auto json =
        JsonOf(Run({"flatten", "--force", "--json", box_.WriteTar(members)}));
    if (json.contains("op")) before_[json["op"]] = state;
  }

  void TakeBack(const std::string& command) {
    const std::string state = State();
    ProcessResult result = box_.Backgraft({command, "--force", "--json"});
    auto json = JsonOf(result);
    if (result.status == 2) {
      EXPECT_EQ(State(), state);
      return;
    }
    ASSERT_EQ(result.status, 0) << result.err;
    before_[json["op"]] = state;
    const auto operations = JsonOf(Run({"log", "--json"})).at("operations");
    EXPECT_EQ(State(), before_[operations[0]["undoes"]]);
  }

 private:
  std::mt19937 random_{static_cast<unsigned>(GetParam())};
  std::map<std::string, std::string> before_;  // state, by operation
};

TEST_P(UndoSequenceTest, EveryUndoRestoresWhatWas) {
  for (int step = 0; step < 12; ++step) {
    SCOPED_TRACE(step);
    const unsigned what = Below(6);
    if (what < 2)
      Edit();
    else if (what < 4)
      Flatten();
    else
      TakeBack(what == 4 ? "undo" : "redo");
  }
  box_.Git({"fsck", "--strict", "--full"});
}
INSTANTIATE_TEST_SUITE_P(Seeds, UndoSequenceTest,
                         ::testing::Range(0, Sequences()));

}  // namespace
}  // namespace backgraft::commands
