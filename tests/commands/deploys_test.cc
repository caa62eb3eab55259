// `backgraft revert --deploy`, `backgraft deploys`.
#include "revert_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class DeployTest : public RevertFixture {
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
