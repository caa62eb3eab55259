// `backgraft graft --tree merge` against what `git merge` makes of the same.
#include "graft_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;

class GraftMergeTest : public GraftTest {
 protected:
  // The site goes on from what repo_ has, both with a commit of their own.
  void Diverge() {
    site_.Git({"fetch", "-q", repo_.path(), "main"});
    site_.Git({"reset", "-q", "--hard", "FETCH_HEAD"});
    for (TestRepository* each : {&repo_, &site_}) {
      std::string lines;
      for (int i = 1; i <= 20; ++i) lines += std::to_string(i) + "\n";
      each->Write("lines", lines);
    }
    repo_.Commit("lines");
    site_.Git({"fetch", "-q", repo_.path(), "main"});
    site_.Git({"reset", "-q", "--hard", "FETCH_HEAD"});
  }
  static std::string Lines(const std::string& first, const std::string& last) {
    std::string lines = first + "\n";
    for (int i = 2; i <= 19; ++i) lines += std::to_string(i) + "\n";
    return lines + last + "\n";
  }
};

TEST_F(GraftMergeTest, MergesLinesAsGitDoes) {
  Diverge();
  repo_.Commit("first line", "lines", Lines("ours", "20"));
  repo_.Commit("ours alone", "ours", "o\n");
  site_.Write("site", "s\n");
  std::string tip = site_.Commit("last line", "lines", Lines("1", "site"));
  std::string copy = MergeByHand({}, 0);
  std::string before = repo_.Id("HEAD");
  std::string backup = BackUp();
  nlohmann::json json = GraftJson({backup, "--tree", "merge"});
  ExpectJoined(before, tip);
  EXPECT_EQ(repo_.Tree("HEAD"),
            testing::Git(copy, {"rev-parse", "HEAD^{tree}"}));
  EXPECT_EQ(json["relation"], "diverged");
  EXPECT_EQ(json["left_out"],
            nlohmann::json::array(
                {{{"path", "lines"},
                  {"reason", "merged with the branch's version"}}}));
  EXPECT_EQ(GraftJson({backup, "--tree", "merge"})["status"], "nothing-to-do");
}

TEST_F(GraftMergeTest, UnrelatedTreesAreMergedAgainstNothing) {
  site_.Commit("as theirs", "both", "ours\n");
  std::string copy = MergeByHand({}, 0);
  std::string before = repo_.Id("HEAD");
  Graft({BackUp(), "--tree", "merge"});
  ExpectJoined(before, site_.Id("HEAD"));
  EXPECT_EQ(repo_.Tree("HEAD"),
            testing::Git(copy, {"rev-parse", "HEAD^{tree}"}));
  EXPECT_EQ(Files(), "both\ndir/ours\ndir/site\nsame");
}

TEST_F(GraftMergeTest, UncommittedChangesAreMergedInADryRunToo) {
  Diverge();
  repo_.Commit("first line", "lines", Lines("ours", "20"));
  site_.Commit("aside", "site", "s\n");
  site_.Write("lines", Lines("1", "uncommitted"));
  std::string backup = BackUp();
  auto before = repo_.Snapshot();
  nlohmann::json plan = GraftJson({backup, "--tree", "merge", "-n"});
  EXPECT_EQ(repo_.Snapshot(), before);
  nlohmann::json done = GraftJson({backup, "--tree", "merge"});
  EXPECT_EQ(plan["after"], done["after"]);
  EXPECT_EQ(repo_.Read("lines"), Lines("ours", "uncommitted"));
  repo_.ExpectClean();
}

