// Conflicts of `backgraft revert`: nothing changes, or git takes over in the
// very state it would have stopped in itself.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "test_repository.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;

class RevertConflictsTest : public ::testing::Test {
 protected:
  RevertConflictsTest() {
    repo_.Commit("one", "f", "1\n");
    repo_.Commit("two", "f", "2\n");
    repo_.Commit("three", "f", "3\n");
    repo_.Commit("aside", "g", "g\n");
    repo_.Commit("four", "f", "4\n");
  }

  TestRepository repo_;
};

TEST_F(RevertConflictsTest, LeavesEverythingAsItWas) {
  auto before = repo_.Snapshot();
  ProcessResult result = repo_.Revert({"--json", "HEAD~3"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("\"conflicts\":[\"f\"]"));
  EXPECT_THAT(result.out, HasSubstr("\"status\":\"conflict\""));
  EXPECT_EQ(repo_.Snapshot(), before);
  result = repo_.Revert({"HEAD~3"});
  EXPECT_EQ(result.status, 1);
  EXPECT_THAT(result.out, HasSubstr("content"));
  EXPECT_THAT(result.err, HasSubstr("--conflicts leave"));
  EXPECT_EQ(repo_.Snapshot(), before);
}

TEST_F(RevertConflictsTest, InTheMiddleOfARangeLeavesEverythingAsItWas) {
  repo_.Commit("five", "h", "5\n");
  auto before = repo_.Snapshot();
  EXPECT_EQ(repo_.Revert({"HEAD~5..HEAD~1"}).status, 0);
  repo_.Git({"reset", "-q", "--hard", "HEAD@{1}"});
  ProcessResult result = repo_.Revert({"HEAD", "HEAD~4"});
  EXPECT_EQ(result.status, 1);
  EXPECT_EQ(repo_.Git({"status", "--porcelain"}), "");
  EXPECT_EQ(repo_.Subjects(1), "five");
}

TEST_F(RevertConflictsTest, OneCommitIsLeftAsGitLeavesIt) {
  std::string theirs = repo_.Copy("theirs");
  EXPECT_NE(testing::Run({"git", "revert", "--no-edit", "HEAD~3"},
                         {.directory = theirs})
                .status,
            0);
  ProcessResult result =
      repo_.Revert({"--conflicts", "leave", repo_.Id("HEAD~3")});
  EXPECT_EQ(result.status, 1) << result.err;
  EXPECT_EQ(RevertState(repo_.path()), RevertState(theirs));
  EXPECT_THAT(repo_.Git({"status"}), HasSubstr("git revert --continue"));

  repo_.Write("f", "resolved\n");
  repo_.Git({"add", "f"});
  ProcessResult next = repo_.TryGit({"revert", "--continue"});
  EXPECT_EQ(next.status, 0) << next.err;
  EXPECT_EQ(repo_.Subjects(2), "Revert \"two\"\nfour");
  repo_.ExpectClean();
}

TEST_F(RevertConflictsTest, OneCommitCanBeGivenUp) {
  std::string tip = repo_.Id("HEAD");
  EXPECT_EQ(repo_.Revert({"--conflicts", "leave", "HEAD~3"}).status, 1);
  repo_.Git({"revert", "--abort"});
  EXPECT_EQ(repo_.Id("HEAD"), tip);
  repo_.ExpectClean();
}

class RevertSequenceTest : public RevertConflictsTest {
 protected:
  // "top", "three" and "aside" are undone, "two" conflicts, since "four" stays.
  RevertSequenceTest() { repo_.Commit("top", "f", "4\n\ntop\n"); }

  std::vector<std::string> Commits() const {
    return {repo_.Id("HEAD"), repo_.Id("HEAD~2"), repo_.Id("HEAD~4"),
            repo_.Id("HEAD~5")};
  }
  void Leave() {
    std::vector<std::string> args = Commits();
    args.insert(args.begin(), {"--conflicts", "leave"});
    ProcessResult result = repo_.Revert(args);
    EXPECT_EQ(result.status, 1) << result.out << result.err;
  }
};

TEST_F(RevertSequenceTest, IsLeftAsGitLeavesIt) {
  std::string theirs = repo_.Copy("theirs");
  // git asks for an editor only where there is a terminal.
  std::vector<std::string> argv = {"git", "revert"};
  for (const std::string& commit : Commits()) argv.push_back(commit);
  EXPECT_NE(testing::Run(argv, {.directory = theirs}).status, 0);
  Leave();
  EXPECT_EQ(RevertState(repo_.path()), RevertState(theirs));
  EXPECT_EQ(repo_.Read(".git/sequencer/abort-safety"), repo_.Id("HEAD") + "\n");
  EXPECT_EQ(repo_.Read(".git/sequencer/head"), repo_.Id(":/^top") + "\n");
  EXPECT_EQ(repo_.Subjects(3), "Revert \"aside\"\nRevert \"top\"\ntop");
}

TEST_F(RevertSequenceTest, GoesOnWithGit) {
  Leave();
  repo_.Write("f", "1\n");
  repo_.Git({"add", "f"});
  ProcessResult next = repo_.TryGit({"revert", "--continue"});
  EXPECT_EQ(next.status, 0) << next.err;
  EXPECT_EQ(repo_.Subjects(2), "Revert \"one\"\nRevert \"two\"");
  EXPECT_FALSE(std::filesystem::exists(repo_.path() + "/.git/sequencer"));
  repo_.ExpectClean();
}

TEST_F(RevertSequenceTest, SkipsWithGit) {
  Leave();
  ProcessResult next = repo_.TryGit({"revert", "--skip"});
  EXPECT_NE(next.status, 0);  // the next one conflicts, too
  EXPECT_THAT(next.err, HasSubstr("could not revert"));
  next = repo_.TryGit({"revert", "--skip"});
  EXPECT_EQ(next.status, 0) << next.err;
  EXPECT_EQ(repo_.Subjects(1), "Revert \"aside\"");
  repo_.ExpectClean();
}

TEST_F(RevertSequenceTest, GivesUpWithGit) {
  std::string tip = repo_.Id("HEAD");
  Leave();
  repo_.Git({"revert", "--abort"});
  EXPECT_EQ(repo_.Id("HEAD"), tip);
  repo_.ExpectClean();
}

TEST_F(RevertSequenceTest, MergesInTheRestAreTakenBackByGit) {
  repo_.Git({"checkout", "-q", "-b", "topic", "HEAD~5"});
  repo_.Commit("topic", "t", "t\n");
  repo_.Git({"checkout", "-q", "main"});
  std::string merge = repo_.Merge("topic");
  repo_.Commit("x1", "x", "1\n");
  std::string x = repo_.Commit("x2", "x", "2\n");
  repo_.Commit("x3", "x", "3\n");
  EXPECT_EQ(repo_.Revert({"--conflicts", "leave", x, merge}).status, 1);
  EXPECT_EQ(repo_.Read(".git/sequencer/opts"), "[options]\n\tmainline = 1\n");
  repo_.Write("x", "resolved\n");
  repo_.Git({"add", "x"});
  ProcessResult next = repo_.TryGit({"revert", "--continue"});
  EXPECT_EQ(next.status, 0) << next.err;
  EXPECT_EQ(repo_.Subjects(2),
            "Revert \"Merge branch 'topic'\"\nRevert \"x2\"");
  repo_.ExpectClean();
}

TEST_F(RevertConflictsTest, NothingIsLeftWithoutAWorkingTree) {
  repo_.Git({"branch", "other"});
  auto before = repo_.Snapshot();
  ProcessResult result =
      repo_.Revert({"--branch", "other", "--conflicts", "leave", "HEAD~3"});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("git checkout other"));
  EXPECT_EQ(repo_.Snapshot(), before);
  EXPECT_EQ(repo_.Revert({"--squash", "--conflicts", "leave", "HEAD~3"}).status,
            129);
}

