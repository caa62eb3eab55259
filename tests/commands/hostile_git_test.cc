// What is hostile in a source's `.git` is refused or does nothing; nothing is
// run, nothing outside is opened, nobody is called.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

#include "commands/hostile_git_cases.h"
#include "commands/sandbox.h"
#include "testing/snapshot.h"
#include "testing/syscall_trace.h"

namespace backgraft::commands {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

class HostileGitTest : public ::testing::TestWithParam<HostileCase> {
 protected:
  HostileGitTest() : site_(place_.path()) {
    for (const char* name : {"tmp", "home", "rebuilt"}) {
      fs::create_directory(place_ / name);
    }
    testing::Git(place_.path(), {"init", "-q", "-b", "main", "other"});
    place_.Write("other/own.txt", "own\n");
    testing::Git(place_ / "other", {"add", "."});
    testing::Git(place_ / "other", {"commit", "-q", "-m", "Own"});
    // No more than the first commit.
    testing::Git(place_.path(), {"init", "-q", "-b", "main", "clone"});
    testing::Git(place_ / "clone", {"fetch", "-q", "../site", "tag", "v1"});
    testing::Git(place_ / "clone", {"reset", "-q", "--hard", "v1"});
  }

  // Runs the program in a repository, watched.
  ProcessResult Run(const std::string& repository,
                    const std::vector<std::string>& args, int status) {
    std::vector<std::string> argv = {testing::ProgramPath()};
    argv.insert(argv.end(), args.begin(), args.end());
    testing::SyscallTrace trace = testing::Trace(
        argv, place_ / "strace",
        {.directory = repository,
         .env = {{"TMPDIR", place_ / "tmp"}, {"HOME", place_ / "home"}}});
    EXPECT_EQ(trace.result.status, status)
        << args[0] << ": " << trace.result.out << trace.result.err;
    EXPECT_THAT(trace.executed, SizeIs(1));
    EXPECT_THAT(trace.network, IsEmpty());
    for (const std::string& path : trace.opened) {
      EXPECT_TRUE(MayBeOpened(path, repository, args)) << path;
    }
    EXPECT_TRUE(fs::is_empty(place_ / "tmp"));
    // What is no text but tells the terminal what to do.
    EXPECT_TRUE(std::none_of(
        trace.result.err.begin(), trace.result.err.end(), [](char c) {
          return c == 0x7f ||
                 (static_cast<unsigned char>(c) < ' ' && c != '\n');
        }));
    if (status != 0 && status != 1) {
      EXPECT_THAT(trace.result.err, StartsWith("error: "));
    }
    return trace.result;
  }

  // The source, the repository, the temporary directory, what a user's git
  // reads, and what every program needs.
  bool MayBeOpened(const std::string& path, const std::string& repository,
                   const std::vector<std::string>& args) const {
    std::vector<std::string> places = {"/lib/",
                                       "/usr/lib/",
                                       "/proc/self/",
                                       "/sys/devices/system/cpu/",
                                       "/usr/share/zoneinfo/",
                                       "/etc/ssl/",
                                       place_ / "tmp/",
                                       place_ / "home/",
                                       place_ / "rebuilt/",
                                       repository + "/"};
    for (const std::string& arg : args) {
      if (arg.starts_with('/')) places.push_back(arg + "/");
    }
    static const std::set<std::string> kFiles = {
        "/etc/ld.so.cache",   "/etc/localtime", "/etc/gitconfig",
        "/etc/gitattributes", "/dev/null",      "/dev/urandom"};
    return kFiles.contains(path) ||
           std::any_of(places.begin(), places.end(), [&](const auto& place) {
             return (path + "/").starts_with(place);
           });
  }

  std::string Copy(const std::string& name) {
    std::string to = place_ / ("copy" + std::to_string(++copies_));
    fs::copy(place_ / name, to,
             fs::copy_options::recursive | fs::copy_options::copy_symlinks);
    return to;
  }

  void ExpectRefused(const std::string& source) {
    Run(place_ / "other", {"restore", source, "--as", "graft"}, 3);
    json got = JsonOf(Run(place_ / "clone", {"restore", source, "--json"}, 3));
    EXPECT_EQ(got["status"], "bad-source");
    EXPECT_FALSE(got.contains("after"));
    Run(place_ / "clone", {"graft", source, "--tree", "merge"}, 3);
    Run(place_ / "other", {"rebuild", place_ / "rebuilt/new", source}, 3);
  }
  void ExpectFlattenRefused(const std::string& source) {
    json got = JsonOf(Run(place_ / "other", {"flatten", source, "--json"}, 3));
    EXPECT_EQ(got["status"], "bad-source");
    Run(place_ / "other", {"verify", source}, 3);
  }

  std::string Tree(const std::string& repository) {
    return testing::Git(repository, {"rev-parse", "HEAD^{tree}"});
  }
  void ExpectSound(const std::string& repository) {
    EXPECT_EQ(testing::Git(repository,
                           {"fsck", "--strict", "--full", "--no-dangling"}),
              "");
    EXPECT_EQ(testing::Git(repository, {"status", "--porcelain"}), "");
    EXPECT_EQ(testing::Git(repository, {"for-each-ref", "refs/replace"}), "");
  }

