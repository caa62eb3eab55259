// `backgraft graft --refs all`: branches and tags of the source beside those of
// the repository.
#include "graft_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;

class GraftRefsTest : public GraftTest {
 protected:
  GraftRefsTest() {
    site_.Git({"branch", "feature/x", "HEAD~1"});
    site_.Git({"tag", "light", "HEAD~1"});
    site_.Git({"tag", "-a", "-m", "deploy", "v1", "HEAD"});
    site_.Git({"tag", "-a", "-m", "tag of a tag", "outer", "v1"});
    site_.Git({"tag", "blob", "HEAD:both"});
  }
  std::string Refs(const std::string& prefix) const {
    return repo_.Git({"for-each-ref",
                      "--format=%(refname) %(objecttype) %(objectname)",
                      prefix});
  }
  // The site's branches and tags under `prefix`.
  std::string SiteRefs(const std::string& prefix) const {
    return site_.Git({"for-each-ref",
                      "--format=" + prefix +
                          "%(refname:lstrip=1) %(objecttype) %(objectname)",
                      "refs/heads", "refs/tags"});
  }
};

TEST_F(GraftRefsTest, KeepsEveryBranchAndTagAsItIs) {
  // Reachable from a branch alone.
  site_.Git({"checkout", "-q", "feature/x"});
  std::string aside = site_.Commit("aside", "aside", "a\n");
  site_.Git({"checkout", "-q", "master"});
  std::string before = repo_.Id("HEAD");
  std::string own = Refs("refs/heads") + Refs("refs/tags");
  ProcessResult result = Graft({BackUp(), "--refs", "all", "--tree", "ours"});
  ExpectJoined(before, site_.Id("HEAD"));
  ExpectHistoryOf(aside);
  EXPECT_EQ(Refs("refs/imported"), SiteRefs("refs/imported/backup/"));
  EXPECT_EQ(Refs("refs/tags"), "");
  EXPECT_THAT(result.out, HasSubstr("refs: 6 under refs/imported/backup, 6 of "
                                    "them new or moved\n"));
  EXPECT_EQ(GraftJson({BackUp(), "--refs", "all", "--tree", "ours"})["status"],
            "nothing-to-do");
}

TEST_F(GraftRefsTest, WithoutItNoRefIsMade) {
  Graft({BackUp()});
  EXPECT_EQ(repo_.Git({"for-each-ref", "--format=%(refname)", "refs/heads",
                       "refs/tags", "refs/imported"}),
            "refs/heads/main");
}

TEST_F(GraftRefsTest, AreNamedAfterSiteOrFile) {
  std::string backup =
      BackUp(site_, "shop_live_2026-01-15T10-00-00_UTC_code.tar");
  Graft({backup, "--refs", "all"});
  EXPECT_EQ(Refs("refs/imported"), SiteRefs("refs/imported/shop/"));
  TestRepository other;
  other.Backgraft(
      {"graft", "--refs", "all", BackUp(site_, ".my odd~name..lock.tar.gz")});
  EXPECT_EQ(other.Git({"for-each-ref", "--format=%(refname)", "refs/heads"}),
            "refs/heads/main");
  EXPECT_THAT(other.Git({"for-each-ref", "--format=%(refname)"}),
              HasSubstr("refs/imported/my-odd-name/heads/master"));
}

TEST_F(GraftRefsTest, FollowTheSourceInALaterGraft) {
  Graft({BackUp(), "--refs", "all"});
  site_.Commit("later", "later", "l\n");
  site_.Git({"tag", "-f", "light", "HEAD"});
  site_.Git({"tag", "v2", "HEAD"});
  site_.Git({"branch", "-q", "-D", "feature/x"});
  repo_.Git({"update-ref", "refs/imported/else/heads/x", "HEAD"});
  std::string x = repo_.Id("refs/imported/backup/heads/feature/x");
  Graft({BackUp(), "--refs", "all"});
  EXPECT_EQ(repo_.Id("refs/imported/backup/tags/light"), site_.Id("light"));
  EXPECT_EQ(repo_.Id("refs/imported/backup/tags/v2"), site_.Id("v2"));
  EXPECT_EQ(repo_.Id("refs/imported/backup/heads/master"), site_.Id("master"));
  // What the source does not have any more stays, and so does what is not its.
  EXPECT_EQ(repo_.Id("refs/imported/backup/heads/feature/x"), x);
  EXPECT_EQ(repo_.Id("refs/imported/else/heads/x"), repo_.Id("HEAD~1"));
  repo_.ExpectClean();
}

