// `backgraft graft`: which histories are joined how, and which tree comes out.
#include "graft_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST_F(GraftTest, JoinsUnrelatedHistoriesAndTakesTheTreeOfTheBackup) {
  std::string before = repo_.Id("HEAD");
  std::string tip = site_.Id("HEAD");
  ProcessResult result = Graft({BackUp(), "-v"});
  ExpectJoined(before, tip);
  EXPECT_EQ(repo_.Tree("HEAD"), site_.Tree("HEAD"));
  EXPECT_EQ(repo_.Read("both"), "site\n");
  EXPECT_FALSE(std::filesystem::exists(repo_.path() + "/dir/ours"));
  EXPECT_EQ(repo_.Subjects(2), "Graft code from backup.tar\nours three");
  EXPECT_EQ(repo_.Trailer("Backgraft-Mode"), "graft");
  EXPECT_EQ(repo_.Trailer("Backgraft-Source"), "backup.tar");
  EXPECT_EQ(repo_.Trailer("Backgraft-Source-SHA256").size(), 64u);
  EXPECT_THAT(result.out,
              HasSubstr("history: 2 commits of " + tip.substr(0, 10) +
                        ", unrelated to main\n"));
  EXPECT_THAT(result.out,
              HasSubstr("from the backup: 3 files taken, 0 versions not\n"));
  EXPECT_THAT(result.out, HasSubstr("from main: 1 file taken, 2 versions not\n"
                                    "  not both\n  not dir/ours\n"));
  EXPECT_THAT(result.out, HasSubstr("verified: tree " + repo_.Tree("HEAD") +
                                    " equals the backup (3 files)\n"));
  EXPECT_EQ(result.err, "");
}

TEST_F(GraftTest, TellsProgramsWhatItDid) {
  std::string before = repo_.Id("HEAD");
  nlohmann::json json = GraftJson({BackUp()});
  EXPECT_EQ(json["status"], "ok");
  EXPECT_EQ(json["relation"], "unrelated");
  EXPECT_EQ(json["branch"], "main");
  EXPECT_EQ(json["before"], before);
  EXPECT_EQ(json["after"], repo_.Id("HEAD"));
  EXPECT_EQ(json["tree"], repo_.Tree("HEAD"));
  EXPECT_EQ(json["verified"], true);
  EXPECT_EQ(json["source"]["tip"], site_.Id("HEAD"));
  EXPECT_EQ(json["source"]["root"], "code");
  EXPECT_EQ(json["counts"], nlohmann::json({{"files", 3},
                                            {"added", 1},
                                            {"modified", 1},
                                            {"deleted", 1},
                                            {"left_out", 0},
                                            {"commits", 1}}));
  EXPECT_FALSE(json.contains("conflicts"));
  EXPECT_FALSE(json.contains("left_out"));
}

TEST_F(GraftTest, TheSecondTimeThereIsNothingToDo) {
  std::string backup = BackUp();
  for (const std::string tree : {"backup", "ours", "merge"}) {
    TestRepository fresh;
    fresh.Commit("mine", "mine", "m\n");
    std::vector<std::string> args = {"graft", backup, "--tree", tree};
    EXPECT_EQ(fresh.Backgraft(args).status, 0);
    std::string head = fresh.Id("HEAD");
    auto before = fresh.Snapshot();
    ProcessResult again = fresh.Backgraft(args);
    EXPECT_EQ(again.status, 0);
    EXPECT_THAT(again.out, HasSubstr("nothing to do"));
    EXPECT_THAT(again.out, HasSubstr("verified: "));
    EXPECT_EQ(fresh.Id("HEAD"), head);
    EXPECT_EQ(fresh.Snapshot(), before) << tree;
  }
}

