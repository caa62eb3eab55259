// The situations of git's t3501 to t3511, t6424 and t6436 and of libgit2's
// revert/workdir, written anew: the program and `git revert` each in their own
// copy, which then have to be alike. More of them, by their subject, are in
// revert_test.cc and revert_conflicts_test.cc.
//
// What is left out, and why:
//
//   t3501   --nonsense, -, --reference, comment characters: options of git's;
//           with a change of another file that is staged, git refuses, and
//           here it stays (RevertTest.LeavesOtherChangesAlone)
//   t3504   rerere
//   t3505   --allow-empty, --keep-redundant-commits, --empty: what changes
//           nothing is skipped here, always
//   t3506   --ff
//   t3507   --no-commit, GIT_CHERRY_PICK_HELP, sign-offs, sparse checkouts,
//           partial commits: git's after the handover
//   t3508   ranges of cherry-picks; of reverts: RevertTest.RangeIsUndone...
//   t3510   malformed sequencer files: git's own reading of them
//   t3511   cherry-pick -x
#include <filesystem>

#include "revert_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;

class RevertScenariosTest : public RevertFixture {
 protected:
  static std::string Lines(int first, int last) {
    std::string out;
    for (int i = first; i <= last; ++i) out += std::to_string(i) + "\n";
    return out;
  }

  ProcessResult GitRevert(const std::string& directory,
                          std::vector<std::string> args) const {
    args.insert(args.begin(), {"git", "revert"});
    return testing::Run(
        args, {.directory = directory, .env = {{"GIT_EDITOR", "true"}}});
  }

  // HEAD's message without our trailers.
  static std::string Message(const std::string& directory) {
    return WithoutTrailers(testing::Git(
        directory, {"log", "-1", "--format=%B%nBackgraft-Mode: "}));
  }

  // Both end in the same files, index, message and state.
  void ExpectAsGit(const std::vector<std::string>& args) {
    std::string theirs = repo_.Copy("theirs");
    ProcessResult git = GitRevert(theirs, args);
    std::vector<std::string> all = {"--conflicts", "leave"};
    all.insert(all.end(), args.begin(), args.end());
    ProcessResult ours = repo_.Revert(all);
    EXPECT_EQ(ours.status, git.status) << ours.err << git.err;
    // Left behind by git where there was no conflict.
    if (git.status == 0) {
      std::filesystem::remove(theirs + "/.git/AUTO_MERGE");
    }
    EXPECT_EQ(RevertState(repo_.path()), RevertState(theirs));
    EXPECT_EQ(Message(repo_.path()), Message(theirs));
    EXPECT_EQ(repo_.Tree("HEAD"),
              testing::Git(theirs, {"rev-parse", "HEAD^{tree}"}));
    std::filesystem::remove_all(theirs);
  }

  // Neither does it, and nothing has changed.
  void ExpectRefusedByBoth(const std::vector<std::string>& args,
                           const std::string& message) {
    std::string theirs = repo_.Copy("theirs");
    EXPECT_NE(GitRevert(theirs, args).status, 0);
    ExpectRefused(args, 2, message);
    std::filesystem::remove_all(theirs);
  }

  // "good" is undone in the middle of a range whose last one conflicts.
  void MakeConflict() {
    repo_.Commit("initial", "foo", "a\n");
    repo_.Commit("base", "foo", "b\n");
    repo_.Commit("picked", "foo", "c\n");
  }
};

TEST_F(RevertScenariosTest, T3501RenamedSince) {
  repo_.Commit("initial", "oops", Lines(1, 15));
  std::string added = repo_.Commit("added", "oops", Lines(1, 16));
  repo_.Git({"mv", "oops", "spoo"});
  repo_.Commit("rename");
  ExpectAsGit({added});
  EXPECT_EQ(repo_.Read("spoo"), Lines(1, 15));
}

