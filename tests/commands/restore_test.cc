// `restore`: the contract's table of relations, what a second run does, and
// what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "commands/restore_fixture.h"
#include "testing/snapshot.h"

namespace backgraft::commands {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

TEST_F(RestoreTest, IdenticalHasNothingToDo) {
  std::string repository = CloneAt(third_);
  json got = JsonOf(Restore(repository, {Backup(), "--json"}));
  EXPECT_EQ(got["relation"], "identical");
  EXPECT_EQ(got["status"], "nothing-to-do");
  EXPECT_EQ(got["verified"], true);
  EXPECT_EQ(got["source"]["tip"], third_);
  EXPECT_EQ(testing::Git(repository, {"rev-parse", "HEAD"}), third_);
}

TEST_F(RestoreTest, BehindIsOneCommitThatBringsTheTreeBack) {
  std::string backup = Backup();
  site_.Commit("Bad deploy", "index.php", "broken\n");
  site_.Git({"checkout", "-q", "-b", "side", third_});
  site_.Commit("On the side", "side.php", "side\n");
  site_.Git({"checkout", "-q", "main"});
  std::string merge = site_.Merge("side");
  std::string repository = CloneAt(merge);
  ProcessResult result = Restore(repository, {backup});
  EXPECT_EQ(Parents(repository), merge);
  std::string message = testing::Git(repository, {"log", "-1", "--format=%B"});
  EXPECT_THAT(message, HasSubstr("Bad deploy"));
  EXPECT_THAT(message, HasSubstr("\nBackgraft-Mode: revert\n"));
  EXPECT_THAT(message, HasSubstr("\nBackgraft-Restored: " + third_ + "\n"));
  EXPECT_THAT(result.err, HasSubstr("merging that again brings nothing back"));
  ExpectRestored(repository, {backup}, site_.Tree(third_));
}

// `revert --to` a source knows the commit that the source is at, too.
TEST_F(RestoreTest, RevertToABackupNamesItsTip) {
  std::string backup = Backup();
  std::string bad = site_.Commit("Bad deploy", "index.php", "broken\n");
  std::string repository = CloneAt(bad);
  ProcessResult result =
      testing::Backgraft(repository, {"revert", "--to", backup});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(testing::Git(repository, {"rev-parse", "HEAD^{tree}"}),
            site_.Tree(third_));
  std::string message = testing::Git(repository, {"log", "-1", "--format=%B"});
  EXPECT_THAT(message, HasSubstr("\nBackgraft-Restored: " + third_ + "\n"));
  EXPECT_THAT(message, HasSubstr("Bad deploy"));
}

TEST_F(RestoreTest, AheadIsAFastForward) {
  std::string repository = CloneAt(first_);
  json got = JsonOf(Restore(repository, {Backup(), "--json"}));
  EXPECT_EQ(got["relation"], "ahead");
  EXPECT_EQ(got["before"], first_);
  EXPECT_EQ(got["after"], third_);
  EXPECT_EQ(got["counts"]["commits"], 0);
  ExpectRestored(repository, {Backup()}, site_.Tree(third_));
}

TEST_F(RestoreTest, AnUnbornBranchGoesToTheTip) {
  std::string repository = place_ / "fresh";
  testing::Git(place_.path(), {"init", "-q", "-b", "main", repository});
  Restore(repository, {Backup()});
  EXPECT_EQ(testing::Git(repository, {"rev-parse", "main"}), third_);
  ExpectRestored(repository, {Backup()}, site_.Tree(third_));
}

TEST_F(RestoreTest, DivergedIsAMergeWithTheBackupsTree) {
  std::string repository = CloneAt(second_);
  testing::Git(repository, {"commit", "-q", "--allow-empty", "-m", "Own"});
  std::string own = testing::Git(repository, {"rev-parse", "HEAD"});
  json got = JsonOf(Restore(repository, {Backup(), "--json"}));
  EXPECT_EQ(got["relation"], "diverged");
  EXPECT_EQ(Parents(repository), own + " " + third_);
  ExpectRestored(repository, {Backup()}, site_.Tree(third_));
}

// 100664 is what early versions of git wrote.
TEST_F(RestoreTest, TreesWithOldModesAreNoUncommittedChange) {
  const std::string path = site_.path();
  const std::string script =
      "t=$(git cat-file tree 'HEAD^{tree}' | sed 's/100644 page/100664 page/' |"
      " git hash-object -t tree -w --literally --stdin) &&"
      " git reset -q --hard $(git commit-tree -p HEAD -m Old $t)";
  ASSERT_EQ(testing::Run({"sh", "-c", "cd '" + path + "' && " + script}).status,
            0);
  const std::string tip = testing::Git(path, {"rev-parse", "HEAD"});
  const std::string backup = Backup();
  for (const std::string& revision : {first_, tip}) {
    const std::string repository = CloneAt(revision);
    Restore(repository, {backup});
    EXPECT_EQ(testing::Git(repository, {"rev-parse", "HEAD"}), tip);
    EXPECT_EQ(testing::Git(repository, {"status", "--porcelain"}), "");
  }
}

TEST_F(RestoreTest, UncommittedChangesAreOneMoreCommit) {
  for (const std::string& at : {third_, first_}) {
    site_.Write("page.php", "edited, never committed\n");
    site_.Write("new.php", "never added\n");
    std::string backup = Backup();
    std::string repository = CloneAt(at);
    json got = JsonOf(Restore(repository, {backup, "--json"}));
    EXPECT_EQ(got["counts"]["commits"], 1);
    EXPECT_EQ(Parents(repository), third_);
    EXPECT_EQ(testing::Git(repository, {"show", "HEAD:page.php"}),
              "edited, never committed");
    EXPECT_EQ(testing::Git(repository, {"ls-tree", "--name-only", "HEAD"}),
              "index.php\nnew.php\npage.php");
    std::string tree = testing::Git(repository, {"rev-parse", "HEAD^{tree}"});
    ExpectRestored(repository, {backup}, tree);
    std::string other = CloneAt(at);
    Restore(other, {backup, "--tip-only"});
    EXPECT_EQ(testing::Git(other, {"rev-parse", "HEAD"}), third_);
  }
}

TEST_F(RestoreTest, BehindWithUncommittedChangesIsTwoCommits) {
  site_.Write("new.php", "never added\n");
  std::string backup = Backup();
  std::string repository = CloneAt(third_);
  testing::Git(repository, {"rm", "-q", "page.php"});
  testing::Git(repository, {"commit", "-q", "-m", "Bad deploy"});
  std::string bad = testing::Git(repository, {"rev-parse", "HEAD"});
  Restore(repository, {backup});
  EXPECT_EQ(Parents(repository, "HEAD~"), bad);
  EXPECT_EQ(testing::Git(repository, {"rev-parse", "HEAD~^{tree}"}),
            site_.Tree(third_));
  ExpectRestored(repository, {backup},
                 testing::Git(repository, {"rev-parse", "HEAD^{tree}"}));
}

TEST_F(RestoreTest, UnrelatedNeedsADecisionAndBothAreSpelledOut) {
  std::string repository = Unrelated();
  std::string backup = Backup();
  auto before = testing::Snapshot(repository);
  ProcessResult result = Restore(repository, {backup}, 2);
  EXPECT_THAT(result.err,
              HasSubstr("backgraft restore --as flatten '" + backup + "'"));
  EXPECT_THAT(result.err,
              HasSubstr("backgraft restore --as graft '" + backup + "'"));
  json got = JsonOf(Restore(repository, {backup, "--json"}, 2));
  EXPECT_EQ(got["relation"], "unrelated");
  EXPECT_EQ(testing::Snapshot(repository), before);
}

TEST_F(RestoreTest, UnrelatedAsFlattenAndAsGraft) {
  std::string backup = Backup();
  std::string flat = Unrelated();
  std::string own = testing::Git(flat, {"rev-parse", "HEAD"});
  Restore(flat, {backup, "--as", "flatten"});
  EXPECT_EQ(Parents(flat), own);
  ExpectRestored(flat, {backup, "--as", "flatten"}, site_.Tree(third_));
  // Nothing of the history came along.
  EXPECT_NE(testing::Run({"git", "cat-file", "-e", third_}, {.directory = flat})
                .status,
            0);
  std::string grafted = Unrelated();
  own = testing::Git(grafted, {"rev-parse", "HEAD"});
  Restore(grafted, {backup, "--as", "graft"});
  EXPECT_EQ(Parents(grafted), own + " " + third_);
  ExpectRestored(grafted, {backup}, site_.Tree(third_));
}

TEST_F(RestoreTest, NoHistoryIsFlattened) {
  std::string path = place_ / "plain.tar";
  testing::Run(
      {"tar", "-cf", path, "-C", site_.path(), "--exclude", ".git", "."}, {});
  std::string repository = Unrelated();
  json got = JsonOf(Restore(repository, {path, "--json"}));
  EXPECT_EQ(got["relation"], "no-history");
  ExpectRestored(repository, {path}, site_.Tree(third_));
  ProcessResult graft = Restore(repository, {path, "--as", "graft"}, 2);
  EXPECT_THAT(graft.err, HasSubstr("backgraft flatten"));
}

TEST_F(RestoreTest, FromStandardInputABundleAndADirectory) {
  std::string tar = Backup();
  site_.Git({"bundle", "create", "-q", "../site.bundle", "--all"});
  for (const std::string& source :
       {site_.path() + "/../site.bundle", site_.path()}) {
    std::string repository = CloneAt(first_);
    Restore(repository, {source});
    EXPECT_EQ(testing::Git(repository, {"rev-parse", "HEAD"}), third_);
  }
  std::string repository = CloneAt(first_);
  ProcessResult result =
      testing::Run({"sh", "-c", "exec \"$0\" restore - <\"$1\"",
                    testing::ProgramPath(), tar},
                   {.directory = repository});
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(testing::Git(repository, {"rev-parse", "HEAD"}), third_);
}

TEST_F(RestoreTest, KeepsPathsAndExcludesOthers) {
  std::string repository = CloneAt(first_);
  place_.Write("clone1/index.php", "our own\n");
  testing::Git(repository, {"commit", "-q", "-a", "-m", "Own"});
  Restore(repository,
          {Backup(), "--keep", "index.php", "--exclude", "page.php"});
  EXPECT_EQ(testing::Git(repository, {"show", "HEAD:index.php"}), "our own");
  EXPECT_EQ(testing::Git(repository, {"ls-tree", "--name-only", "HEAD"}),
            "index.php");
  std::string message = testing::Git(repository, {"log", "-1", "--format=%B"});
  EXPECT_THAT(message, HasSubstr("\nBackgraft-Keep: index.php\n"));
  EXPECT_THAT(message, HasSubstr("\nBackgraft-Exclude: page.php"));
}

TEST_F(RestoreTest, ADryRunWritesNothingAndTellsTheSameIds) {
  site_.Write("new.php", "never added\n");
  std::string backup = Backup();
  for (const std::string& at : {first_, third_, std::string("unrelated")}) {
    std::string repository = at == "unrelated" ? Unrelated() : CloneAt(at);
    auto before = testing::Snapshot(repository);
    json planned =
        JsonOf(Restore(repository, {backup, "--as", "graft", "-n", "--json"}));
    EXPECT_EQ(testing::Snapshot(repository), before);
    json done =
        JsonOf(Restore(repository, {backup, "--as", "graft", "--json"}));
    EXPECT_EQ(planned["after"], done["after"]);
    EXPECT_EQ(planned["tree"], done["tree"]);
  }
}

TEST_F(RestoreTest, FailureLeavesRefsIndexAndFilesUntouched) {
  std::string backup = Backup();
  std::string repository = CloneAt(first_);
  place_.Write("clone1/index.php", "edited\n");
  place_.Write("clone1/page.php", "untracked\n");
  auto before = testing::Snapshot(repository);
  ProcessResult result = Restore(repository, {backup}, 2);
  EXPECT_THAT(result.err, HasSubstr("'index.php'"));
  EXPECT_THAT(result.err, HasSubstr("'page.php'"));
  EXPECT_EQ(testing::Snapshot(repository), before);
}

TEST_F(RestoreTest, OnlyOneCodeBackupAtATime) {
  std::string backup = Backup();
  EXPECT_THAT(Restore(CloneAt(first_), {backup, backup}, 129).err,
              HasSubstr("only one code backup"));
  EXPECT_THAT(Restore(CloneAt(first_), {}, 129).err,
              HasSubstr("say which backup"));
}

// The lines of a plan.
std::vector<std::string> PlanIn(const std::string& output) {
  std::vector<std::string> plan;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("plan: ")) plan.push_back(line);
  }
  return plan;
}