TEST_F(GraftMergeTest, CrossedHistoriesAreMergedAgainstTheMergeOfTheirBases) {
  Diverge();
  // A and B are merged both ways, then both sides change what A changed.
  std::string a = repo_.Commit("A", "lines", Lines("a", "20"));
  std::string b = site_.Commit("B", "lines", Lines("1", "b"));
  repo_.Git({"fetch", "-q", site_.path(), "master:b"});
  site_.Git({"fetch", "-q", repo_.path(), "main:a"});
  repo_.Merge("b");
  site_.Merge("a");
  repo_.Commit("ours", "lines", Lines("a", "b") + "ours\n");
  site_.Commit("site", "lines", "site\n" + Lines("a", "b"));
  ASSERT_EQ(testing::Run({"git", "merge-base", "--all", a, b},
                         {.directory = repo_.path()})
                .status,
            0);
  std::string copy = MergeByHand({}, 0);
  std::string before = repo_.Id("HEAD");
  Graft({BackUp(), "--tree", "merge"});
  ExpectJoined(before, site_.Id("HEAD"));
  EXPECT_EQ(repo_.Tree("HEAD"),
            testing::Git(copy, {"rev-parse", "HEAD^{tree}"}));
}

TEST_F(GraftMergeTest, BasesThatConflictAmongThemselvesComeOutAsGits) {
  Diverge();
  repo_.Commit("A", "lines", Lines("a", "20"));
  repo_.Commit("A2", "same", "a\n");
  site_.Commit("B", "lines", Lines("b", "20"));
  site_.Write("same", "gone\n");
  std::filesystem::remove(site_.path() + "/same");
  site_.Commit("B2");
  repo_.Git({"fetch", "-q", site_.path(), "master:b"});
  site_.Git({"fetch", "-q", repo_.path(), "main:a"});
  for (const auto& [each, other] :
       {std::pair{&repo_, "b"}, std::pair{&site_, "a"}}) {
    each->TryGit({"merge", "-q", "--no-edit", other});
    each->Write("lines", Lines("settled", "20"));
    each->Write("same", "kept\n");
    each->Commit("settled");
  }
  repo_.Commit("ours", "lines", Lines("settled", "ours"));
  site_.Commit("site", "both", "site\n");
  std::string copy = MergeByHand({}, 0);
  Graft({BackUp(), "--tree", "merge"});
  EXPECT_EQ(repo_.Tree("HEAD"),
            testing::Git(copy, {"rev-parse", "HEAD^{tree}"}));
}

TEST_F(GraftMergeTest, APrefixShiftsTheBackup) {
  std::string before = repo_.Id("HEAD");
  Graft({BackUp(), "--tree", "merge", "--prefix", "web"});
  ExpectJoined(before, site_.Id("HEAD"));
  EXPECT_EQ(repo_.Id("HEAD:web"), site_.Tree("HEAD"));
  EXPECT_EQ(Show("both"), "ours");
  // What changes below the prefix on both sides is merged there.
  repo_.Commit("here", "web/both", "site\nours\n");
  std::string tip = site_.Commit("there", "dir/more", "m\n");
  before = repo_.Id("HEAD");
  Graft({BackUp(), "--tree", "merge", "--prefix", "web"});
  ExpectJoined(before, tip);
  EXPECT_EQ(Show("web/both"), "site\nours");
  EXPECT_EQ(Show("web/dir/more"), "m");
}

TEST_F(GraftMergeTest, FavorSettlesConflictsBelowAPrefix) {
  repo_.Commit("here", "web/both", "ours below\n");
  const std::string before = repo_.Id("HEAD");
  const std::string backup = BackUp();
  Graft({backup, "--tree", "merge", "--prefix", "web"}, 1);
  EXPECT_EQ(repo_.Id("HEAD"), before);
  for (const std::string favor : {"ours", "backup"}) {
    repo_.Git({"reset", "-q", "--hard", before});
    Graft({backup, "--tree", "merge", "--prefix", "web", "--favor", favor});
    ExpectJoined(before, site_.Id("HEAD"));
    EXPECT_EQ(Show("web/both"), favor == "ours" ? "ours below" : "site");
    EXPECT_EQ(Show("both"), "ours");
    EXPECT_EQ(Show("web/dir/site"), "s");
  }
}

// Every kind of conflict: name, what ours and the site do to the common files.
struct ConflictCase {
  const char* name;
  void (*ours)(const TestRepository&);
  void (*site)(const TestRepository&);
};