TEST_F(RevertScenariosTest, T3501DirtyFileUnderANewNameStays) {
  repo_.Commit("to rename", "old", Lines(1, 15));
  std::string unrelated = repo_.Commit("unrelated", "other", "other\n");
  repo_.Git({"mv", "old", "new"});
  repo_.Commit("renamed");
  repo_.Write("new", "modified\n");
  ExpectAsGit({unrelated});
  EXPECT_EQ(repo_.Read("new"), "modified\n");
}

TEST_F(RevertScenariosTest, T3501RevertsOfOldDoubleRevertsCountOn) {
  repo_.Commit("base", "f", "1\n");
  repo_.Commit("Revert \"Revert \"B\"\"", "f", "2\n");
  ExpectAsGit({"HEAD"});
  EXPECT_EQ(repo_.Subjects(1), "Revert \"Revert \"Revert \"B\"\"\"");
}

TEST_F(RevertScenariosTest, T3502ParentsOfMergesAndOthers) {
  repo_.Commit("initial", "A", "A\n");
  repo_.Git({"branch", "side"});
  repo_.Commit("add b", "B", "B\n");
  repo_.Git({"checkout", "-q", "side"});
  repo_.Commit("add a", "A", "new A\n");
  repo_.Git({"checkout", "-q", "main"});
  std::string plain = repo_.Id("HEAD");
  repo_.Merge("side");
  ExpectRefusedByBoth({"-m", "3", "HEAD"}, "has no parent 3");
  ExpectRefusedByBoth({"-m", "2", plain}, "has no parent 2");
  ExpectRefused({"-m", "0", "HEAD"}, 129, "counted from 1");
  ExpectRefused({"-m", "foo", "HEAD"}, 129, "foo");
  ExpectAsGit({"-m", "1", plain});
  repo_.Git({"reset", "-q", "--hard", "HEAD^"});
  ExpectAsGit({"-m", "2", "HEAD"});
  repo_.Git({"reset", "-q", "--hard", "HEAD^"});
  ExpectAsGit({"-m", "1", "HEAD"});
}

TEST_F(RevertScenariosTest, T3505CommitWithoutAMessage) {
  repo_.Commit("base", "f", "1\n");
  repo_.Write("f", "2\n");
  repo_.Git({"commit", "-q", "-a", "--allow-empty-message", "-m", ""});
  ExpectAsGit({"HEAD"});
}

TEST_F(RevertScenariosTest, T3505EmptyCommitIsSkipped) {
  repo_.Commit("base", "f", "1\n");
  repo_.Commit("nothing");
  ProcessResult result = repo_.Revert({"HEAD"});
  ExpectOk(result);
  EXPECT_THAT(result.out, HasSubstr("nothing to do"));
  EXPECT_EQ(repo_.Subjects(1), "nothing");
}

TEST_F(RevertScenariosTest, T3507ConflictStyles) {
  MakeConflict();
  repo_.Commit("later", "foo", "d\n");
  for (const char* style : {"merge", "diff3", "zdiff3"}) {
    repo_.Git({"config", "merge.conflictStyle", style});
    ExpectAsGit({"HEAD^"});
    repo_.Git({"revert", "--abort"});
  }
}

TEST_F(RevertScenariosTest, T3507MessageCleanup) {
  MakeConflict();
  repo_.Commit("later", "foo", "d\n");
  for (const char* cleanup : {"scissors", "strip", "verbatim"}) {
    repo_.Git({"config", "commit.cleanup", cleanup});
    ExpectAsGit({"HEAD^"});
    repo_.Git({"revert", "--abort"});
  }
}

