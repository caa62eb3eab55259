// `--filters` with the real git-lfs: what is a pointer stays one, what is not
// is refused unless the bytes are asked for as they are.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/sandbox.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kImage[] = "not really an image\n";

class LfsTest : public ::testing::Test {
 protected:
  LfsTest() {
    // git-lfs wants a home it may look into.
    env_["HOME"] = box_.path();
    Git("", {"init", "-q", "-b", "main", "site"});
    Git("site", {"lfs", "install", "--local", "--skip-repo"});
    Git("site", {"lfs", "track", "*.png"});
    box_.Write("site/logo.png", kImage);
    Git("site", {"add", "."});
    Git("site", {"commit", "-q", "-m", "A logo"});
    EXPECT_THAT(Git("site", {"show", "HEAD:logo.png"}),
                StartsWith("version https://git-lfs"));
  }

  std::string Git(const std::string& directory, std::vector<std::string> args) {
    args.insert(args.begin(), {"git", "-C", box_.path() + "/" + directory});
    ProcessResult result = testing::Run(args, {.env = env_});
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  }

  // path/<directory> as a backup.
  std::string Backup(const std::string& directory, bool with_git) {
    const std::string tar = box_.path() + "/" + directory + ".tar";
    std::vector<std::string> args = {"tar", "-cf", tar, "-C", box_.path()};
    if (!with_git) args.emplace_back("--exclude=.git");
    args.push_back(directory);
    EXPECT_EQ(testing::Run(args).status, 0);
    return tar;
  }

  // A clone without contents: its files are pointers.
  std::string Pointers() {
    env_["GIT_LFS_SKIP_SMUDGE"] = "1";
    Git("", {"clone", "-q", "site", "pointers"});
    return "pointers";
  }

  Sandbox box_;
  std::map<std::string, std::string> env_;
};

TEST_F(LfsTest, PointersAreRecordedAsGitLfsHasThem) {
  ProcessResult done = box_.Backgraft({"flatten", Backup(Pointers(), false)});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(box_.Git({"rev-parse", "HEAD^{tree}"}) + "\n",
            Git("site", {"rev-parse", "HEAD^{tree}"}));
  EXPECT_EQ(Git("repo", {"lfs", "ls-files", "--name-only"}), "logo.png\n");
  box_.ExpectClean();
}

TEST_F(LfsTest, ContentsAreRefusedAndNothingChanges) {
  for (const bool with_git : {false, true}) {
    const std::string before = box_.Git({"for-each-ref"});
    ProcessResult refused =
        box_.Backgraft({"flatten", Backup("site", with_git)});
    EXPECT_EQ(refused.status, 2) << refused.out;
    EXPECT_THAT(refused.err, HasSubstr("'logo.png'"));
    EXPECT_THAT(refused.err, HasSubstr("--filters raw"));
    EXPECT_EQ(box_.Git({"for-each-ref"}), before);
    box_.ExpectClean();
  }
}

TEST_F(LfsTest, RawRecordsContents) {
  const std::string backup = Backup("site", true);
  ProcessResult done = box_.Backgraft({"flatten", "--filters", "raw", backup});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(box_.Blob("logo.png"), kImage);
  EXPECT_EQ(box_.Backgraft({"verify", "--filters", "raw", backup}).status, 0);
}

TEST_F(LfsTest, HistoryWithPointersIsGraftedAndReadByGitLfs) {
  ProcessResult done = box_.Backgraft({"graft", Backup(Pointers(), true)});
  EXPECT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(Git("repo", {"lfs", "ls-files", "--all", "--name-only"}),
            "logo.png\n");
  // The contents come from the old site's own store.
  env_.erase("GIT_LFS_SKIP_SMUDGE");
  Git("repo", {"lfs", "install", "--local", "--skip-repo"});
  Git("repo", {"remote", "add", "old", box_.path() + "/site"});
  Git("repo", {"lfs", "pull", "old"});
  EXPECT_EQ(box_.Read("repo/logo.png"), kImage);
}

TEST_F(LfsTest, InspectTellsOfPointers) {
  EXPECT_THAT(box_.Backgraft({"inspect", Backup(Pointers(), true)}).out,
              HasSubstr("LFS pointers  1: "));
}

}  // namespace
}  // namespace backgraft::commands