TEST_F(GraftTest, ADryRunWritesNothingAndPrintsTheSameIds) {
  site_.Write("uncommitted", "u\n");
  std::string backup = BackUp();
  auto before = repo_.Snapshot();
  for (const std::string tree : {"backup", "ours"}) {
    nlohmann::json plan =
        GraftJson({backup, "-n", "--refs", "all", "--tree", tree});
    EXPECT_EQ(repo_.Snapshot(), before);
    EXPECT_EQ(plan["dry_run"], true);
    EXPECT_FALSE(plan.contains("verified"));
    TestRepository copy;
    copy.Git({"fetch", "-q", repo_.path(), "main:copy"});
    copy.Git({"checkout", "-q", "-B", "main", "copy"});
    ProcessResult real = copy.Backgraft(
        {"graft", backup, "--refs", "all", "--tree", tree, "--json"});
    nlohmann::json done = nlohmann::json::parse(real.out);
    EXPECT_EQ(plan["after"], done["after"]);
    EXPECT_EQ(plan["tree"], done["tree"]);
    EXPECT_EQ(plan["counts"], done["counts"]);
  }
}

TEST_F(GraftTest, TreeOursBringsHistoryAlone) {
  std::string before = repo_.Id("HEAD");
  nlohmann::json json = GraftJson({BackUp(), "--tree", "ours"});
  ExpectJoined(before, site_.Id("HEAD"));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(before));
  EXPECT_EQ(json["counts"]["files"], 1);
  EXPECT_EQ(
      json["left_out"],
      nlohmann::json::array(
          {{{"path", "both"}, {"reason", "the branch's version is taken"}},
           {{"path", "dir/site"}, {"reason", "not in the result"}}}));
}

TEST_F(GraftTest, UncommittedChangesOfTheBackupAreInTheTree) {
  site_.Write("both", "changed on the server\n");
  site_.Write(".gitignore", "*.log\n");
  site_.Write("a.log", "log\n");
  std::string tip = site_.Id("HEAD");
  Graft({BackUp()});
  EXPECT_EQ(Files(), ".gitignore\nboth\ndir/site\nsame");
  EXPECT_EQ(Show("both"), "changed on the server");
  ExpectHistoryOf(tip);
  repo_.ExpectClean();

  TestRepository other;
  other.Commit("mine", "mine", "m\n");
  EXPECT_EQ(other.Backgraft({"graft", BackUp(), "--tip-only"}).status, 0);
  EXPECT_EQ(other.Tree("HEAD"), site_.Tree("HEAD"));
}

TEST_F(GraftTest, KeepExcludeAndPrefixApplyAsInFlatten) {
  std::string before = repo_.Id("HEAD");
  std::string backup = BackUp();
  Graft({backup, "--keep", "both", "--keep", "dir/site", "--exclude", "same"});
  ExpectJoined(before, site_.Id("HEAD"));
  EXPECT_EQ(Files(), "both\ndir/site");
  EXPECT_EQ(Show("both"), "ours");
  EXPECT_EQ(repo_.Trailer("Backgraft-Keep"), "both\ndir/site");
  EXPECT_EQ(repo_.Trailer("Backgraft-Exclude"), "same");

  repo_.Git({"reset", "-q", "--hard", before});
  Graft({backup, "--prefix", "web/site/"});
  ExpectJoined(before, site_.Id("HEAD"));
  EXPECT_EQ(Files(),
            "both\ndir/ours\nsame\nweb/site/both\nweb/site/dir/site\n"
            "web/site/same");
  EXPECT_EQ(repo_.Id("HEAD:web/site"), site_.Tree("HEAD"));
}

TEST_F(GraftTest, AheadIsJoinedByAMergeCommitToo) {
  site_.Git({"fetch", "-q", repo_.path(), "main"});
  site_.Git({"reset", "-q", "--hard", "FETCH_HEAD"});
  std::string before = repo_.Id("HEAD");
  std::string tip = site_.Commit("further", "more", "m\n");
  nlohmann::json json = GraftJson({BackUp()});
  EXPECT_EQ(json["relation"], "ahead");
  ExpectJoined(before, tip);
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(tip));
}