TEST_F(RevertScenariosTest, T3507GitEndsTheStateInItsWays) {
  MakeConflict();
  std::string middle = repo_.Id("HEAD^");
  EXPECT_EQ(repo_.Revert({"--conflicts", "leave", middle}).status, 1);
  EXPECT_EQ(repo_.Id("REVERT_HEAD"), middle);
  EXPECT_NE(repo_.TryGit({"commit", "-q", "-m", "too early"}).status, 0);
  EXPECT_EQ(repo_.Id("REVERT_HEAD"), middle);
  repo_.Git({"reset", "-q"});
  EXPECT_NE(repo_.TryGit({"rev-parse", "-q", "--verify", "REVERT_HEAD"}).status,
            0);
  repo_.Git({"checkout", "-q", "foo"});
  EXPECT_EQ(repo_.Revert({"--conflicts", "leave", middle}).status, 1);
  repo_.Commit("resolved", "foo", "resolved\n");
  EXPECT_NE(repo_.TryGit({"rev-parse", "-q", "--verify", "REVERT_HEAD"}).status,
            0);
  EXPECT_FALSE(std::filesystem::exists(repo_.path() + "/.git/sequencer"));
}

TEST_F(RevertScenariosTest, T3509DirectoriesAndLinksChangePlaces) {
  repo_.Write("a/f", "");
  repo_.Write("b/x", "x\n");
  std::filesystem::create_symlink("../a", repo_.path() + "/b/a");
  repo_.Commit("link");
  std::filesystem::remove(repo_.path() + "/b/a");
  repo_.Git({"mv", "a", "b/a"});
  std::filesystem::create_symlink("b/a", repo_.path() + "/a");
  repo_.Commit("swapped");
  repo_.Commit("later", "f1", "f1\n");
  ExpectAsGit({"HEAD^"});
}

TEST_F(RevertScenariosTest, T3509FileBecomesADirectory) {
  repo_.Commit("file", "sub/file", "content\n");
  std::filesystem::remove_all(repo_.path() + "/sub");
  repo_.Commit("the directory is a file", "sub", "content\n");
  repo_.Commit("later", "other", "other\n");
  ExpectAsGit({"HEAD^"});
}

TEST_F(RevertScenariosTest, T3510RangesStopWhereGitStops) {
  repo_.Commit("initial", "foo", "a\n");
  std::string start = repo_.Id("HEAD");
  repo_.Commit("base", "foo", "b\n");
  repo_.Commit("picked", "foo", "c\n");
  repo_.Commit("unrelated", "unrelated", "x\n");
  repo_.Commit("yet another", "foo", "d\n");
  repo_.Commit("top", "foo", "e\n");
  std::string before = repo_.Id("HEAD");
  // Without the newest, which the others need, the first of the rest conflicts.
  ExpectAsGit({start + "..HEAD^"});
  EXPECT_NE(repo_.TryGit({"revert", "--continue"}).status, 0);
  repo_.Git({"revert", "--quit"});
  EXPECT_FALSE(std::filesystem::exists(repo_.path() + "/.git/sequencer"));
  EXPECT_EQ(repo_.Id("HEAD"), before);
  repo_.Git({"reset", "-q", "--hard", before});
  ExpectAsGit({start + "..HEAD^"});
  repo_.Git({"revert", "--abort"});
  EXPECT_EQ(repo_.Id("HEAD"), before);
  repo_.ExpectClean();
}

TEST_F(RevertScenariosTest, T3510ContinuesAfterACommitByHand) {
  repo_.Commit("initial", "foo", "a\n");
  std::string start = repo_.Id("HEAD");
  repo_.Commit("unrelated", "unrelated", "x\n");
  repo_.Commit("base", "foo", "b\n");
  repo_.Commit("top", "foo", "c\n");
  EXPECT_EQ(repo_.Revert({"--conflicts", "leave", start + "..HEAD^"}).status,
            1);
  repo_.Commit("resolved by hand", "foo", "resolved\n");
  EXPECT_EQ(repo_.TryGit({"revert", "--continue"}).status, 0);
  EXPECT_EQ(repo_.Subjects(2), "Revert \"unrelated\"\nresolved by hand");
  EXPECT_FALSE(std::filesystem::exists(repo_.path() + "/.git/sequencer"));
}

