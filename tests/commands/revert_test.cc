// `backgraft revert COMMIT...`: which commits are undone, and what is said.
#include "revert_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class RevertTest : public RevertFixture {
 protected:
  // main: base, one merge of topic (two commits) and one commit after it.
  void MakeMerge() {
    repo_.Commit("base", "base", "base\n");
    repo_.Git({"checkout", "-q", "-b", "topic"});
    topic_1_ = repo_.Commit("topic one", "t1", "one\n");
    topic_2_ = repo_.Commit("topic two", "t2", "two\n");
    repo_.Git({"checkout", "-q", "main"});
    repo_.Commit("main moves", "m", "m\n");
    merge_ = repo_.Merge("topic");
    repo_.Commit("after", "after", "after\n");
  }

  std::string topic_1_, topic_2_, merge_;
};

TEST_F(RevertTest, UndoesTheTipAsGitDoes) {
  std::string first = repo_.Commit("first", "a", "1\n");
  std::string second = repo_.Commit("second", "a", "2\n");
  ExpectOk(repo_.Revert({"HEAD"}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(first));
  EXPECT_EQ(repo_.Id("HEAD^"), second);
  EXPECT_EQ(repo_.Message(),
            "Revert \"second\"\n\nThis reverts commit " + second + ".");
  EXPECT_EQ(repo_.Trailer("Backgraft-Mode"), "revert");
  EXPECT_EQ(repo_.Read("a"), "1\n");
  repo_.ExpectClean();
}

TEST_F(RevertTest, KeepsWhatCameAfter) {
  repo_.Commit("first", "a", "1\n2\n3\n4\n5\n6\n7\n8\n");
  std::string bad = repo_.Commit("bad", "a", "one\n2\n3\n4\n5\n6\n7\n8\n");
  repo_.Commit("good", "a", "one\n2\n3\n4\n5\n6\n7\neight\n");
  ExpectOk(repo_.Revert({bad}));
  EXPECT_EQ(repo_.Read("a"), "1\n2\n3\n4\n5\n6\n7\neight\n");
  repo_.ExpectClean();
}

TEST_F(RevertTest, FollowsARename) {
  repo_.Commit("first", "a", "1\n2\n3\n4\n5\n6\n7\n8\n");
  std::string bad = repo_.Commit("bad", "a", "one\n2\n3\n4\n5\n6\n7\n8\n");
  repo_.Git({"mv", "a", "b"});
  repo_.Commit("rename");
  ExpectOk(repo_.Revert({bad}));
  EXPECT_EQ(repo_.Read("b"), "1\n2\n3\n4\n5\n6\n7\n8\n");
  repo_.ExpectClean();
}

TEST_F(RevertTest, UndoesARootCommit) {
  std::string root = repo_.Commit("root", "a", "a\n");
  repo_.Commit("next", "b", "b\n");
  ExpectOk(repo_.Revert({root}));
  EXPECT_EQ(repo_.Git({"ls-tree", "-r", "--name-only", "HEAD"}), "b");
  repo_.ExpectClean();
}

TEST_F(RevertTest, LeavesAnEmptyTreeWhereNothingIsLeft) {
  repo_.Commit("root", "a", "a\n");
  ExpectOk(repo_.Revert({"HEAD"}));
  EXPECT_EQ(repo_.Tree("HEAD"), "4b825dc642cb6eb9a060e54bf8d69288fbee4904");
  repo_.ExpectClean();
}

TEST_F(RevertTest, RangeIsUndoneNewestFirst) {
  std::string first = repo_.Commit("first", "a", "1\n");
  repo_.Commit("second", "a", "2\n");
  repo_.Commit("third", "a", "3\n");
  repo_.Commit("fourth", "a", "4\n");
  ExpectOk(repo_.Revert({first + ".."}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(first));
  EXPECT_EQ(repo_.Subjects(3),
            "Revert \"second\"\nRevert \"third\"\nRevert \"fourth\"");
  repo_.ExpectClean();
}

TEST_F(RevertTest, SeveralCommitsAreUndoneNewestFirstInAnyOrder) {
  repo_.Commit("first", "a", "1\n");
  std::string second = repo_.Commit("second", "a", "2\n");
  std::string third = repo_.Commit("third", "a", "3\n");
  ExpectOk(repo_.Revert({second, third, second}));
  EXPECT_EQ(repo_.Subjects(2), "Revert \"second\"\nRevert \"third\"");
  EXPECT_EQ(repo_.Read("a"), "1\n");
}

TEST_F(RevertTest, MergeOnTheLineGoesBackToItsFirstParent) {
  MakeMerge();
  ProcessResult result = repo_.Revert({merge_});
  ExpectOk(result);
  EXPECT_EQ(repo_.Message(),
            "Revert \"Merge branch 'topic'\"\n\nThis reverts commit " + merge_ +
                ", reversing\nchanges made to " + repo_.Id(merge_ + "^1") +
                ".");
  EXPECT_EQ(repo_.Git({"ls-tree", "--name-only", "HEAD"}), "after\nbase\nm");
  // Merging topic again would bring nothing: both say what does.
  EXPECT_THAT(repo_.Trailer("Backgraft-Undone-Merge"), HasSubstr(merge_));
  EXPECT_THAT(result.err,
              HasSubstr("backgraft revert " + repo_.Id("HEAD").substr(0, 10)));
  repo_.ExpectClean();
  ExpectOk(repo_.Revert({"HEAD"}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree("HEAD~2"));
}

TEST_F(RevertTest, MainlineChoosesTheOtherParent) {
  MakeMerge();
  ExpectOk(repo_.Revert({"-m", "2", merge_}));
  EXPECT_EQ(repo_.Git({"ls-tree", "--name-only", "HEAD"}),
            "after\nbase\nt1\nt2");
}

TEST_F(RevertTest, MainlineOutOfRangeListsTheParents) {
  MakeMerge();
  ExpectRefused({"-m", "3", merge_}, 2,
                "parent 2 is " + topic_2_.substr(0, 10));
  ExpectRefused({"-m", "2", "HEAD"}, 2, "has no parent 2");
  ExpectRefused({"-m", "0", merge_}, 129, "counted from 1");
}

TEST_F(RevertTest, MergeOffTheLineNeedsAMainline) {
  repo_.Commit("base", "base", "base\n");
  repo_.Git({"checkout", "-q", "-b", "inner"});
  repo_.Commit("inner", "i", "i\n");
  repo_.Git({"checkout", "-q", "-b", "topic", "main"});
  repo_.Commit("topic", "t", "t\n");
  std::string inner = repo_.Merge("inner");
  repo_.Git({"checkout", "-q", "main"});
  repo_.Merge("topic");
  ExpectRefused({inner}, 2, "is a merge off the branch's own line");
  ExpectOk(repo_.Revert({"-m", "1", inner}));
  EXPECT_EQ(repo_.Git({"ls-tree", "--name-only", "HEAD"}), "base\nt");
}

TEST_F(RevertTest, RangeDoesNotUndoTwiceWhatAMergeBrought) {
  MakeMerge();
  std::string base = repo_.Id(":/^base");
  ExpectOk(repo_.Revert({base + "..HEAD"}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(base));
  EXPECT_EQ(repo_.Subjects(4),
            "Revert \"main moves\"\nRevert \"Merge branch 'topic'\"\n"
            "Revert \"after\"\nafter");
}

TEST_F(RevertTest, ReverseOfARevertIsAReapply) {
  repo_.Commit("first", "a", "1\n");
  std::string second = repo_.Commit("second", "a", "2\n");
  ExpectOk(repo_.Revert({"HEAD"}));
  std::string revert = repo_.Id("HEAD");
  ExpectOk(repo_.Revert({"HEAD"}));
  EXPECT_EQ(repo_.Message(),
            "Reapply \"second\"\n\nThis reverts commit " + revert + ".");
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(second));
  ExpectOk(repo_.Revert({"HEAD"}));
  EXPECT_THAT(repo_.Message(), HasSubstr("Revert \"Reapply \"second\"\"\n"));
}

TEST_F(RevertTest, SkipsWhatIsUndoneAlready) {
  repo_.Commit("first", "a", "1\n");
  std::string second = repo_.Commit("second", "a", "2\n");
  ExpectOk(repo_.Revert({second}));
  auto before = repo_.Snapshot();
  ProcessResult again = repo_.Revert({"--json", second});
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.out, HasSubstr("\"status\":\"nothing-to-do\""));
  EXPECT_THAT(again.out, HasSubstr("\"skipped\":[{\"commit\":\"" + second +
                                   "\",\"reason\":\"already undone\"}]"));
  EXPECT_EQ(repo_.Snapshot(), before);
}

TEST_F(RevertTest, SkipsWhatALaterRevertUndidAndOthersBuiltUpon) {
  repo_.Commit("first", "a", "1\n");
  std::string second = repo_.Commit("second", "a", "2\n");
  ExpectOk(repo_.Revert({second}));
  // git would stop with a conflict here.
  repo_.Commit("third", "a", "3\n");
  ProcessResult result = repo_.Revert({second});
  ExpectOk(result);
  EXPECT_THAT(result.out, HasSubstr("already undone by a later revert"));
}

TEST_F(RevertTest, WhatWasReappliedCanBeUndoneAgain) {
  repo_.Commit("first", "a", "1\n");
  std::string second = repo_.Commit("second", "a", "2\n");
  ExpectOk(repo_.Revert({second}));
  ExpectOk(repo_.Revert({"HEAD"}));
  ExpectOk(repo_.Revert({second}));
  EXPECT_EQ(repo_.Read("a"), "1\n");
  // The revert, the reapply and the commit itself, all in one range.
  ExpectOk(repo_.Revert({second + "^..HEAD"}));
  EXPECT_EQ(repo_.Read("a"), "1\n");
}

TEST_F(RevertTest, SquashMakesOneCommit) {
  std::string first = repo_.Commit("first", "a", "1\n");
  std::string second = repo_.Commit("second", "a", "2\n");
  std::string third = repo_.Commit("third", "b", "3\n");
  ExpectOk(repo_.Revert({"--squash", first + ".."}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(first));
  EXPECT_EQ(repo_.Id("HEAD^"), third);
  EXPECT_EQ(repo_.Subjects(1), "Revert 2 commits");
  EXPECT_THAT(repo_.Message(), HasSubstr("This reverts commit " + third +
                                         ".\nThis reverts commit " + second));
  ExpectOk(repo_.Revert({"HEAD"}));
  EXPECT_EQ(repo_.Tree("HEAD"), repo_.Tree(third));
}

TEST_F(RevertTest, TakesAMessageForOneCommitOnly) {
  std::string first = repo_.Commit("first", "a", "1\n");
  repo_.Commit("second", "a", "2\n");
  repo_.Commit("third", "a", "3\n");
  ExpectRefused({"--message", "why", first + ".."}, 2, "add --squash");
  ExpectOk(repo_.Revert({"--message", "why", "--squash", first + ".."}));
  EXPECT_EQ(repo_.Message(), "why");
  EXPECT_EQ(repo_.Trailer("Backgraft-Mode"), "revert");
}

TEST_F(RevertTest, KeepLeavesPathsOfTheBranch) {
  repo_.Commit("first", "a", "1\n");
  repo_.Write("a", "2\n");
  repo_.Write("conf/local", "mine\n");
  repo_.Commit("second");
  ExpectOk(repo_.Revert({"--keep", "conf", "HEAD"}));
  EXPECT_EQ(repo_.Read("a"), "1\n");
  EXPECT_EQ(repo_.Read("conf/local"), "mine\n");
  EXPECT_EQ(repo_.Trailer("Backgraft-Keep"), "conf");
  repo_.ExpectClean();
}

TEST_F(RevertTest, RefusesWhatIsNotInTheBranch) {
  repo_.Commit("first", "a", "1\n");
  repo_.Git({"checkout", "-q", "-b", "other"});
  std::string other = repo_.Commit("other", "b", "1\n");
  repo_.Git({"checkout", "-q", "main"});
  ExpectRefused({other}, 2, "git branch --contains " + other.substr(0, 10));
  ExpectRefused({"nonsense"}, 2, "'nonsense' is not a commit here");
  ExpectRefused({"HEAD...other"}, 129, "neither a commit nor a range");
  ExpectRefused({}, 129, "say what to undo");
  ExpectRefused({"HEAD", "--to", "HEAD"}, 129, "say what to undo");
  ExpectOk(repo_.Revert({"--branch", "other", other}));
  EXPECT_EQ(repo_.Tree("other"), repo_.Tree("main"));
}

TEST_F(RevertTest, RefusesWhileGitIsInTheMiddleOfSomething) {
  repo_.Commit("first", "a", "1\n");
  repo_.Commit("second", "a", "2\n");
  repo_.Write(".git/REVERT_HEAD", repo_.Id("HEAD") + "\n");
  ExpectRefused({"HEAD"}, 2, "git revert --abort");
}

TEST_F(RevertTest, RefusesTheBranchThatGitWillComeBackTo) {
  repo_.Commit("first", "a", "1\n");
  repo_.Git({"branch", "topic"});
  repo_.Commit("second", "a", "2\n");
  repo_.Git({"checkout", "-q", "topic"});
  repo_.Commit("topic", "a", "3\n");
  EXPECT_NE(repo_.TryGit({"rebase", "main"}).status, 0);
  ExpectRefused({"--branch", "topic", "topic"}, 2, "git rebase --abort");
  repo_.Git({"rebase", "--abort"});
  repo_.Git({"bisect", "start"});
  repo_.Git({"checkout", "-q", "main"});
  ExpectRefused({"--branch", "topic", "topic"}, 2, "git bisect reset");
  repo_.Git({"bisect", "reset"});
  repo_.Git({"checkout", "-q", "main"});
  ExpectOk(repo_.Revert({"--branch", "topic", "topic"}));
}

TEST_F(RevertTest, RefusesUncommittedChangesInTheWay) {
  repo_.Commit("first", "a", "1\n");
  repo_.Commit("second", "a", "2\n");
  repo_.Write("a", "mine\n");
  ExpectRefused({"HEAD"}, 2, "'a'");
}

TEST_F(RevertTest, LeavesOtherChangesAlone) {
  repo_.Commit("first", "a", "1\n");
  repo_.Commit("second", "b", "2\n");
  repo_.Write("a", "mine\n");
  ExpectOk(repo_.Revert({"HEAD"}));
  EXPECT_EQ(repo_.Git({"status", "--porcelain"}), " M a");
  EXPECT_EQ(repo_.Read("a"), "mine\n");
}

TEST_F(RevertTest, WorksInABareRepository) {
  std::string first = repo_.Commit("first", "a", "1\n");
  repo_.Commit("second", "a", "2\n");
  repo_.Git({"clone", "-q", "--bare", ".", "../bare.git"});
  ProcessResult result =
      testing::Backgraft(repo_.path() + "/../bare.git", {"revert", "HEAD"});
  ExpectOk(result);
  EXPECT_EQ(
      testing::Git(repo_.path() + "/../bare.git", {"rev-parse", "HEAD^{tree}"}),
      repo_.Tree(first));
}

TEST_F(RevertTest, DryRunPrintsThePlanAndWritesNothing) {
  std::string first = repo_.Commit("first", "a", "1\n");
  repo_.Commit("second", "a", "2\n");
  repo_.Commit("third", "b", "3\n");
  auto before = repo_.Snapshot();
  ProcessResult plan = repo_.Revert({"-n", first + ".."});
  ExpectOk(plan);
  EXPECT_EQ(repo_.Snapshot(), before);
  ProcessResult real = repo_.Revert({first + ".."});
  ExpectOk(real);
  EXPECT_THAT(plan.out, HasSubstr(repo_.Id("HEAD").substr(0, 10)));
  EXPECT_THAT(plan.out, HasSubstr(repo_.Id("HEAD^").substr(0, 10)));
  EXPECT_THAT(plan.out, Not(HasSubstr("verified")));
  EXPECT_THAT(real.out, HasSubstr("verified: tree " + repo_.Tree("HEAD")));
}

TEST_F(RevertTest, JsonTellsBeforeAndAfter) {
  std::string first = repo_.Commit("first", "a", "1\n");
  std::string second = repo_.Commit("second", "a", "2\n");
  ProcessResult result = repo_.Revert({"--json", "HEAD"});
  ExpectOk(result);
  EXPECT_THAT(result.out, HasSubstr("\"status\":\"ok\""));
  EXPECT_THAT(result.out, HasSubstr("\"before\":\"" + second + "\""));
  EXPECT_THAT(result.out, HasSubstr("\"after\":\"" + repo_.Id("HEAD") + "\""));
  EXPECT_THAT(result.out, HasSubstr("\"tree\":\"" + repo_.Tree(first) + "\""));
  EXPECT_THAT(result.out, HasSubstr("\"verified\":true"));
}

TEST_F(RevertTest, TitleInAnotherEncodingBecomesUtf8) {
  repo_.Commit("first", "a", "1\n");
  repo_.Git({"config", "i18n.commitEncoding", "ISO-8859-1"});
  repo_.Commit("caf\xe9", "a", "2\n");
  repo_.Git({"config", "--unset", "i18n.commitEncoding"});
  ExpectOk(repo_.Revert({"HEAD"}));
  EXPECT_EQ(repo_.Subjects(1), "Revert \"caf\xc3\xa9\"");
}

TEST_F(RevertTest, RefusesToUndoWhereTheHistoryIsCutOff) {
  repo_.Commit("first", "a", "1\n");
  repo_.Commit("second", "a", "2\n");
  repo_.Git(
      {"clone", "-q", "--depth", "1", "file://" + repo_.path(), "../shallow"});
  ProcessResult result =
      testing::Backgraft(repo_.path() + "/../shallow", {"revert", "HEAD"});
  EXPECT_EQ(result.status, 2) << result.out;
  EXPECT_THAT(result.err, HasSubstr("git fetch --unshallow"));
}

}  // namespace
}  // namespace backgraft::commands