TEST_F(GraftTest, DivergedHistoriesAreJoined) {
  site_.Git({"fetch", "-q", repo_.path(), "main"});
  site_.Git({"reset", "-q", "--hard", "FETCH_HEAD~1"});
  std::string before = repo_.Id("HEAD");
  std::string tip = site_.Commit("aside", "more", "m\n");
  EXPECT_EQ(GraftJson({BackUp()})["relation"], "diverged");
  ExpectJoined(before, tip);
}

TEST_F(GraftTest, WhatTheBranchHasAlreadyIsNotJoinedAgain) {
  site_.Git({"fetch", "-q", repo_.path(), "main"});
  site_.Git({"reset", "-q", "--hard", "FETCH_HEAD~1"});
  std::string before = repo_.Id("HEAD");
  std::string behind = BackUp();
  EXPECT_EQ(GraftJson({behind, "--tree", "merge"})["status"], "nothing-to-do");
  EXPECT_EQ(GraftJson({behind, "--tree", "ours"})["status"], "nothing-to-do");
  EXPECT_EQ(repo_.Id("HEAD"), before);
  // Its tree is brought back by one commit, which has one parent.
  EXPECT_EQ(GraftJson({behind})["relation"], "behind");
  EXPECT_EQ(repo_.Git({"log", "-1", "--format=%P"}), before);
  EXPECT_EQ(repo_.Tree("HEAD"), site_.Tree("HEAD"));
  EXPECT_EQ(repo_.Subjects(1), "Restore code from backup.tar");
  EXPECT_EQ(GraftJson({behind})["status"], "nothing-to-do");
  repo_.ExpectClean();
}

TEST_F(GraftTest, AnUnbornBranchBeginsAtTheTip) {
  TestRepository empty;
  std::string tip = site_.Id("HEAD");
  ProcessResult result = empty.Backgraft({"graft", BackUp()});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(empty.Id("main"), tip);
  EXPECT_EQ(empty.Read("both"), "site\n");
  empty.ExpectClean();
  EXPECT_THAT(result.out, HasSubstr("main went to " + tip.substr(0, 10)));

  TestRepository second;
  site_.Write("both", "uncommitted\n");
  EXPECT_EQ(second.Backgraft({"graft", BackUp()}).status, 0);
  EXPECT_EQ(second.Id("HEAD~1"), tip);
  EXPECT_EQ(second.Read("both"), "uncommitted\n");
  EXPECT_EQ(second.Trailer("Backgraft-Mode"), "graft");
  second.ExpectClean();
}

TEST_F(GraftTest, ADetachedHeadAndAnotherRefAreTips) {
  site_.Git({"tag", "-a", "-m", "deploy", "pantheon_live_1", "HEAD~1"});
  std::string first = site_.Id("HEAD~1");
  std::string before = repo_.Id("HEAD");
  Graft({BackUp(), "--ref", "pantheon_live_1"});
  ExpectJoined(before, first);
  EXPECT_EQ(repo_.Tree("HEAD"), site_.Tree("HEAD~1"));

  site_.Git({"checkout", "-q", "--detach"});
  before = repo_.Id("HEAD");
  EXPECT_EQ(GraftJson({BackUp()})["relation"], "diverged");
  ExpectJoined(before, site_.Id("HEAD"));
}