  void ExpectRestored(const std::string& source) {
    std::string other = Copy("other");
    Run(other, {"restore", source, "--as", "graft"}, 0);
    EXPECT_EQ(Tree(other), site_.tree());
    EXPECT_EQ(testing::Git(other, {"rev-parse", "HEAD^2"}), site_.tip());
    ExpectSound(other);
    std::string clone = Copy("clone");
    json got = JsonOf(Run(clone, {"restore", source, "--json"}, 0));
    EXPECT_EQ(got["relation"], "ahead");
    EXPECT_EQ(got["verified"], true);
    EXPECT_EQ(testing::Git(clone, {"rev-parse", "HEAD"}), site_.tip());
    ExpectSound(clone);
    clone = Copy("clone");
    Run(clone, {"graft", source, "--tree", "merge"}, 0);
    EXPECT_EQ(testing::Git(clone, {"rev-parse", "HEAD^2"}), site_.tip());
    EXPECT_EQ(Tree(clone), site_.tree());
    ExpectSound(clone);
  }
  void ExpectFlattened(const std::string& source) {
    std::string other = Copy("other");
    json got = JsonOf(Run(other, {"flatten", source, "--json"}, 0));
    EXPECT_EQ(got["verified"], true);
    EXPECT_EQ(Tree(other), site_.tree());
    ExpectSound(other);
    Run(other, {"verify", source}, 0);
  }

  void ExpectNoHistory(const std::string& source) {
    const std::string other = place_ / "other";
    Run(other, {"restore", source, "--as", "graft"}, 2);
    std::string clone = Copy("clone");
    json got = JsonOf(Run(clone, {"restore", source, "--json"}, 0));
    EXPECT_EQ(got["relation"], "no-history");
    EXPECT_EQ(Tree(clone), site_.tree());
  }

  void ExpectOutcome(const std::string& source) {
    const HostileCase& hostile = GetParam();
    const bool inspectable = hostile.outcome == Outcome::kNeutral ||
                             hostile.outcome == Outcome::kNoHistory;
    ProcessResult result =
        Run(place_ / "other", {"inspect", source}, inspectable ? 0 : 3);
    EXPECT_THAT(result.err, HasSubstr(hostile.message));
    EXPECT_EQ(result.err.find("\nhint: ") != std::string::npos,
              !hostile.hint.empty())
        << result.err;
    EXPECT_THAT(result.err, HasSubstr(hostile.hint));
    if (hostile.outcome == Outcome::kNeutral) ExpectRestored(source);
    if (hostile.outcome == Outcome::kNoHistory) ExpectNoHistory(source);
    if (!inspectable) ExpectRefused(source);
    if (hostile.outcome == Outcome::kRefused) {
      ExpectFlattenRefused(source);
    } else {
      ExpectFlattened(source);
    }
  }

  testing::TempDir place_;
  HostileSite site_;
  int copies_ = 0;
};

TEST_P(HostileGitTest, IsRefusedOrDoesNothing) {
  GetParam().make(site_);
  const std::string tar = place_.Write("source.tar", site_.Tar());
  auto before = testing::Snapshot(place_.path());
  ExpectOutcome(tar);
  if (!site_.archive_only()) {
    Run(place_ / "other", {"inspect", site_.path()},
        GetParam().outcome == Outcome::kNeutral ||
                GetParam().outcome == Outcome::kNoHistory
            ? 0
            : 3);
  }
  std::vector<std::string> changes =
      testing::Changes(before, testing::Snapshot(place_.path()));
  std::erase_if(changes, [](const std::string& path) {
    return path == "strace" || path.starts_with("copy");
  });
  EXPECT_THAT(changes, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(All, HostileGitTest,
                         ::testing::ValuesIn(AllHostileCases()),
                         [](const auto& hostile) {
                           return hostile.param.name;
                         });

TEST(HostileGitPermissionTest, OnlyTheRepositorysOwnConfigurationPermits) {
  testing::TempDir place;
  HostileSite site(place.path());
  const std::string bad = site.Forge(
      git::ObjectType::kTree,
      testing::RawEntry("0100644", "a",
                        *git::Oid::FromHex(site.Id("HEAD:index.php"))));
  site.SetTipAfter(site.ForgeCommit(bad));
  const std::string key = "fetch.fsck.zeroPaddedFilemode";
  site.Git({"config", key, "ignore"});
  const std::string source = place.Write("source.tar", site.Tar());
  testing::Git(place.path(), {"init", "-q", "-b", "main", "other"});
  place.Write("other/own.txt", "own\n");
  const std::string other = place / "other";
  testing::Git(other, {"add", "."});
  testing::Git(other, {"commit", "-q", "-m", "Own"});

  ProcessResult result = testing::Backgraft(other, {"graft", source});
  EXPECT_EQ(result.status, 3);
  EXPECT_THAT(result.err, HasSubstr("hint: git config " + key + " warn"));
  testing::Git(other, {"config", key, "warn"});
  result = testing::Backgraft(other, {"graft", source});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(testing::Git(other, {"rev-parse", "HEAD^2"}), site.Id("HEAD"));
}

TEST(HostileGitCases, AreSixtyAtLeast) {
  EXPECT_GE(AllHostileCases().size(), size_t{60});
}

}  // namespace
}  // namespace backgraft::commands
