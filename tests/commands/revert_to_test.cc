// `backgraft revert --to`.
#include <algorithm>
#include <filesystem>

#include "revert_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RevertToTest : public RevertFixture {
 protected:
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

  // Adds `count` commits of one file to `branch`, a minute apart, on top of
  // what `from` names.
  void ImportLine(const std::string& branch, const std::string& from, int count,
                  long clock) {
    std::string in;
    for (int i = 1; i <= count; ++i) {
      std::string title = "step " + std::to_string(i);
      in += "commit refs/heads/" + branch + "\ncommitter A <a@example.com> " +
            std::to_string(clock + i * 60) + " +0000\ndata " +
            std::to_string(title.size()) + "\n" + title + "\n";
      if (i == 1) in += "from " + repo_.Id(from) + "\n";
      in += "M 100644 inline " + branch + "-file\ndata " +
            std::to_string(title.size()) + "\n" + title + "\n";
    }
    ProcessResult result =
        testing::Run({"git", "-c", "fastimport.unpackLimit=" + unpack_limit_,
                      "fast-import", "--quiet"},
                     {.directory = repo_.path(), .input = in});
    ASSERT_EQ(result.status, 0) << result.err;
    repo_.Git({"reset", "-q", "--hard"});
  }
  // `count` lines that git prints.
  size_t CountLines(const std::vector<std::string>& command) {
    std::string out = repo_.Git(command);
    return out.empty() ? 0u
                       : 1u + static_cast<size_t>(
                                  std::count(out.begin(), out.end(), '\n'));
  }
  // An object's file; objects that git has not packed have one.
  std::string ObjectFile(const std::string& revision) {
    std::string id = repo_.Id(revision);
    return repo_.path() + "/.git/objects/" + id.substr(0, 2) + "/" +
           id.substr(2);
  }

  std::string good_;
  std::string unpack_limit_ = "100";
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

TEST_F(RevertToTest, TellsWhatIsUndoneAndDrawsWhereTheBranchWillBe) {
  MakeHistory();
  auto id = [&](const std::string& revision) {
    return repo_.Id(revision).substr(0, 10);
  };
  const std::string before = id("HEAD");
  const std::string below = " main\n  * " + before + " main before\n  * " +
                            good_.substr(0, 10) + " the state that is back\n";
  const std::string plan = repo_.Revert({"-n", "--to", "good"}).out;
  EXPECT_THAT(plan, HasSubstr("would undo 3 commits:\n  " + before + " "));
  EXPECT_THAT(plan, HasSubstr(below));
  const ProcessResult result = repo_.Revert({"--to", "good"});
  EXPECT_THAT(result.out, HasSubstr("undid 3 commits:\n  " + before + " "));
  EXPECT_THAT(result.out, HasSubstr("\n  * " + id("HEAD") + below));
  EXPECT_THAT(repo_.Revert({"-n", "HEAD"}).out,
              HasSubstr("would undo " + id("HEAD") + " Revert to good\n"));
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

TEST_F(RevertToTest, OfAFarStateTheNewestAreListedAndTheCommandForAll) {
  std::string first = repo_.Commit("first", "a", "0\n");
  ImportLine("main", "main", 101, 1700010000);
  std::string before = repo_.Id("HEAD");
  std::string range = first.substr(0, 10) + ".." + before.substr(0, 10);
  ProcessResult result = repo_.Revert({"--to", first});
  ExpectOk(result);
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(first));
  EXPECT_THAT(repo_.Message(),
              HasSubstr("This undoes these commits and earlier ones, newest "
                        "first:\n\n  " +
                        before.substr(0, 10) + " step 101\n"));
  EXPECT_THAT(
      repo_.Message(),
      HasSubstr(" step 72\n  and earlier ones: git log --first-parent " +
                range + "\n"));
  EXPECT_EQ(CountLines({"log", "--format=%H", "--first-parent", range}), 101u);
  std::string merges = "git log --first-parent --merges " + range;
  EXPECT_THAT(repo_.Message(), HasSubstr("Merges may be among them"));
  EXPECT_THAT(repo_.Message(), HasSubstr(merges));
  EXPECT_THAT(result.err, HasSubstr("merges may be among"));
  EXPECT_THAT(result.err, HasSubstr(merges));
  EXPECT_THAT(result.err,
              HasSubstr("backgraft revert " + repo_.Id("HEAD").substr(0, 10)));
}

TEST_F(RevertToTest, HundredCommitsAreCounted) {
  std::string first = repo_.Commit("first", "a", "0\n");
  ImportLine("main", "main", 100, 1700010000);
  ProcessResult result = repo_.Revert({"--to", first});
  ExpectOk(result);
  EXPECT_THAT(repo_.Message(), HasSubstr("This undoes 100 commits"));
  EXPECT_THAT(repo_.Message(), Not(HasSubstr("erge")));
  EXPECT_THAT(result.err, Not(HasSubstr("merge")));
}

TEST_F(RevertToTest, WarnsOfAMergeThatItSawBeforeItStoppedLooking) {
  std::string first = repo_.Commit("first", "a", "0\n");
  ImportLine("main", "main", 101, 1700010000);
  repo_.Git({"branch", "topic", "HEAD~5"});
  ImportLine("topic", "topic", 1, 1700010000);
  std::string merge = repo_.Merge("topic");
  ProcessResult result = repo_.Revert({"--to", first});
  ExpectOk(result);
  EXPECT_THAT(repo_.Message(), HasSubstr("Merges are among them, which this"));
  EXPECT_THAT(result.err, HasSubstr("merge " + merge.substr(0, 10)));
  EXPECT_THAT(result.err, HasSubstr("merges may be among the earlier"));
}

TEST_F(RevertToTest, WhatLiesBetweenIsNotRead) {
  unpack_limit_ = "100000";  // every object has its own file
  repo_.Write("same/file", "same\n");
  repo_.Commit("first", "a", "0\n");
  ImportLine("main", "main", 130, 1700010000);
  repo_.Git({"tag", "state", "HEAD~125"});
  // A commit too early to be listed, and files that do not differ.
  std::vector<std::string> unread;
  for (const char* revision : {"HEAD~110", "HEAD:same", "HEAD:same/file"}) {
    unread.push_back(ObjectFile(revision));
  }
  for (const std::string& file : unread) std::filesystem::remove(file);
  ExpectOk(repo_.Revert({"--to", "state"}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree("state"));
  EXPECT_EQ(repo_.Read("main-file"), "step 5");
}

TEST_F(RevertToTest, OfAStateOffTheLineTheCommitsItLacksAreListed) {
  MakeHistory();
  ExpectOk(repo_.Revert({"--to", "topic"}));
  EXPECT_THAT(repo_.Message(), HasSubstr("This undoes 3 commits"));
  EXPECT_EQ(
      CountLines({"log", "--format=%H", "--first-parent", "topic..HEAD^"}), 3u);
}

TEST_F(RevertToTest, StateThatIsHardToPlaceIsToldByTheCommandAlone) {
  std::string first = repo_.Commit("first", "a", "0\n");
  ImportLine("side", first, 1100, 1700010000);
  repo_.Commit("second", "a", "1\n");
  std::string range =
      repo_.Id("side").substr(0, 10) + ".." + repo_.Id("HEAD").substr(0, 10);
  ExpectOk(repo_.Revert({"--to", "side"}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree("side"));
  EXPECT_THAT(repo_.Message(),
              HasSubstr("This undoes what this command lists:\n\n  git log "
                        "--first-parent " +
                        range + "\n"));
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

}  // namespace
}  // namespace backgraft::commands