TEST_F(RevertScenariosTest, T6436UntrackedFilesAreInTheWay) {
  repo_.Write("sub/f", "f\n");
  repo_.Commit("base", "file", "file\n");
  repo_.Git({"rm", "-q", "-r", "sub", "file"});
  repo_.Commit("gone", "other", "other\n");
  repo_.Write("file", "mine\n");
  ExpectRefusedByBoth({"HEAD"}, "file");
  std::filesystem::remove(repo_.path() + "/file");
  // A file where a directory will be.
  repo_.Write("sub", "mine\n");
  ExpectRefusedByBoth({"HEAD"}, "sub");
  std::filesystem::remove(repo_.path() + "/sub");
  // A directory with files where a file will be.
  repo_.Write("file/mine", "mine\n");
  ExpectRefusedByBoth({"HEAD"}, "file");
}

TEST_F(RevertScenariosTest, T6436StagedAndChangedFilesAreInTheWay) {
  repo_.Commit("base", "c1", "1\n");
  repo_.Commit("change", "c1", "2\n");
  repo_.Write("c1", "mine\n");
  ExpectRefusedByBoth({"HEAD"}, "c1");
  repo_.Git({"add", "c1"});
  ExpectRefusedByBoth({"HEAD"}, "c1");
  repo_.Git({"rm", "-q", "--cached", "c1"});
  ExpectRefusedByBoth({"HEAD"}, "c1");
}

TEST_F(RevertScenariosTest, T6436LinkInTheLeadingPathIsNotFollowed) {
  repo_.Commit("base", "sub/f", "f\n");
  repo_.Git({"rm", "-q", "sub/f"});
  repo_.Commit("gone", "other", "other\n");
  std::string outside = repo_.WriteBeside("outside/f", "outside\n");
  std::filesystem::create_symlink("../outside", repo_.path() + "/sub");
  ExpectRefusedByBoth({"HEAD"}, "sub");
  EXPECT_TRUE(std::filesystem::exists(outside));
}

TEST_F(RevertScenariosTest, Libgit2TwiceAndAfterAnEdit) {
  repo_.Commit("base", "file", Lines(1, 9));
  std::string first = repo_.Commit("first", "file", "zero\n" + Lines(1, 9));
  ExpectAsGit({first});
  ProcessResult again = repo_.Revert({first});
  ExpectOk(again);
  EXPECT_THAT(again.out, HasSubstr("nothing to do"));
  repo_.Commit("edit", "file", Lines(1, 9) + "ten\n");
  again = repo_.Revert({first});
  ExpectOk(again);
  EXPECT_THAT(again.out, HasSubstr("nothing to do"));
}

TEST_F(RevertScenariosTest, Libgit2OneOfTwoRenames) {
  repo_.Commit("base", "one", Lines(1, 20));
  repo_.Write("one", Lines(1, 21));
  repo_.Git({"mv", "one", "two"});
  repo_.Commit("first rename");
  repo_.Git({"mv", "two", "three"});
  repo_.Commit("second rename");
  ExpectAsGit({"HEAD^"});
}

TEST_F(RevertScenariosTest, Libgit2RenameWithItsMode) {
  repo_.Commit("base", "badmode", "text\n");
  repo_.Git({"mv", "badmode", "goodmode"});
  repo_.Git({"update-index", "--chmod=+x", "goodmode"});
  std::filesystem::permissions(repo_.path() + "/goodmode",
                               std::filesystem::perms::owner_exec,
                               std::filesystem::perm_options::add);
  repo_.Commit("rename and mode");
  repo_.Commit("later", "other", "other\n");
  ExpectAsGit({"HEAD^"});
}

TEST_F(RevertScenariosTest, Libgit2FileThatTheRootMade) {
  std::string root = repo_.Commit("root", "file", "1\n");
  repo_.Commit("later", "other", "other\n");
  ExpectAsGit({root});
  repo_.Git({"reset", "-q", "--hard", "HEAD^"});
  repo_.Commit("changed", "file", "2\n");
  ExpectAsGit({root});
}

}  // namespace
}  // namespace backgraft::commands
