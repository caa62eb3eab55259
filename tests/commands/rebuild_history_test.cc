// A repository out of backups that bring their history.
#include "commands/rebuild_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Backups in the order of their dates.
std::string BackupName(int year) {
  return "shop_live_" + std::to_string(year) + "-01-02T03-04-05_UTC_code.tar";
}

class RebuildHistoryTest : public RebuildTest {
 protected:
  std::string Repo(const std::string& revision) {
    return box_.Git({"rev-parse", "--verify", revision});
  }
  // Commits a change of old.txt.
  void CommitText(const std::string& text) {
    box_.WriteRepo("old.txt", text);
    box_.Commit("say " + text);
  }
};

TEST_F(RebuildHistoryTest, HistoryBranchesAndTagsComeUnchanged) {
  CommitText("two\n");
  box_.Git({"tag", "-a", "-m", "one", "v1"});
  box_.Git({"branch", "topic", "HEAD~1"});
  WriteBackup(BackupName(2020));
  Rebuild({"site", "--branch", "trunk", BackupName(2020)});
  EXPECT_EQ(Id("trunk"), Repo("main"));
  EXPECT_EQ(Site({"for-each-ref", "--format=%(objectname) %(refname)",
                  "refs/heads", "refs/tags"}),
            Repo("main") + " refs/heads/main\n" + Repo("topic") +
                " refs/heads/topic\n" + Repo("main") + " refs/heads/trunk\n" +
                Repo("v1") + " refs/tags/v1");
  EXPECT_EQ(ReadFile(site() + "/old.txt"), "two\n");
  ExpectSound();
}

TEST_F(RebuildHistoryTest, ALaterBackupFastForwardsAndMovesItsBranches) {
  box_.Git({"branch", "topic"});
  WriteBackup(BackupName(2020));
  CommitText("two\n");
  box_.Git({"branch", "-f", "topic"});
  WriteBackup(BackupName(2021));
  Rebuild({"site", BackupName(2020)});
  EXPECT_EQ(Id("topic"), Repo("main~1"));
  Rebuild({"site", BackupName(2020), BackupName(2021)});
  EXPECT_EQ(Id("main"), Repo("main"));
  EXPECT_EQ(Id("topic"), Repo("main"));
  EXPECT_EQ(ReadFile(site() + "/old.txt"), "two\n");
  ExpectSound();
  // Both at once give the same.
  Rebuild({"once", BackupName(2021), BackupName(2020)});
  EXPECT_EQ(
      Git(box_.path() + "/once", {"for-each-ref", "refs/heads", "refs/tags"}),
      Site({"for-each-ref", "refs/heads", "refs/tags"}));
}

TEST_F(RebuildHistoryTest, EachMayHavePacksOfItsOwn) {
  for (const int year : {2020, 2021, 2022}) {
    CommitText(std::to_string(year) + "\n");
    box_.Git({"repack", "-adq"});
    WriteBackup(BackupName(year));
  }
  Rebuild({"site", BackupName(2020), BackupName(2021), BackupName(2022)});
  EXPECT_EQ(Id("main"), Repo("main"));
  EXPECT_EQ(ReadFile(site() + "/old.txt"), "2022\n");
  ExpectSound();
}

TEST_F(RebuildHistoryTest, TheSameHistoryAgainIsNothingToDo) {
  CommitText("two\n");
  WriteBackup(BackupName(2020));
  Rebuild({"site", BackupName(2020)});
  nlohmann::json json = JsonOf(Rebuild({"--json", "site", BackupName(2020)}));
  EXPECT_EQ(json["status"], "nothing-to-do");
  EXPECT_THAT(json["skipped"][0]["reason"],
              HasSubstr("is part of the branch already"));
}

TEST_F(RebuildHistoryTest, UncommittedChangesAddOneMoreCommit) {
  box_.WriteRepo("old.txt", "changed on the server\n");
  WriteBackup(BackupName(2020));
  Rebuild({"site", BackupName(2020)});
  EXPECT_EQ(Id("HEAD~1"), Repo("main"));
  EXPECT_EQ(Site({"log", "-1", "--format=%s %cd", "--date=raw"}),
            "Add uncommitted changes in code of shop live from "
            "2020-01-02T03:04:05Z 1577934245 +0000");
  EXPECT_EQ(ReadFile(site() + "/old.txt"), "changed on the server\n");
  ExpectSound();
  const std::string before = Id();
  Rebuild({"site", BackupName(2020)});
  EXPECT_EQ(Id(), before);
}

