// Same inputs, same ids; git's own opinion of the tree; a dry run that writes
// nothing; a signal that leaves nothing.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "commands/sandbox.h"
#include "testing/snapshot.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
namespace fs = std::filesystem;

std::vector<TarMember> SomeFiles() {
  return {{.name = "a/b", .content = "1\r\n", .mode = 0755},
          {.name = "a.b", .content = "2"},
          {.name = "a-b", .content = ""},
          {.name = "\xc3\xa4", .content = "3"},
          {.name = ".gitattributes", .content = "* text=auto\n"},
          Symlink("l", "a/b")};
}

TEST(DeterminismTest, NeitherMachineNorOrderOfEntriesChangesTheIds) {
  auto commit = [](std::vector<TarMember> members,
                   const std::vector<std::string>& wrapper,
                   const std::map<std::string, std::string>& env) {
    Sandbox box;
    box.WriteTar(members);
    std::vector<std::string> argv = wrapper;
    argv.insert(argv.end(), {testing::ProgramPath(), "flatten", "-m", "same",
                             "../backup.tar"});
    ProcessResult result =
        testing::Run(argv, {.directory = box.repo(), .env = env});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_EQ(box.Git({"status", "--porcelain"}), "");
    return box.Git({"rev-parse", "HEAD"});
  };
  std::string expected = commit(SomeFiles(), {}, {});
  EXPECT_EQ(
      commit(SomeFiles(), {"sh", "-c", "umask 077; exec \"$@\"", "-"}, {}),
      expected);
  EXPECT_EQ(commit(SomeFiles(), {},
                   {{"TZ", "Asia/Kathmandu"}, {"LC_ALL", "tr_TR.UTF-8"}}),
            expected);
  // Another order is another file with another hash, so compare trees.
  auto tree = [](const std::vector<TarMember>& members) {
    Sandbox box;
    std::string tar = box.WriteTar(members);
    EXPECT_EQ(box.Backgraft({"flatten", tar}).status, 0);
    return box.Git({"rev-parse", "HEAD^{tree}"});
  };
  std::vector<TarMember> reversed = SomeFiles();
  std::reverse(reversed.begin(), reversed.end());
  EXPECT_EQ(tree(reversed), tree(SomeFiles()));
}

TEST(DeterminismTest, TheSecondRunHasNothingToDo) {
  Sandbox box;
  std::string tar = box.WriteTar(SomeFiles());
  ASSERT_EQ(box.Backgraft({"flatten", tar}).status, 0);
  auto before = testing::Snapshot(box.repo());
  ProcessResult again = box.Backgraft({"flatten", tar});
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.out,
              HasSubstr("nothing to do: main already has this tree"));
  nlohmann::json json = JsonOf(box.Backgraft({"flatten", tar, "--json"}));
  EXPECT_EQ(json["status"], "nothing-to-do");
  EXPECT_EQ(json["exit"], 0);
  EXPECT_EQ(json["counts"]["commits"], 0);
  EXPECT_EQ(json["before"], json["after"]);
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box.repo())),
              IsEmpty());
}

// Random names and contents, every kind of entry that git records.
std::vector<TarMember> RandomTree(uint32_t seed) {
  std::mt19937 random(seed);
  auto pick = [&](uint32_t below) {
    return static_cast<uint32_t>(random() % below);
  };
  std::vector<TarMember> members;
  std::vector<std::string> directories = {""};
  for (int i = 0; i < 5; ++i) {
    directories.push_back(
        directories[pick(static_cast<uint32_t>(directories.size()))] + "d" +
        std::to_string(i) + "." + "/");
  }
  for (int i = 0; i < 60; ++i) {
    std::string name = directories[pick(6)] + "f" + std::to_string(i) + "-" +
                       std::string(pick(3), static_cast<char>(1 + pick(255)));
    std::replace(name.end() - 2, name.end(), '/', '_');
    std::replace(name.end() - 2, name.end(), '.', '_');
    if (pick(10) == 0) {
      members.push_back(Symlink(name, "../x" + std::to_string(pick(9))));
      continue;
    }
    std::string content;
    for (uint32_t size = pick(3000); content.size() < size;) {
      content += static_cast<char>(pick(256));
    }
    members.push_back({.name = name,
                       .content = content,
                       .mode = pick(2) == 0 ? 0644u : 0755u});
  }
  return members;
}

