// `backgraft revert --to` and `--deploy`, `backgraft deploys`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "test_repository.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RevertToTest : public ::testing::Test {
 protected:
  void ExpectOk(const ProcessResult& result) {
    EXPECT_EQ(result.status, 0) << result.out << result.err;
  }
  void ExpectRefused(const std::vector<std::string>& args, int status,
                     const std::string& message) {
    auto before = repo_.Snapshot();
    ProcessResult result = repo_.Revert(args);
    EXPECT_EQ(result.status, status) << result.out;
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_EQ(repo_.Snapshot(), before);
  }

  // Three commits, a merge and another one; `good_` is the second.
  void MakeHistory() {
    repo_.Commit("first", "a", "1\n");
    good_ = repo_.Commit("second", "a", "2\n");
    repo_.Git({"tag", "good"});
    repo_.Git({"checkout", "-q", "-b", "topic"});
    repo_.Commit("topic", "t", "t\n");
    repo_.Git({"checkout", "-q", "main"});
    repo_.Commit("third", "a", "3\n");
    repo_.Merge("topic");
    repo_.Commit("fifth", "b/c", "5\n");
  }

  TestRepository repo_;
  std::string good_;
};

TEST_F(RevertToTest, BringsATagsTreeBackInOneCommit) {
  MakeHistory();
  std::string before = repo_.Id("HEAD");
  ProcessResult result = repo_.Revert({"--to", "good"});
  ExpectOk(result);
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(good_));
  EXPECT_EQ(repo_.Id("HEAD^"), before);
  EXPECT_EQ(repo_.Trailer("Backgraft-Restored"), good_);
  EXPECT_EQ(repo_.Subjects(1), "Revert to good");
  EXPECT_THAT(repo_.Message(), HasSubstr("This undoes 3 commits"));
  EXPECT_THAT(repo_.Message(), HasSubstr(" third\n"));
  EXPECT_THAT(repo_.Message(), HasSubstr("revert this commit"));
  EXPECT_THAT(result.err,
              HasSubstr("backgraft revert " + repo_.Id("HEAD").substr(0, 10)));
  EXPECT_THAT(result.out, HasSubstr("verified: tree " + repo_.Tree("HEAD")));
  repo_.ExpectClean();
}

TEST_F(RevertToTest, SecondTimeThereIsNothingToDo) {
  MakeHistory();
  ExpectOk(repo_.Revert({"--to", "good"}));
  auto before = repo_.Snapshot();
  ProcessResult again = repo_.Revert({"--to", "good"});
  ExpectOk(again);
  EXPECT_THAT(again.out, HasSubstr("nothing to do"));
  EXPECT_EQ(repo_.Snapshot(), before);
}