// A bare repository's files are none of the code; those of sources before it
// stay what they are.
TEST_F(RebuildHistoryTest, ABareRepositoryMayFollowAnArchiveOfFiles) {
  WriteRelease("a.tar", "release\n");
  testing::Run({"git", "clone", "-q", "--bare", box_.path() + "/repo",
                box_.path() + "/bare.git"});
  testing::Run(
      {"tar", "cf", box_.path() + "/b.tar", "-C", box_.path(), "bare.git"});
  for (const char* way : {"--dry-run", "--quiet"}) {
    Rebuild({"site", way, "--order", "given", "a.tar", "b.tar"});
    Rebuild({"grafted", way, "--as", "graft", "--order", "given", "a.tar",
             "b.tar"});
  }
  EXPECT_EQ(Id("HEAD^{tree}"), Repo("HEAD^{tree}"));
  EXPECT_EQ(Site({"show", "HEAD^:text"}), "release");
  ExpectSound();
  const std::string grafted = box_.path() + "/grafted";
  EXPECT_EQ(Git(grafted, {"rev-parse", "HEAD^2"}), Repo("HEAD"));
  EXPECT_EQ(Git(grafted, {"fsck", "--strict", "--full", "--no-progress"}), "");
}

TEST_F(RebuildHistoryTest, DivergedHistoriesAreMerged) {
  box_.Git({"branch", "other"});
  CommitText("ours\n");
  WriteBackup(BackupName(2020));
  const std::string first = Repo("HEAD");
  box_.Git({"checkout", "-q", "other"});
  CommitText("theirs\n");
  WriteBackup(BackupName(2021));
  Rebuild({"site", BackupName(2020), BackupName(2021)});
  EXPECT_EQ(Site({"log", "-1", "--format=%P %T"}),
            first + " " + Repo("other") + " " + Repo("other^{tree}"));
  EXPECT_THAT(Site({"log", "-1", "--format=%s"}),
              HasSubstr("Merge code of shop live from 2021"));
  ExpectSound();
}

TEST_F(RebuildHistoryTest, UnrelatedOnesAreFlattenedUnlessGrafted) {
  WriteRelease("shop_live_2019-01-02T03-04-05_UTC_code.tar", "release");
  WriteBackup(BackupName(2020));
  const std::vector<std::string> sources = {
      "shop_live_2019-01-02T03-04-05_UTC_code.tar", BackupName(2020)};
  ProcessResult result = Rebuild({"site", sources[0], sources[1]});
  EXPECT_THAT(result.err, HasSubstr("has nothing in common with 'main': only "
                                    "its files are recorded"));
  EXPECT_EQ(Site({"rev-list", "--count", "--all"}), "2");
  EXPECT_EQ(Id("HEAD^{tree}"), Repo("main^{tree}"));
  ExpectSound();

  Rebuild({"grafted", "--as", "graft", sources[0], sources[1]});
  const std::string grafted = box_.path() + "/grafted";
  EXPECT_EQ(Git(grafted, {"rev-parse", "HEAD^2"}), Repo("main"));
  EXPECT_EQ(Git(grafted, {"rev-parse", "HEAD^{tree}"}), Repo("main^{tree}"));
  EXPECT_EQ(Git(grafted, {"fsck", "--strict", "--full", "--no-progress"}), "");
}

TEST_F(RebuildHistoryTest, ARefOfAnotherValueIsKeptOutAndTold) {
  box_.Git({"tag", "v1"});
  WriteBackup(BackupName(2020));
  const std::string first = Repo("main");
  CommitText("two\n");
  box_.Git({"tag", "-f", "v1"});
  box_.Git({"checkout", "-q", "--orphan", "alone"});
  CommitText("alone\n");
  box_.Git({"branch", "-M", "main", "later"});
  box_.Git({"branch", "main", "alone"});
  box_.Git({"checkout", "-q", "later"});
  WriteBackup(BackupName(2021));
  ProcessResult result = Rebuild({"site", BackupName(2020), BackupName(2021)});
  EXPECT_THAT(result.err, HasSubstr("tag 'v1' of '" + BackupName(2021) +
                                    "' is kept out: there is one at " +
                                    first.substr(0, 10)));
  EXPECT_THAT(result.err, HasSubstr("branch 'main' of '" + BackupName(2021) +
                                    "' is kept out: it is the one that is "
                                    "built"));
  EXPECT_EQ(Id("v1"), first);
  EXPECT_EQ(Id("main"), Repo("later"));
  ExpectSound();
}

TEST_F(RebuildHistoryTest, ADamagedHistoryIsExit3AndLeavesNothing) {
  CommitText("two\n");
  const std::string blob = Repo("HEAD:old.txt");
  const std::string path =
      box_.repo() + "/.git/objects/" + blob.substr(0, 2) + "/" + blob.substr(2);
  std::filesystem::remove(path);
  WriteBackup(BackupName(2020));
  const auto before = testing::Snapshot(box_.path());
  ProcessResult result = Rebuild({"site", BackupName(2020)}, 3);
  EXPECT_THAT(result.err, HasSubstr(blob));
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box_.path())),
              ::testing::IsEmpty());
}

TEST_F(RebuildHistoryTest, ABundleAndADirectoryAreSourcesToo) {
  box_.Git({"bundle", "create", "-q", "../site.bundle", "--all"});
  CommitText("two\n");
  Rebuild({"site", "--order", "given", "site.bundle", "repo"});
  EXPECT_EQ(Id("main"), Repo("main"));
  EXPECT_EQ(ReadFile(site() + "/old.txt"), "two\n");
  ExpectSound();
}

}  // namespace
}  // namespace backgraft::commands
