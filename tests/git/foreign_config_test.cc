// What is asked of a foreign configuration, against git's own answer.
#include "git/foreign_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TempDir;

// The refusal's message, empty where there is none.
std::string Check(const std::string& config) {
  try {
    CheckForeignConfig(config, "backup.tar");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadSource);
    EXPECT_THAT(error.hints(), Not(IsEmpty()));
    return error.what();
  }
  return "";
}

// Whether git opens a repository with this configuration.
bool GitTakes(const std::string& config) {
  TempDir dir;
  Git(dir.path(), {"init", "-q", "--bare", "."});
  dir.Write("config", config);
  return testing::Run({"git", "--git-dir=.", "rev-parse", "--git-dir"},
                      {.directory = dir.path()})
             .status == 0;
}

std::string Core(const std::string& version) {
  return "[core]\n\trepositoryformatversion = " + version + "\n";
}

TEST(ForeignConfigTest, SaysWhatGitSaysOfTheFormat) {
  for (const std::string& config : std::vector<std::string>{
           "",
           "\xef\xbb\xbf" + Core("0"),
           Core("0"),
           Core("1"),
           Core("2"),
           Core("-1"),
           Core("1k"),
           Core("x"),
           Core("99999999999"),
           "[core]\nrepositoryformatversion\n",
           Core("1") + Core("0") + "[extensions]\nfoo=1\n",
           Core("0") + Core("1") + "[extensions]\nfoo=1\n",
           "[extensions]\nfoo = 1\n",
           Core("0") + "[extensions]\nfoo = 1\n",
           Core("1") + "[extensions]\nfoo = 1\n",
           Core("1") + "[extensions \"a\"]\nnoop = 1\n",
           Core("1") + "[Extensions]\nNoOp = 1\nnoop-v1\n",
           Core("0") + "[extensions]\nnoop = 1\n",
           Core("0") + "[extensions]\nnoop-v1 = 1\n",
           "[extensions]\nnoop-v1 = 1\n",
           Core("0") + "[extensions]\npreciousObjects = true\n",
           Core("1") + "[extensions]\npreciousObjects\nworktreeConfig = 1\n",
           Core("1") + "[extensions]\nworktreeConfig = maybe\n",
           "[extensions]\npreciousObjects = maybe\n",
           Core("1") + "[extensions]\nobjectFormat = sha1\n",
           Core("0") + "[extensions]\nobjectFormat = sha1\n",
           Core("1") + "[extensions]\nobjectFormat = md5\n",
           Core("1") + "[extensions]\nobjectFormat = SHA1\n",
           Core("1") + "[extensions]\nobjectFormat\n",
           "[extensions]\nobjectFormat = sha256\n",
           "[core]\nbare = perhaps\n",
           "[core]\nbare = true\nworktree = /nowhere\n",
           "[core]\nworktree\n",
           "[core\n",
           "junk\n",
           "[core]\n=\n",
           "[a \"b]\n",
           "[a]\nb = \"c\n",
           "[a]\nb = \\q\n",
           "[a]\r\nb = c\r\n",
       }) {
    EXPECT_EQ(Check(config).empty(), GitTakes(config)) << config;
  }
}

TEST(ForeignConfigTest, WhatGitReadsAndWeCannotIsRefused) {
  EXPECT_THAT(Check(Core("1") + "[extensions]\nobjectformat = sha256\n"),
              HasSubstr("SHA-256"));
  EXPECT_THAT(Check(Core("1") + "[extensions]\nrefStorage = reftable\n"),
              HasSubstr("'reftable'"));
  EXPECT_THAT(Check(Core("0") + "[extensions]\nrefStorage = reftable\n"),
              HasSubstr("'reftable'"));
  for (const char* version : {"0", "1"}) {
    EXPECT_THAT(Check(Core(version) + "[extensions]\npartialClone = origin\n"),
                HasSubstr("partial clone"));
  }
  EXPECT_THAT(Check("[remote \"a.b\"]\npromisor = true\n"),
              HasSubstr("partial clone"));
  EXPECT_THAT(Check("[remote \"origin\"]\npartialCloneFilter = blob:none\n"),
              HasSubstr("partial clone"));
  EXPECT_EQ(Check("[remote \"origin\"]\npromisor = false\n"), "");
  EXPECT_THAT(Check("[remote \"origin\"]\npromisor = maybe\n"),
              HasSubstr("bad value for 'remote.origin.promisor'"));
}

TEST(ForeignConfigTest, WhatOurReadingDoesNotNeedIsTaken) {
  EXPECT_EQ(Check(Core("1") + "[extensions]\nrefStorage = files\n"), "");
  EXPECT_EQ(Check(Core("1") + "[extensions]\nrelativeWorktrees = true\n"), "");
}

TEST(ForeignConfigTest, NothingIsObeyed) {
  TempDir dir;
  const std::string included =
      dir.Write("included", Core("7") + "[extensions]\nfoo = bar\n");
  const std::string ran = dir / "ran";
  EXPECT_EQ(Check(Core("0") + "[include]\npath = " + included +
                  "\n[core]\nworktree = /\nfsmonitor = \"touch " + ran +
                  "\"\nhooksPath = /tmp\n[filter \"x\"]\nclean = touch " + ran +
                  "\n[alias]\nx = !touch " + ran + "\n"),
            "");
  EXPECT_NE(testing::Run({"test", "-e", ran}).status, 0);
}

}  // namespace
}  // namespace backgraft::git