TEST_F(RevertConflictsTest, ObstaclesAreRefusedBeforeAnythingIsLeft) {
  repo_.Write("f", "uncommitted\n");
  auto before = repo_.Snapshot();
  ProcessResult result = repo_.Revert({"--conflicts", "leave", "HEAD~3"});
  EXPECT_EQ(result.status, 2) << result.out;
  EXPECT_THAT(result.err, HasSubstr("'f'"));
  EXPECT_EQ(repo_.Snapshot(), before);
}

TEST_F(RevertConflictsTest, DeployIsLeftForGitToFinish) {
  repo_.Git({"tag", "pantheon_live_1", "HEAD~4"});
  repo_.Git({"tag", "pantheon_live_2", "HEAD~2"});
  auto before = repo_.Snapshot();
  EXPECT_EQ(repo_.Revert({"--deploy"}).status, 1);
  EXPECT_EQ(repo_.Snapshot(), before);
  EXPECT_EQ(repo_.Revert({"--conflicts", "leave", "--deploy"}).status, 1);
  EXPECT_EQ(repo_.Read("f"),
            "<<<<<<< HEAD\n4\n=======\n1\n>>>>>>> pantheon_live_1\n");
  repo_.Write("f", "4\n");
  repo_.Git({"add", "f"});
  repo_.Write("g", "G\n");
  repo_.Git({"add", "g"});
  ProcessResult next = repo_.TryGit({"revert", "--continue"});
  EXPECT_EQ(next.status, 0) << next.err;
  EXPECT_EQ(repo_.Subjects(1), "Revert deploy pantheon_live_2");
}

TEST_F(RevertConflictsTest, KeptPathsDoNotConflict) {
  ProcessResult result = repo_.Revert({"--keep", "f", "HEAD~3"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(result.out, HasSubstr("nothing to do"));
}

}  // namespace
}  // namespace backgraft::commands