TEST_F(GraftRefsTest, ComeWhereTheHistoryIsThereAlready) {
  std::string backup = BackUp();
  Graft({backup});
  std::string head = repo_.Id("HEAD");
  nlohmann::json json = GraftJson({backup, "--refs", "all"});
  EXPECT_EQ(json["status"], "ok");
  EXPECT_EQ(json["counts"]["commits"], 0);
  EXPECT_EQ(repo_.Id("HEAD"), head);
  EXPECT_EQ(Refs("refs/imported"), SiteRefs("refs/imported/backup/"));
  repo_.ExpectClean();
}

TEST_F(GraftRefsTest, LeavesOutWhatCannotBeARef) {
  std::string id = site_.Id("HEAD");
  site_.Write(".git/refs/heads/bad..name", id + "\n");
  site_.Write(".git/refs/heads/to-blob", site_.Id("HEAD:both") + "\n");
  site_.Git({"update-ref", "refs/remotes/origin/master", id});
  nlohmann::json json = GraftJson({BackUp(), "--refs", "all"});
  std::map<std::string, std::string> left_out;
  for (const auto& left : json["left_out"]) {
    left_out[left["path"]] = left["reason"];
  }
  EXPECT_THAT(left_out["refs/heads/bad..name"], HasSubstr("'..'"));
  EXPECT_EQ(left_out["refs/heads/to-blob"],
            "is at something that is no commit");
  EXPECT_EQ(left_out["refs/remotes/origin/master"],
            "neither a branch nor a tag");
  EXPECT_EQ(left_out.size(), 3u);
  repo_.ExpectClean();
}

TEST_F(GraftRefsTest, LeavesOutWhatARefOfTheRepositoryIsInTheWayOf) {
  repo_.Git({"update-ref", "refs/imported/backup/heads/feature", "HEAD"});
  repo_.Git({"update-ref", "refs/imported/backup/tags/light/x", "HEAD"});
  std::string head = repo_.Id("HEAD");
  nlohmann::json json = GraftJson({BackUp(), "--refs", "all"});
  ASSERT_EQ(json["left_out"].size(), 2u);
  EXPECT_EQ(json["left_out"][0]["path"], "refs/heads/feature/x");
  EXPECT_EQ(json["left_out"][0]["reason"],
            "'refs/imported/backup/heads/feature' is in its way");
  EXPECT_EQ(json["left_out"][1]["path"], "refs/tags/light");
  EXPECT_EQ(repo_.Id("refs/imported/backup/heads/feature"), head);
}

TEST_F(GraftRefsTest, AFailureLeavesEveryRefWhereItWas) {
  // Damage that only a tag leads to.
  site_.Git({"checkout", "-q", "--orphan", "lost"});
  site_.Commit("lost", "lost", "lost\n");
  std::string blob = site_.Id("HEAD:lost");
  site_.Git({"tag", "lost"});
  site_.Git({"checkout", "-q", "master"});
  std::filesystem::remove(site_.path() + "/.git/objects/" + blob.substr(0, 2) +
                          "/" + blob.substr(2));
  std::string backup = BackUp();
  auto before = repo_.Snapshot();
  ProcessResult result = Graft({backup, "--refs", "all"}, 3);
  EXPECT_THAT(result.err, HasSubstr(blob));
  EXPECT_EQ(repo_.Snapshot(), before);
  // A lock of another program, found when refs are moved.
  std::filesystem::create_directories(repo_.path() +
                                      "/.git/refs/imported/backup/heads");
  repo_.Write(".git/refs/imported/backup/heads/master.lock", "");
  std::string refs = repo_.Git({"for-each-ref"});
  std::string files = repo_.Read("both");
  EXPECT_EQ(Graft({BackUp(), "--refs", "all", "--ref", "v1"}, 3).status, 3);
  site_.Git({"tag", "-d", "lost"});
  site_.Git({"branch", "-q", "-D", "lost"});
  EXPECT_EQ(Graft({BackUp(), "--refs", "all"}, 2).status, 2);
  EXPECT_EQ(repo_.Git({"for-each-ref"}), refs);
  EXPECT_EQ(repo_.Read("both"), files);
  EXPECT_EQ(repo_.Git({"status", "--porcelain"}), "");
}

TEST_F(GraftRefsTest, ADryRunMakesNoRef) {
  std::string backup = BackUp();
  auto before = repo_.Snapshot();
  ProcessResult result = Graft({backup, "-n", "--refs", "all"});
  EXPECT_THAT(result.out,
              HasSubstr("refs: 6 would be under refs/imported/backup"));
  EXPECT_EQ(repo_.Snapshot(), before);
}

TEST_F(GraftRefsTest, ComeWithConflictsThatAreLeft) {
  Graft({BackUp(), "--refs", "all", "--tree", "merge", "--conflicts", "leave"},
        1);
  EXPECT_EQ(Refs("refs/imported"), SiteRefs("refs/imported/backup/"));
  EXPECT_EQ(repo_.Read(".git/MERGE_HEAD"), site_.Id("HEAD") + "\n");
}

}  // namespace
}  // namespace backgraft::commands