TEST_F(RevertToTest, EachMakesOneCommitForEveryOneUndone) {
  MakeHistory();
  std::string merge = repo_.Id("HEAD^");
  ExpectOk(repo_.Revert({"--to", "good", "--each"}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(good_));
  EXPECT_EQ(repo_.Subjects(3),
            "Revert \"third\"\nRevert \"Merge branch 'topic'\"\n"
            "Revert \"fifth\"");
  EXPECT_EQ(repo_.Message("HEAD^"),
            "Revert \"Merge branch 'topic'\"\n\nThis reverts commit " + merge +
                ", reversing\nchanges made to " + repo_.Id(merge + "^") + ".");
  repo_.ExpectClean();
}

TEST_F(RevertToTest, EachNeedsAStateOfTheBranchItself) {
  MakeHistory();
  ExpectRefused({"--to", "topic", "--each"}, 2, "first-parent line");
  ExpectOk(repo_.Revert({"--to", "topic"}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree("topic"));
}

TEST_F(RevertToTest, TakesADate) {
  // Commits are an hour apart, from 2023-11-14 23:13:20 UTC on.
  std::string first = repo_.Commit("first", "a", "1\n");
  std::string second = repo_.Commit("second", "a", "2\n");
  repo_.Commit("third", "a", "3\n");
  ExpectOk(repo_.Revert({"--to", "2023-11-15 00:13:20"}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(second));
  repo_.Git({"reset", "-q", "--hard", "HEAD^"});
  ExpectOk(repo_.Revert({"--to", "2023-11-14"}));
  EXPECT_EQ(repo_.Trailer("Backgraft-Restored"), first);
  repo_.Git({"reset", "-q", "--hard", "HEAD^"});
  ExpectRefused({"--to", "2023-11-13"}, 2, "is before the first commit");
  ExpectRefused({"--to", "nonsense"}, 2, "no revision, tag, date or source");
}

TEST_F(RevertToTest, DateIsLookedForOnTheBranchsOwnLine) {
  repo_.Commit("first", "a", "1\n");
  repo_.Git({"checkout", "-q", "-b", "topic"});
  repo_.Commit("topic", "t", "t\n");  // 00:13:20
  repo_.Git({"checkout", "-q", "main"});
  repo_.Commit("third", "a", "3\n");
  repo_.Merge("topic");
  ExpectOk(repo_.Revert({"--to", "2023-11-15 00:30"}));
  EXPECT_EQ(repo_.Git({"ls-tree", "--name-only", "HEAD"}), "a");
  EXPECT_EQ(repo_.Read("a"), "1\n");
}

TEST_F(RevertToTest, TakesASource) {
  repo_.Commit("first", "a", "1\n");
  std::string tree = repo_.Tree("HEAD");
  repo_.Git({"archive", "-o", "../site_live_2023-11-14T00-00-00_UTC_code.tar",
             "--prefix=site/", "HEAD"});
  repo_.Commit("second", "a", "2\n");
  std::string name = "site_live_2023-11-14T00-00-00_UTC_code.tar";
  ProcessResult result = repo_.Revert({"--to", "../" + name});
  ExpectOk(result);
  EXPECT_EQ(repo_.Tree("HEAD"), tree);
  EXPECT_EQ(repo_.Trailer("Backgraft-Source"), name);
  EXPECT_EQ(repo_.Trailer("Backgraft-Source-SHA256").size(), 64u);
  repo_.ExpectClean();
  ExpectRefused({"--to", "./missing.tar.gz"}, 3, "missing.tar.gz");
}

TEST_F(RevertToTest, KeepAndExclude) {
  repo_.Write("a", "1\n");
  repo_.Write("conf/local", "old\n");
  repo_.Write("junk", "junk\n");
  std::string first = repo_.Commit("first");
  repo_.Write("a", "2\n");
  repo_.Write("conf/local", "new\n");
  repo_.Commit("second");
  ExpectOk(
      repo_.Revert({"--to", first, "--keep", "conf", "--exclude", "junk"}));
  EXPECT_EQ(repo_.Git({"ls-tree", "-r", "--name-only", "HEAD"}),
            "a\nconf/local");
  EXPECT_EQ(repo_.Read("conf/local"), "new\n");
  EXPECT_EQ(repo_.Trailer("Backgraft-Exclude"), "junk");
  repo_.ExpectClean();
}

TEST_F(RevertToTest, KeptFileCannotBeADirectoryAsWell) {
  repo_.Commit("first", "a/b", "1\n");
  repo_.Git({"rm", "-q", "-r", "a"});
  repo_.Commit("second", "a", "file\n");
  ExpectRefused({"--to", "HEAD^", "--keep", "a"}, 2,
                "a file and a directory at once");
}

TEST_F(RevertToTest, GoesForwardToo) {
  repo_.Commit("first", "a", "1\n");
  repo_.Commit("second", "a", "2\n");
  repo_.Git({"branch", "ahead"});
  repo_.Git({"reset", "-q", "--hard", "HEAD^"});
  ExpectOk(repo_.Revert({"--to", "ahead"}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree("ahead"));
}

TEST_F(RevertToTest, LongListsAreCut) {
  std::string first = repo_.Commit("first", "a", "0\n");
  for (int i = 0; i < 40; ++i) {
    repo_.Commit("step " + std::to_string(i), "a", std::to_string(i + 1));
  }
  ExpectOk(repo_.Revert({"--to", first}));
  EXPECT_THAT(repo_.Message(), HasSubstr("This undoes 40 commits"));
  EXPECT_THAT(repo_.Message(), HasSubstr(" step 10\n  and 10 more"));
  EXPECT_THAT(repo_.Message(), Not(HasSubstr(" step 9\n")));
}

TEST_F(RevertToTest, DryRunWritesNothing) {
  MakeHistory();
  auto before = repo_.Snapshot();
  ProcessResult plan = repo_.Revert({"--dry-run", "--to", "good"});
  ExpectOk(plan);
  EXPECT_EQ(repo_.Snapshot(), before);
  ExpectOk(repo_.Revert({"--to", "good"}));
  EXPECT_THAT(plan.out, HasSubstr(repo_.Id("HEAD").substr(0, 10)));
}

class DeployTest : public RevertToTest {
 protected:
  // Deploys 8, 9 and 10 of live, each with two commits, 3 of test with the last
  // one's code, and a commit that is not deployed.
  void MakeDeploys() {
    for (int i = 8; i <= 10; ++i) {
      std::string n = std::to_string(i);
      repo_.Commit("feature " + n, "f" + n, n + "\n");
      repo_.Commit("fix " + n, "x" + n, n + "\n");
      repo_.Git({"tag", "pantheon_live_" + n});
    }
    repo_.Git({"tag", "-a", "-m", "test", "pantheon_test_3"});
    repo_.Git({"tag", "pantheon_live_next"});
    repo_.Commit("later", "later", "later\n");
  }
};

TEST_F(DeployTest, ListsByNumber) {
  MakeDeploys();
  ProcessResult result = repo_.Backgraft({"deploys"});
  ExpectOk(result);
  size_t eight = result.out.find("pantheon_live_8 ");
  size_t nine = result.out.find("pantheon_live_9 ");
  size_t ten = result.out.find("* pantheon_live_10");
  EXPECT_LT(eight, nine);
  EXPECT_LT(nine, ten);
  EXPECT_NE(ten, std::string::npos) << result.out;
  EXPECT_THAT(result.out, Not(HasSubstr("next")));
  EXPECT_THAT(result.out, HasSubstr("2 commits  (main is at it)"));
  EXPECT_THAT(result.out, HasSubstr("6 commits"));  // the first of test
}

TEST_F(DeployTest, ListsAsJson) {
  MakeDeploys();
  ProcessResult result = repo_.Backgraft({"deploys", "--json"});
  ExpectOk(result);
  EXPECT_THAT(result.out,
              HasSubstr("{\"tag\":\"pantheon_live_9\",\"commit\":\"" +
                        repo_.Id("pantheon_live_9") +
                        "\",\"date\":\"2023-11-15T02:13:20Z\","
                        "\"commits\":2,\"current\":false}"));
}

TEST_F(DeployTest, KnowsTheDeployByItsTree) {
  MakeDeploys();
  ExpectOk(repo_.Revert({"--to", "pantheon_live_8"}));
  EXPECT_THAT(repo_.Backgraft({"deploys"}).out, HasSubstr("* pantheon_live_8"));
}

TEST_F(DeployTest, UndoesTheNewestAndKeepsWhatCameAfter) {
  MakeDeploys();
  ExpectOk(repo_.Revert({"--deploy"}));
  EXPECT_EQ(repo_.Git({"ls-tree", "--name-only", "HEAD"}),
            "f8\nf9\nlater\nx8\nx9");
  EXPECT_EQ(repo_.Subjects(2), "Revert deploy pantheon_live_10\nlater");
  EXPECT_THAT(repo_.Message(), HasSubstr("This undoes 2 commits"));
  EXPECT_EQ(repo_.Trailer("Backgraft-Deploy"), "pantheon_live_10");
  repo_.ExpectClean();
  EXPECT_THAT(repo_.Revert({"--deploy"}).out, HasSubstr("nothing to do"));
}

TEST_F(DeployTest, UndoesAnOlderOne) {
  MakeDeploys();
  ExpectOk(repo_.Revert({"--deploy", "pantheon_live_9"}));
  EXPECT_EQ(repo_.Git({"ls-tree", "--name-only", "HEAD"}),
            "f10\nf8\nlater\nx10\nx8");
}

TEST_F(DeployTest, Refusals) {
  MakeDeploys();
  ExpectRefused({"--deploy", "pantheon_live_8"}, 2, "is the first deploy");
  ExpectRefused({"--deploy", "pantheon_test_3"}, 2, "is the first deploy");
  ExpectRefused({"--deploy", "pantheon_live_77"}, 2, "is not a deploy tag");
  ExpectRefused({"--deploy-tags", "v*", "--deploy"}, 2, "no deploy tags");
  repo_.Git({"reset", "-q", "--hard", "pantheon_live_9"});
  ExpectRefused({"--deploy"}, 2, "backgraft revert --deploy pantheon_live_9");
}

TEST_F(DeployTest, TakesOtherTags) {
  MakeDeploys();
  repo_.Git({"tag", "release-1.9", "pantheon_live_8"});
  repo_.Git({"tag", "release-1.10", "pantheon_live_9"});
  repo_.Git({"config", "backgraft.deployTags", "release-*"});
  EXPECT_THAT(repo_.Backgraft({"deploys"}).out,
              Not(HasSubstr("pantheon_live_8")));
  ExpectOk(repo_.Revert({"--deploy"}));
  EXPECT_EQ(repo_.Trailer("Backgraft-Deploy"), "release-1.10");
  EXPECT_EQ(repo_.Git({"ls-tree", "--name-only", "HEAD"}),
            "f10\nf8\nlater\nx10\nx8");
}

}  // namespace
}  // namespace backgraft::commands
