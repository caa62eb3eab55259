// `import files` killed, or failed, at every system call that changes anything.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "base/io.h"
#include "commands/sandbox.h"
#include "testing/syscall_fault.h"

namespace backgraft::commands {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCalls =
    "write,pwrite64,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,"
    "fsync,fdatasync,syncfs,fchmod,fchown,symlinkat,utimensat,openat2,flock";

class ImportFilesCrashTest : public ::testing::Test {
 protected:
  ImportFilesCrashTest() {
    source_ = sandbox_.WriteTar({{.name = "f/a.txt", .content = "new\n"},
                                 {.name = "f/d/b.txt", .content = "b\n"},
                                 Symlink("f/l", "a.txt"),
                                 Hardlink("f/h.txt", "f/a.txt")},
                                "uploads.tar");
  }

  void Reset() const {
    fs::remove_all(sandbox_.path() + "/site");
    sandbox_.Write("site/files/a.txt", "old\n");
  }

  // Outside every repository.
  std::vector<std::string> Import() const {
    return {testing::ProgramPath(),
            "-C",
            sandbox_.path(),
            "import",
            "files",
            source_,
            sandbox_.path() + "/site/files"};
  }
  std::map<std::string, int> CountCalls() const {
    Reset();
    return testing::CountCalls(kCalls, Import());
  }

  bool IsOld() const {
    return ReadFile(sandbox_.path() + "/site/files/a.txt") == "old\n";
  }

  // The directory is old or new, never a mix; nothing stray once another
  // import has run.
  void ExpectSound(const std::string& where) const {
    // It ran outside of every repository.
    testing::Backgraft(sandbox_.path(), {"recover"});
    const bool old = IsOld();
    const std::string files = sandbox_.path() + "/site/files";
    EXPECT_EQ(fs::exists(files + "/d/b.txt"), !old) << where;
    EXPECT_EQ(fs::exists(files + "/h.txt"), !old) << where;
    const ProcessResult next =
        sandbox_.Backgraft({"import", "files", source_, files});
    EXPECT_EQ(next.status, 0) << where << next.err;
    EXPECT_FALSE(IsOld()) << where;
    size_t beside = 0;
    for (const auto& entry :
         fs::directory_iterator(sandbox_.path() + "/site")) {
      if (entry.path().filename() == "files") continue;
      ++beside;
      // What stays is the old directory.
      EXPECT_EQ(ReadFile(entry.path().native() + "/tree/a.txt"), "old\n")
          << where;
    }
    EXPECT_EQ(beside, 1u) << where;
  }

  Sandbox sandbox_;
  std::string source_;
};

TEST_F(ImportFilesCrashTest, KilledAnywhereItIsOldOrNew) {
  const auto calls = CountCalls();
  ASSERT_GE(calls.size(), 8u);
  int points = 0;
  for (const auto& [name, count] : calls) {
    for (int k = 1; k <= count; ++k) {
      ++points;
      Reset();
      testing::RunWithFault({name, k}, Import());
      ExpectSound("killed at " + name + std::to_string(k));
      if (HasFailure()) return;
    }
  }
  EXPECT_GE(points, 40);
}

TEST_F(ImportFilesCrashTest, AFailureAnywhereLeavesTheOld) {
  for (const auto& [name, count] : CountCalls()) {
    // These are taken back by other calls of the same name, or only advice.
    if (name == "unlinkat" || name == "flock" || name == "unlink") continue;
    for (int k = 1; k <= count; ++k) {
      Reset();
      const std::string at = "no space at " + name + std::to_string(k);
      const ProcessResult result =
          testing::RunWithFault({name, k, "error=ENOSPC"}, Import());
      if (result.status == 0 || !IsOld()) {
        // What fails after the switch no longer takes it back.
        EXPECT_FALSE(IsOld()) << at;
      } else {
        EXPECT_TRUE(result.status == 7 || result.status == 3)
            << at << result.err;
        EXPECT_EQ(
            std::distance(fs::directory_iterator(sandbox_.path() + "/site"),
                          fs::directory_iterator()),
            1)
            << at << result.err;
      }
      ExpectSound(at);
      if (HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace backgraft::commands