TEST(OracleTest, TheTreeIsWhatGitAddMakesOfTheSameFiles) {
  for (uint32_t seed = 1; seed <= 8; ++seed) {
    Sandbox box;
    std::string tar = box.WriteTar(RandomTree(seed));
    ProcessResult result = box.Backgraft({"flatten", tar});
    ASSERT_EQ(result.status, 0) << result.err;
    box.ExpectClean();
    fs::create_directory(box.path() + "/by-hand");
    std::string hand = box.path() + "/by-hand";
    Git(hand, {"init", "-q", "--template="});
    ASSERT_EQ(testing::Run({"tar", "xf", tar}, {.directory = hand}).status, 0);
    Git(hand, {"add", "-A", "-f"});
    EXPECT_EQ(box.Git({"rev-parse", "HEAD^{tree}"}), Git(hand, {"write-tree"}))
        << "seed " << seed;
  }
}

TEST(OracleTest, StatusIsCleanWhateverTheLineEndingSettings) {
  for (const char* autocrlf : {"true", "input", "false"}) {
    for (const char* attributes : {"* text=auto\n", "*.txt eol=crlf\n", ""}) {
      Sandbox box;
      box.Git({"config", "core.autocrlf", autocrlf});
      std::string tar =
          box.WriteTar({{.name = "crlf.txt", .content = "1\r\n2\r\n"},
                        {.name = ".gitattributes", .content = attributes},
                        {.name = "lf.txt", .content = "1\n2\n"},
                        {.name = "mixed.txt", .content = "1\r\n2\n"}});
      ASSERT_EQ(box.Backgraft({"flatten", tar}).status, 0);
      EXPECT_EQ(box.Git({"status", "--porcelain"}), "")
          << autocrlf << " " << attributes;
    }
  }
}

TEST(DryRunTest, WritesNothingAndPrintsWhatTheRealRunDoes) {
  Sandbox box;
  std::string tar = box.WriteTar(SomeFiles());
  box.Git({"status"});
  auto before = testing::Snapshot(box.repo(), true);
  nlohmann::json dry = JsonOf(box.Backgraft({"flatten", "-n", "--json", tar}));
  ProcessResult said = box.Backgraft({"flatten", "--dry-run", tar});
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box.repo(), true)),
              IsEmpty());
  EXPECT_THAT(said.out,
              HasSubstr("would commit [main " +
                        dry["after"].get<std::string>().substr(0, 10)));
  EXPECT_EQ(dry["dry_run"], true);
  EXPECT_FALSE(dry.contains("verified"));

  nlohmann::json real = JsonOf(box.Backgraft({"flatten", "--json", tar}));
  EXPECT_EQ(real["verified"], true);
  EXPECT_EQ(box.Git({"rev-parse", "HEAD"}), dry["after"]);
  for (nlohmann::json* json : {&dry, &real}) {
    json->erase("dry_run");
    json->erase("verified");
    json->erase("op");
  }
  EXPECT_EQ(dry, real);
}