TEST_F(GraftTest, EveryKindOfSourceGivesTheSameCommit) {
  std::string before = repo_.Id("HEAD");
  std::string bundle = repo_.path() + "/../site.bundle";
  site_.Git({"bundle", "create", "-q", bundle, "HEAD", "master"});
  site_.Git({"clone", "-q", "--bare", ".", "bare"});
  auto tree = [&](const std::string& source, const ProcessOptions& options) {
    nlohmann::json json =
        nlohmann::json::parse(Graft({source, "-n", "--json"}, 0, options).out);
    EXPECT_EQ(json["source"]["tip"], site_.Id("HEAD"));
    EXPECT_EQ(json["relation"], "unrelated");
    return json["tree"].get<std::string>();
  };
  EXPECT_EQ(tree(bundle, {}), site_.Tree("HEAD"));
  EXPECT_EQ(tree(site_.path() + "/bare", {}), site_.Tree("HEAD"));
  std::filesystem::remove_all(site_.path() + "/bare");
  EXPECT_EQ(tree(site_.path(), {}), site_.Tree("HEAD"));
  site_.Git({"repack", "-q", "-a", "-d"});
  std::string packed = BackUp();
  EXPECT_EQ(tree(packed, {}), site_.Tree("HEAD"));
  std::ifstream in(packed, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  EXPECT_EQ(tree("-", {.input = bytes.str()}), site_.Tree("HEAD"));
  EXPECT_EQ(repo_.Id("HEAD"), before);
}

TEST_F(GraftTest, NamesAndDatesAreTheUsers) {
  std::string backup =
      BackUp(site_, "shop_live_2026-01-15T10-00-00_UTC_code.tar");
  Graft({backup}, 0, {.env = {{"GIT_AUTHOR_DATE", ""}}});
  EXPECT_EQ(repo_.Git({"log", "-1", "--date=iso-strict", "--format=%ad"}),
            "2026-01-15T10:00:00+00:00");
  EXPECT_EQ(repo_.Subjects(1),
            "Graft code of shop live from 2026-01-15T10:00:00Z");
  repo_.Git({"reset", "-q", "--hard", "HEAD~1"});
  Graft({backup, "-m", "Mine", "-m", "Why", "--author", "A <a@b>", "--date",
         "2020-02-02T02:02:02Z"});
  EXPECT_EQ(
      repo_.Git({"log", "-1", "--date=iso-strict", "--format=%an <%ae> %ad"}),
      "A <a@b> 2020-02-02T02:02:02+00:00");
  EXPECT_EQ(repo_.Message(), "Mine\n\nWhy");
}

TEST_F(GraftTest, MorePacksThanDescriptors) {
  const TestRepository many;
  std::string stream;
  for (int i = 0; i < 150; ++i) {
    stream +=
        "commit refs/heads/main\ncommitter A <a@example.com> 1700000000 +0000\n"
        "data 2\nc\nM 100644 inline f\ndata 3\n" +
        std::to_string(100 + i) + "\n\ncheckpoint\n";
  }
  ProcessResult made = testing::Run(
      {"git", "-c", "fastimport.unpackLimit=1", "fast-import", "--quiet"},
      {.directory = many.path(), .input = stream});
  EXPECT_EQ(made.status, 0) << made.err;
  many.Git({"reset", "-q", "--hard", "main"});
  const std::string backup = BackUp(many);
  for (const char* rehearsal : {"--dry-run", "--yes"}) {
    ProcessResult result =
        testing::Run({"bash", "-c", R"(ulimit -n 110; exec "$0" "$@")",
                      testing::ProgramPath(), "graft", rehearsal, backup},
                     {.directory = repo_.path()});
    EXPECT_EQ(result.status, 0) << result.err;
  }
  EXPECT_EQ(repo_.Git({"rev-list", "HEAD^2"}), many.Git({"rev-list", "main"}));
  repo_.ExpectClean();
}

TEST_F(GraftTest, AnotherBranchAndABareRepository) {
  repo_.Git({"branch", "other", "HEAD~1"});
  std::string head = repo_.Id("HEAD");
  Graft({BackUp(), "--branch", "other"});
  EXPECT_EQ(repo_.Id("HEAD"), head);
  EXPECT_EQ(repo_.Id("other^2"), site_.Id("HEAD"));
  repo_.ExpectClean();
  repo_.Git({"clone", "-q", "--bare", ".", "../bare"});
  ProcessResult result = testing::Backgraft(
      repo_.path() + "/../bare", {"graft", BackUp(), "--tree", "ours"});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(testing::Git(repo_.path() + "/../bare",
                         {"log", "-1", "--format=%P", "main"}),
            head + " " + site_.Id("HEAD"));
}

// What is refused, and that nothing has changed then.
class GraftRefusalTest : public GraftTest {
 protected:
  void ExpectRefused(const std::vector<std::string>& args, int status,
                     const std::string& message, const std::string& hint) {
    auto before = repo_.Snapshot();
    ProcessResult result = Graft(args, status);
    EXPECT_THAT(result.err, HasSubstr("error: "));
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_THAT(result.err, HasSubstr(hint));
    EXPECT_EQ(repo_.Snapshot(), before);
  }
};

TEST_F(GraftRefusalTest, ASourceWithoutHistory) {
  std::filesystem::remove_all(site_.path() + "/.git");
  ExpectRefused({BackUp()}, 2, "'backup.tar' has no history to graft",
                "hint: record its files as one commit: backgraft flatten "
                "'backup.tar'");
}

TEST_F(GraftRefusalTest, ASourceWithoutACommit) {
  TestRepository empty;
  empty.Write("file", "f\n");
  ExpectRefused({BackUp(empty)}, 2, "nothing was ever committed",
                "backgraft flatten");
}

TEST_F(GraftRefusalTest, ARefThatIsNotThere) {
  ExpectRefused({BackUp(), "--ref", "nowhere"}, 2, "has no ref 'nowhere'",
                "backgraft inspect");
}

TEST_F(GraftRefusalTest, UncommittedChangesInTheWay) {
  repo_.Write("both", "changed\n");
  ExpectRefused({BackUp()}, 2, "'both'", "");
}

TEST_F(GraftRefusalTest, AMergeInProgress) {
  repo_.Write(".git/MERGE_HEAD", repo_.Id("HEAD") + "\n");
  ExpectRefused({BackUp()}, 2, "a git merge is in progress",
                "git merge --abort");
}

TEST_F(GraftRefusalTest, ADamagedHistory) {
  // The tip itself is whole; a blob that only its parent has is not.
  site_.Commit("three", "both", "changed\n");
  std::string blob = site_.Id("HEAD~1:both");
  std::filesystem::path object = site_.path() + "/.git/objects/" +
                                 blob.substr(0, 2) + "/" + blob.substr(2);
  std::filesystem::remove(object);
  ExpectRefused({BackUp()}, 3, blob, "");
}

TEST_F(GraftRefusalTest, DamageIsToldOfWhereTheTipIsThereAlready) {
  site_.Git({"repack", "-q", "-a", "-d"});
  Graft({BackUp(), "--tree", "ours"});
  for (const auto& entry : std::filesystem::directory_iterator(
           site_.path() + "/.git/objects/pack")) {
    if (entry.path().extension() != ".pack") continue;
    std::filesystem::permissions(entry.path(), std::filesystem::perms::all);
    std::fstream pack(entry.path(),
                      std::ios::in | std::ios::out | std::ios::binary);
    pack.seekp(-10, std::ios::end);
    pack.put('\xff').put('\x00');
  }
  ExpectRefused({BackUp()}, 3, "pack", "");
}

TEST_F(GraftRefusalTest, OptionsThatMakeNoSense) {
  std::string backup = BackUp();
  ExpectRefused({backup, "--favor", "ours"}, 129,
                "'--favor' needs '--tree merge'", "backgraft graft -h");
  ExpectRefused({backup, "--conflicts", "leave"}, 129,
                "'--conflicts' needs '--tree merge'", "");
  ExpectRefused({backup, "--tip-only", "--select", "all"}, 129,
                "exclude each other", "");
  ExpectRefused({backup, "--prefix", "a/../b"}, 129, "--prefix", "");
}

TEST_F(GraftRefusalTest, NothingIsSharedByAccident) {
  // flatten never joins anything, whatever the source has.
  std::string before = repo_.Id("HEAD");
  EXPECT_EQ(repo_.Backgraft({"flatten", BackUp()}).status, 0);
  EXPECT_EQ(repo_.Git({"log", "-1", "--format=%P"}), before);
  EXPECT_NE(repo_.TryGit({"cat-file", "-e", site_.Id("HEAD")}).status, 0);
}

}  // namespace
}  // namespace backgraft::commands