void Remove(const TestRepository& repository, const std::string& path) {
  std::filesystem::remove_all(repository.path() + "/" + path);
}

const ConflictCase kConflicts[] = {
    {"Content", [](const TestRepository& r) { r.Write("both", "1\n"); },
     [](const TestRepository& r) { r.Write("both", "2\n"); }},
    {"AddAdd", [](const TestRepository& r) { r.Write("new", "1\n"); },
     [](const TestRepository& r) { r.Write("new", "2\n"); }},
    {"ModifyDelete", [](const TestRepository& r) { r.Write("both", "1\n"); },
     [](const TestRepository& r) { Remove(r, "both"); }},
    {"DeleteModify", [](const TestRepository& r) { Remove(r, "both"); },
     [](const TestRepository& r) { r.Write("both", "2\n"); }},
    {"Binary",
     [](const TestRepository& r) { r.Write("both", std::string("1\0", 2)); },
     [](const TestRepository& r) { r.Write("both", std::string("2\0", 2)); }},
    {"FileDirectory", [](const TestRepository& r) { r.Write("new", "1\n"); },
     [](const TestRepository& r) { r.Write("new/below", "2\n"); }},
    {"DirectoryFile",
     [](const TestRepository& r) { r.Write("new/below", "1\n"); },
     [](const TestRepository& r) { r.Write("new", "2\n"); }},
    {"DistinctTypes", [](const TestRepository& r) { r.Write("new", "1\n"); },
     [](const TestRepository& r) {
       std::filesystem::create_symlink("both", r.path() + "/new");
     }},
    {"RenameDelete",
     [](const TestRepository& r) {
       std::filesystem::rename(r.path() + "/lines", r.path() + "/renamed");
     },
     [](const TestRepository& r) { Remove(r, "lines"); }},
    {"RenameRename",
     [](const TestRepository& r) {
       std::filesystem::rename(r.path() + "/lines", r.path() + "/one");
     },
     [](const TestRepository& r) {
       std::filesystem::rename(r.path() + "/lines", r.path() + "/two");
     }},
};

class GraftConflictTest : public GraftMergeTest,
                          public ::testing::WithParamInterface<ConflictCase> {
 protected:
  GraftConflictTest() {
    Diverge();
    GetParam().ours(repo_);
    GetParam().site(site_);
    repo_.Write("ours", "o\n");
    site_.Write("site", "s\n");
    repo_.Commit("ours");
    site_.Commit("site");
  }

  // Index, files, and what git keeps about a merge that stopped.
  static std::string State(const std::string& directory) {
    return testing::Git(directory, {"ls-files", "-s"}) + "\n" +
           testing::Git(directory, {"status", "--porcelain"}) + "\n" +
           testing::Run({"sh", "-c",
                         "cd .git && for f in MERGE_HEAD MERGE_MODE "
                         "AUTO_MERGE; do echo \"$f:\"; cat $f 2>&1; done; "
                         "sed -n '/^#/p' MERGE_MSG; cd ..; "
                         "find . -path ./.git -prune -o -type f -print | "
                         "sort | xargs tail -n +1"},
                        {.directory = directory})
               .out;
  }
};

TEST_P(GraftConflictTest, ChangesNothing) {
  std::string backup = BackUp();
  auto before = repo_.Snapshot();
  nlohmann::json json = GraftJson({backup, "--tree", "merge"}, 1);
  EXPECT_EQ(json["status"], "conflict");
  EXPECT_FALSE(json["conflicts"].empty());
  EXPECT_EQ(json["relation"], "diverged");
  ProcessResult result = Graft({backup, "--tree", "merge"}, 1);
  EXPECT_THAT(result.err, HasSubstr("nothing was changed"));
  EXPECT_THAT(result.err, HasSubstr("--conflicts leave"));
  EXPECT_EQ(Graft({backup, "--tree", "merge", "--conflicts", "leave", "-n"}, 1)
                .status,
            1);
  EXPECT_EQ(repo_.Snapshot(), before);
}