TEST(DryRunTest, WorksWhereNothingMayBeWritten) {
  Sandbox box;
  std::string tar = box.WriteTar(SomeFiles());
  auto everyone = [&](const char* mode) {
    testing::Run({"chmod", "-R", mode, box.path()});
  };
  everyone("a-w,a+rX");
  std::vector<std::string> argv = {testing::ProgramPath(), "flatten", "-n",
                                   tar};
  if (geteuid() == 0) {
    // Root may write anyway. The owner check of git is not what is tested.
    argv.insert(argv.begin(), {"setpriv", "--reuid", "65534", "--regid",
                               "65534", "--clear-groups"});
    testing::Run({"chown", "-R", "65534:65534", box.path()});
  }
  ProcessResult result = testing::Run(argv, {.directory = box.repo()});
  EXPECT_EQ(result.status, 0) << result.err;
  ProcessResult real = [&] {
    argv.erase(std::find(argv.begin(), argv.end(), "-n"));
    return testing::Run(argv, {.directory = box.repo()});
  }();
  EXPECT_EQ(real.status, 7) << real.err;
  if (geteuid() == 0) testing::Run({"chown", "-R", "0:0", box.path()});
  everyone("u+w");
}

// Starts flatten on a pipe that never ends, signals it once it is reading, and
// returns how it died.
int StatusAfter(int signal_number, const Sandbox& box) {
  int fds[2];
  EXPECT_EQ(pipe(fds), 0);
  pid_t pid = fork();
  if (pid == 0) {
    dup2(fds[0], 0);
    close(fds[1]);
    setenv("GIT_AUTHOR_NAME", "A", 1);
    setenv("GIT_AUTHOR_EMAIL", "a@example.com", 1);
    setenv("GIT_COMMITTER_NAME", "A", 1);
    setenv("GIT_COMMITTER_EMAIL", "a@example.com", 1);
    std::string program = testing::ProgramPath();
    if (chdir(box.repo().c_str()) != 0 ||
        freopen("/dev/null", "w", stderr) == nullptr) {
      _exit(126);
    }
    execl(program.c_str(), "backgraft", "flatten", "-", nullptr);
    _exit(127);
  }
  close(fds[0]);
  std::string some = TarOf({{.name = "a", .content = std::string(50000, 'x')}});
  some.resize(some.size() - 1024);
  EXPECT_GT(write(fds[1], some.data(), some.size()), 0);
  usleep(300'000);
  kill(pid, signal_number);
  int status = 0;
  waitpid(pid, &status, 0);
  close(fds[1]);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST(InterruptedTest, LeavesNothing) {
  for (auto [signal_number, exit] :
       {std::pair(SIGINT, 130), {SIGTERM, 143}, {SIGHUP, 129}}) {
    Sandbox box;
    auto before = testing::Snapshot(box.repo());
    EXPECT_EQ(StatusAfter(signal_number, box), exit);
    EXPECT_THAT(testing::Changes(before, testing::Snapshot(box.repo())),
                IsEmpty());
  }
}

#ifndef BACKGRAFT_SANITIZED
TEST(MemoryTest, StaysUnder256MiBWhateverTheSizeOfTheSource) {
  Sandbox box;
  // Noise does not compress and every file is new, which is the worst case.
  std::mt19937_64 random(7);
  std::string noise(size_t{4} << 20, '\0');
  for (size_t i = 0; i + 8 <= noise.size(); i += 8) {
    uint64_t word = random();
    std::copy_n(reinterpret_cast<const char*>(&word), 8, noise.data() + i);
  }
  {
    std::string tar;
    std::string path = box.Write("backup.tar", "");
    FILE* out = fopen(path.c_str(), "wb");
    ASSERT_NE(out, nullptr);
    for (int i = 0; i < 75; ++i) {
      noise[0] = static_cast<char>(i);
      tar = MakeTar({.name = "f" + std::to_string(i), .content = noise});
      fwrite(tar.data(), 1, tar.size(), out);
    }
    tar = TarEnd();
    fwrite(tar.data(), 1, tar.size(), out);
    fclose(out);
  }
  Git(box.path(), {"init", "-q", "--bare", "bare"});
  ProcessResult result =
      testing::Run({"/usr/bin/time", "-f", "%M", testing::ProgramPath(),
                    "flatten", "../backup.tar"},
                   {.directory = box.path() + "/bare"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_LT(std::stoul(result.err), 256u * 1024);
}
#endif

}  // namespace
}  // namespace backgraft::commands
