// `restore` of all three parts killed before system calls that change anything,
// and before what it says to the server: once the next command has run, all
// parts are switched or none. A sample; BACKGRAFT_CRASH_STEP=1 is all of them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <map>

#include "commands/parts_fixture.h"
#include "testing/syscall_fault.h"

namespace backgraft::commands {
namespace {

constexpr const char* kCalls =
    "sendto,write,pwrite64,rename,renameat,renameat2,link,linkat,unlink,"
    "unlinkat,mkdir,mkdirat,rmdir,fsync,fdatasync,syncfs,ftruncate,fchmod,"
    "symlinkat,utimensat";

class RestorePartsCrashTest : public ::testing::Test {
 protected:
  static std::vector<std::string> Program(
      const std::vector<std::string>& args) {
    std::vector<std::string> argv = {testing::ProgramPath()};
    argv.insert(argv.end(), args.begin(), args.end());
    return argv;
  }
  std::map<std::string, int> CountCalls(const std::vector<std::string>& args) {
    return testing::CountCalls(kCalls, Program(args),
                               {.directory = site_.sandbox().repo()});
  }

  // Kills `args` before sampled calls. `again` leads from after to before.
  void Sweep(const std::vector<std::string>& args, const std::string& again,
             const std::string& before, const std::string& after,
             const std::map<std::string, int>& calls) {
    const char* const given = getenv("BACKGRAFT_CRASH_STEP");
    const int step = given != nullptr ? atoi(given) : 7;
    int at = 0, points = 0, undone = 0;
    for (const auto& [name, count] : calls) {
      for (int k = 1; k <= count; ++k) {
        if (++at % step != 0) continue;
        ++points;
        const std::string where = name + " " + std::to_string(k);
        testing::RunWithFault({name, k}, Program(args),
                              {.directory = site_.sandbox().repo()});
        const ProcessResult next = site_.Backgraft({"recover"});
        EXPECT_EQ(next.status, 0) << where << next.err;
        const std::string now = site_.Visible();
        EXPECT_TRUE(now == before || now == after) << where << "\n" << now;
        EXPECT_EQ(site_.sandbox().Git({"fsck", "--strict"}), "") << where;
        if (HasFailure()) return;
        if (now == before) continue;
        ++undone;
        const ProcessResult back = site_.Backgraft({again});
        EXPECT_EQ(back.status, 0) << where << back.err;
        EXPECT_EQ(site_.Visible(), before) << where;
        if (HasFailure()) return;
      }
    }
    std::printf("%d points, %d of them after\n", points, undone);
    EXPECT_GT(points, 0);
    EXPECT_LT(undone, points);
  }

  PartsSite site_;
};

TEST_F(RestorePartsCrashTest, KilledAnywhereAllPartsAreSwitchedOrNone) {
  const std::string before = site_.Visible();
  const auto calls = CountCalls(site_.RestoreAll());
  const std::string after = site_.Visible();
  ASSERT_EQ(site_.Backgraft({"undo"}).status, 0);
  ASSERT_EQ(site_.Visible(), before);
  Sweep(site_.RestoreAll(), "undo", before, after, calls);
}

TEST_F(RestorePartsCrashTest, AKilledUndoIsDoneOrNotDone) {
  const std::string before = site_.Visible();
  ASSERT_EQ(site_.Backgraft(site_.RestoreAll()).status, 0);
  const std::string after = site_.Visible();
  const auto calls = CountCalls({"undo"});
  ASSERT_EQ(site_.Backgraft({"redo"}).status, 0);
  Sweep({"undo"}, "redo", after, before, calls);
}

// What is kept for it must be there however often it is killed.
TEST_F(RestorePartsCrashTest, AKilledRedoIsDoneOrNotDone) {
  const std::string before = site_.Visible();
  ASSERT_EQ(site_.Backgraft(site_.RestoreAll()).status, 0);
  const std::string after = site_.Visible();
  ASSERT_EQ(site_.Backgraft({"undo"}).status, 0);
  const auto calls = CountCalls({"redo"});
  ASSERT_EQ(site_.Backgraft({"undo"}).status, 0);
  Sweep({"redo"}, "undo", before, after, calls);
}

}  // namespace
}  // namespace backgraft::commands