TEST_F(RestoreTest, ThePlanIsToldFirstAndByADryRunToo) {
  const std::string backup = Backup();
  struct Case {
    std::string repository;
    std::vector<std::string> args;
    size_t commits;
  };
  const std::string diverged = CloneAt(second_);
  place_.Write("clone1/more.txt", "more\n");
  testing::Git(diverged, {"add", "."});
  testing::Git(diverged, {"commit", "-q", "-m", "More"});
  for (const Case& one : {Case{diverged, {}, 1}, Case{CloneAt(first_), {}, 0},
                          Case{Unrelated(), {"--as", "flatten"}, 1},
                          Case{Unrelated(), {"--as", "graft"}, 1}}) {
    std::vector<std::string> args = one.args;
    args.push_back(backup);
    const std::string before =
        testing::Git(one.repository, {"rev-parse", "HEAD"});
    args.push_back("--dry-run");
    const std::vector<std::string> planned =
        PlanIn(Restore(one.repository, args).out);
    EXPECT_EQ(testing::Git(one.repository, {"rev-parse", "HEAD"}), before);
    args.pop_back();
    const std::string out = Restore(one.repository, args).out;
    EXPECT_EQ(PlanIn(out), planned);
    ASSERT_EQ(planned.size(), one.commits + 1) << out;
    const std::string after =
        testing::Git(one.repository, {"rev-parse", "--short=10", "HEAD"});
    EXPECT_THAT(planned.back(), HasSubstr(" to " + after.substr(0, 10)));
    EXPECT_THAT(planned.back(), HasSubstr(" from " + before.substr(0, 10)));
    if (one.commits == 1) {
      EXPECT_THAT(testing::Git(one.repository, {"log", "-1", "--abbrev=10",
                                                "--format=plan: commit %h %s"}),
                  ::testing::StartsWith(planned.front()));
    }
    EXPECT_LT(out.find("plan: "), out.find("changes: "));
  }
  // Nothing is planned where nothing is done.
  EXPECT_THAT(PlanIn(Restore(diverged, {backup}).out), ::testing::IsEmpty());
}

}  // namespace
}  // namespace backgraft::commands
