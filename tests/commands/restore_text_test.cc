// What `restore` draws and counts for people to read.
#include "commands/restore_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;

TEST_F(RestoreTest, WhatWillMoveAndWhatMovedIsDrawn) {
  std::string repository = CloneAt(second_);
  testing::Git(repository, {"commit", "-q", "--allow-empty", "-m", "Own"});
  auto shown = [&](const std::string& revision) {
    return testing::Git(repository, {"rev-parse", revision}).substr(0, 10);
  };
  const std::string before = shown("HEAD");
  EXPECT_THAT(Restore(repository, {"-n", Backup()}).out,
              HasSubstr(" main before, 1 commit of its own\n  |/\n"));
  // What is flattened is joined to nothing.
  EXPECT_THAT(
      Restore(repository, {"-n", "--as", "flatten", Backup()}).out,
      AllOf(HasSubstr(" main before\n"), Not(HasSubstr("the backup,"))));
  const std::string drawn = Restore(repository, {Backup()}).out;
  EXPECT_THAT(drawn,
              HasSubstr("\n  *   " + shown("HEAD") + " main\n  |\\\n  | * " +
                        third_.substr(0, 10) +
                        " the backup, 1 commit of its own\n  * | " + before +
                        " main before, 1 commit of its own\n  |/\n  * " +
                        second_.substr(0, 10) + " merge base\n"));
}

TEST_F(RestoreTest, BothHistoriesAreDrawnBeforeTheQuestion) {
  const std::string repository = Unrelated();
  const std::string own =
      testing::Git(repository, {"rev-parse", "HEAD"}).substr(0, 10);
  const ProcessResult asked = testing::BackgraftOnTerminal(
      repository, {"restore", "--color", "never", Backup()}, 80,
      {.input = "x\ng\n"});
  EXPECT_EQ(asked.status, 0) << asked.out;
  const std::string tip = third_.substr(0, 10);
  EXPECT_THAT(
      asked.out,
      HasSubstr("\nrelation: unrelated: no commit in common with main\n  * " +
                tip + " the backup, 3 commits of its own\n\n  * " + own +
                " main, 1 commit of its own\nThe two histories have nothing in "
                "common.\n"));
  EXPECT_THAT(asked.out, HasSubstr("\n  | * " + tip +
                                   " the backup, no commit in common\n  * " +
                                   own + " main before\n"));
  EXPECT_EQ(Parents(repository),
            testing::Git(repository, {"rev-parse", "HEAD^"}) + " " + third_);
}

TEST_F(RestoreTest, ManyChangesAreCountedByDirectory) {
  const std::string repository = CloneAt(third_);
  site_.Write("index.php", "three\n");
  for (int i = 0; i < 7; ++i) {
    site_.Write("lib/" + std::to_string(i), "new\n");
    site_.Write("web/css/" + std::to_string(i), "new\n");
  }
  site_.Git({"rm", "-q", "page.php"});
  const std::string backup = Backup();
  const std::string plan = Restore(repository, {"-n", backup}).out;
  EXPECT_THAT(plan, HasSubstr("\nchanges: 14 added, 1 modified, 1 deleted\n"
                              "  lib/      | 7 +++++++\n"
                              "  web/      | 7 +++++++\n"
                              "  index.php | 1 ~\n"
                              "  page.php  | 1 -\n"));
  EXPECT_THAT(Restore(repository, {"-v", backup}).out,
              HasSubstr("\n  A lib/0\n  A lib/1\n"));
}

}  // namespace
}  // namespace backgraft::commands