TEST_P(GraftConflictTest, IsLeftAsGitLeavesIt) {
  std::string copy = MergeByHand({}, 1);
  ProcessResult result =
      Graft({BackUp(), "--tree", "merge", "--conflicts", "leave"}, 1);
  EXPECT_THAT(result.err, HasSubstr("git merge --continue"));
  EXPECT_EQ(State(repo_.path()), State(copy));
  EXPECT_THAT(repo_.Git({"status"}), HasSubstr("git merge --abort"));
}

TEST_P(GraftConflictTest, GitGoesOnFromThere) {
  std::string before = repo_.Id("HEAD");
  Graft({BackUp(), "--tree", "merge", "--conflicts", "leave"}, 1);
  repo_.Git({"add", "-A"});
  ProcessResult next = repo_.TryGit({"merge", "--continue"});
  EXPECT_EQ(next.status, 0) << next.err;
  ExpectJoined(before, site_.Id("HEAD"));
  EXPECT_EQ(repo_.Subjects(1), "Graft code from backup.tar");
  EXPECT_EQ(repo_.Trailer("Backgraft-Mode"), "graft");
}

TEST_P(GraftConflictTest, GitGivesUpFromThere) {
  std::string before = repo_.Id("HEAD");
  Graft({BackUp(), "--tree", "merge", "--conflicts", "leave"}, 1);
  repo_.Git({"merge", "--abort"});
  EXPECT_EQ(repo_.Id("HEAD"), before);
  repo_.ExpectClean();
}

TEST_P(GraftConflictTest, FavorSettlesIt) {
  std::string backup = BackUp();
  std::string before = repo_.Id("HEAD");
  for (const std::string favor : {"ours", "backup"}) {
    const TestRepository& winner = favor == "ours" ? repo_ : site_;
    std::string path = repo_.path() + "/../expected-" + favor;
    // The other side's new file comes too, everything else is the winner's.
    testing::Git(repo_.path(), {"clone", "-q", winner.path(), path});
    std::ofstream(path + "/ours") << "o\n";
    std::ofstream(path + "/site") << "s\n";
    testing::Git(path, {"add", "-A"});
    std::string expected = testing::Git(path, {"write-tree"});

    repo_.Git({"reset", "-q", "--hard", before});
    Graft({backup, "--tree", "merge", "--favor", favor});
    ExpectJoined(before, site_.Id("HEAD"));
    EXPECT_EQ(repo_.Tree("HEAD"), expected) << favor << "\n" << Files();
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, GraftConflictTest, ::testing::ValuesIn(kConflicts),
    [](const ::testing::TestParamInfo<ConflictCase>& each) {
      return std::string(each.param.name);
    });

TEST_F(GraftMergeTest, KeptPathsDoNotConflict) {
  std::string before = repo_.Id("HEAD");
  Graft({BackUp(), "--tree", "merge", "--keep", "both"});
  ExpectJoined(before, site_.Id("HEAD"));
  EXPECT_EQ(Show("both"), "ours");
}

TEST_F(GraftMergeTest, ConflictsAreNotLeftWithoutAWorkingTree) {
  repo_.Git({"branch", "other"});
  auto before = repo_.Snapshot();
  ProcessResult result = Graft({BackUp(), "--branch", "other", "--tree",
                                "merge", "--conflicts", "leave"},
                               2);
  EXPECT_THAT(result.err, HasSubstr("git checkout other"));
  EXPECT_EQ(repo_.Snapshot(), before);
}

TEST_F(GraftMergeTest, ObstaclesAreRefusedBeforeAnythingIsLeft) {
  repo_.Write("both", "uncommitted\n");
  auto before = repo_.Snapshot();
  ProcessResult result =
      Graft({BackUp(), "--tree", "merge", "--conflicts", "leave"}, 2);
  EXPECT_THAT(result.err, HasSubstr("'both'"));
  EXPECT_EQ(repo_.Snapshot(), before);
}

}  // namespace
}  // namespace backgraft::commands
