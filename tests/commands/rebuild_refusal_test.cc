// Whatever goes wrong in a rebuild, everything is as it was.
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "commands/rebuild_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class RebuildRefusalTest : public RebuildTest {
 protected:
  // Expects that rebuild exits with `status` and changes nothing.
  ProcessResult Refused(const std::vector<std::string>& args, int status,
                        const ProcessOptions& options = {}) {
    const auto before = testing::Snapshot(box_.path());
    ProcessResult result = Rebuild(args, status, options);
    EXPECT_THAT(testing::Changes(before, testing::Snapshot(box_.path())),
                IsEmpty());
    EXPECT_THAT(result.err, HasSubstr("error: "));
    return result;
  }
};

TEST_F(RebuildRefusalTest, ADamagedSourceLeavesNoDirectory) {
  WriteRelease("a.tar", "a");
  box_.Write("bad.tar", box_.Read("a.tar").substr(0, 1536));
  Refused({"site", "a.tar", "bad.tar"}, 3);
  Refused({"deep/er/site", "a.tar", "bad.tar"}, 3);
  Refused({"site", "a.tar", "missing.tar"}, 3);
}

TEST_F(RebuildRefusalTest, ADamagedSourceLeavesTheRepositoryAlone) {
  WriteRelease("a.tar", "a");
  WriteRelease("b.tar", "b", 1800000000);
  box_.Write("bad.tar", box_.Read("a.tar").substr(0, 1536));
  Rebuild({"site", "a.tar"});
  Refused({"site", "b.tar", "bad.tar"}, 3);
  ExpectSound();
}

TEST_F(RebuildRefusalTest, AnEmptyDirectoryStaysEmpty) {
  WriteRelease("a.tar", "a");
  box_.Write("bad.tar", "bad");
  std::filesystem::create_directory(site());
  Refused({"site", "a.tar", "bad.tar"}, 3);
  Rebuild({"site", "a.tar"});
  ExpectSound();
}

TEST_F(RebuildRefusalTest, ADirectoryWithFilesIsNoRepository) {
  WriteRelease("a.tar", "a");
  box_.Write("site/file", "mine");
  ProcessResult result = Refused({"site", "a.tar"}, 2);
  EXPECT_THAT(result.err,
              HasSubstr("'site' is neither empty nor a git repository"));
  Refused({"a.tar", "a.tar"}, 2);
}

TEST_F(RebuildRefusalTest, ADirectoryWithinARepositoryIsNotThatRepository) {
  WriteRelease("a.tar", "a");
  box_.WriteRepo("sub/file", "mine");
  Refused({"repo/sub", "a.tar"}, 2);
}

TEST_F(RebuildRefusalTest, NobodyKnownIsExit2) {
  WriteRelease("a.tar", "a");
  ProcessResult result =
      testing::Run({"env", "-u", "GIT_COMMITTER_NAME", "-u", "GIT_AUTHOR_NAME",
                    testing::ProgramPath(), "rebuild", "site", "a.tar"},
                   {.directory = box_.path()});
  EXPECT_EQ(result.status, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("hint: tell me who you are"));
  EXPECT_THAT(Names(), Not(Contains("site")));
}

TEST_F(RebuildRefusalTest, UncommittedChangesInTheWayAreExit2) {
  WriteRelease("a.tar", "a", 1700000100);
  WriteRelease("b.tar", "b", 1700000200);
  Rebuild({"site", "a.tar"});
  box_.Write("site/text", "changed by hand");
  ProcessResult result = Refused({"site", "a.tar", "b.tar"}, 2);
  EXPECT_THAT(result.err, HasSubstr("uncommitted changes in the way: 'text'"));
}

TEST_F(RebuildRefusalTest, BareDoesNotTakeAWorkingTreeAway) {
  WriteRelease("a.tar", "a");
  Rebuild({"site", "a.tar"});
  Refused({"site", "--bare", "a.tar"}, 2);
}

TEST_F(RebuildRefusalTest, ABadBranchNameIsUsage) {
  WriteRelease("a.tar", "a");
  Refused({"site", "--branch", "a..b", "a.tar"}, 129);
}

// Starts rebuild on a pipe that never ends, signals it once it is reading, and
// returns how it died.
int StatusAfter(int signal_number, const std::string& directory) {
  int fds[2];
  EXPECT_EQ(pipe(fds), 0);
  const pid_t pid = fork();
  if (pid == 0) {
    dup2(fds[0], 0);
    close(fds[1]);
    for (const char* name : {"GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME",
                             "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"}) {
      setenv(name, "a@example.com", 1);
    }
    const std::string program = testing::ProgramPath();
    if (chdir(directory.c_str()) != 0 ||
        freopen("/dev/null", "w", stderr) == nullptr) {
      _exit(126);
    }
    execl(program.c_str(), "backgraft", "rebuild", "new/site", "a.tar", "-",
          nullptr);
    _exit(127);
  }
  close(fds[0]);
  std::string some = TarOf({{.name = "a", .content = std::string(50000, 'x')}});
  some.resize(some.size() - 1024);
  EXPECT_GT(write(fds[1], some.data(), some.size()), 0);
  for (int i = 0; i < 200; ++i) {
    if (std::filesystem::exists(directory + "/new")) break;
    usleep(50'000);
  }
  usleep(200'000);
  kill(pid, signal_number);
  int status = 0;
  waitpid(pid, &status, 0);
  close(fds[1]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST_F(RebuildRefusalTest, ASignalLeavesNothing) {
  WriteRelease("a.tar", "a");
  const auto before = testing::Snapshot(box_.path());
  for (auto [signal_number, exit] : {std::pair(SIGINT, 130), {SIGTERM, 143}}) {
    EXPECT_EQ(StatusAfter(signal_number, box_.path()), exit);
    EXPECT_THAT(testing::Changes(before, testing::Snapshot(box_.path())),
                IsEmpty());
  }
}

TEST_F(RebuildRefusalTest, WhatAKilledRunLeftIsClearedAway) {
  WriteRelease("a.tar", "a");
  std::filesystem::create_directory(box_.path() + "/new");
  EXPECT_EQ(StatusAfter(SIGKILL, box_.path()), 128 + SIGKILL);
  EXPECT_FALSE(std::filesystem::exists(box_.path() + "/new/site"));
  Rebuild({"new/site", "a.tar"});
  size_t names = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(box_.path() + "/new")) {
    EXPECT_EQ(entry.path().filename(), "site");
    ++names;
  }
  EXPECT_EQ(names, 1u);
}

}  // namespace
}  // namespace backgraft::commands
