// Where flatten records its commit, and what the commit says.
#include "commands/flatten_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;

TEST_F(FlattenTest, AnotherBranchMovesWithoutTouchingTheFiles) {
  box_.Git({"branch", "live"});
  std::string tar = box_.WriteTar({{.name = "x", .content = "x\n"}});
  std::string before = box_.Git({"rev-parse", "main"});
  box_.WriteRepo("old.txt", "edited\n");
  Flatten({tar, "--branch", "live"});
  EXPECT_EQ(box_.Files("live"), "100644 x");
  EXPECT_EQ(box_.Git({"rev-parse", "main"}), before);
  EXPECT_EQ(box_.Git({"status", "--porcelain"}), " M old.txt");
}

TEST_F(FlattenTest, BareRepository) {
  box_.Git({"clone", "-q", "--bare", ".", "../bare.git"});
  std::string tar = box_.WriteTar({{.name = "x", .content = "x\n"}});
  Flatten({"-C", box_.path() + "/bare.git", tar});
  EXPECT_EQ(testing::Git(box_.path() + "/bare.git",
                         {"ls-tree", "--name-only", "main"}),
            "x");
}

TEST_F(FlattenTest, UnbornBranchGetsARootCommit) {
  Git(box_.path(), {"init", "-q", "-b", "trunk", "empty"});
  std::string empty = box_.path() + "/empty";
  std::string tar = box_.WriteTar({{.name = "x", .content = "x\n"}});
  Flatten({"-C", empty, tar});
  EXPECT_EQ(Git(empty, {"log", "--format=%P|%s", "trunk"}),
            "|Restore code from backup.tar");
  EXPECT_EQ(Git(empty, {"status", "--porcelain"}), "");
}

TEST_F(FlattenTest, UnbornBranchWithStagedFilesOfTheBackupIsRefused) {
  Git(box_.path(), {"init", "-q", "empty"});
  std::string empty = box_.path() + "/empty";
  box_.Write("empty/x", "mine\n");
  Git(empty, {"add", "x"});
  std::string tar = box_.WriteTar({{.name = "x", .content = "x\n"}});
  ProcessResult result = Flatten({"-C", empty, tar}, 2);
  EXPECT_THAT(result.err, HasSubstr("'x'"));
  EXPECT_EQ(box_.Read("empty/x"), "mine\n");
}

TEST_F(FlattenTest, DetachedHeadMoves) {
  box_.Git({"checkout", "-q", "--detach"});
  std::string main = box_.Git({"rev-parse", "main"});
  std::string tar = box_.WriteTar({{.name = "x", .content = "x\n"}});
  Flatten({tar});
  EXPECT_EQ(box_.Git({"rev-parse", "HEAD^"}), main);
  EXPECT_EQ(box_.Git({"rev-parse", "main"}), main);
  box_.ExpectClean();
}

TEST_F(FlattenTest, LinkedWorktree) {
  box_.Git({"worktree", "add", "-q", "-b", "side", "../side"});
  std::string tar = box_.WriteTar({{.name = "x", .content = "x\n"}});
  ProcessResult refused = Flatten({tar, "--branch", "side"}, 2);
  EXPECT_THAT(refused.err, HasSubstr("checked out in another worktree"));
  Flatten({"-C", box_.path() + "/side", tar});
  EXPECT_EQ(box_.Files("side"), "100644 x");
  EXPECT_EQ(Git(box_.path() + "/side", {"status", "--porcelain"}), "");
  box_.ExpectClean();
}

TEST_F(FlattenTest, PackedRefsAndAlternates) {
  box_.Git({"clone", "-q", "-s", ".", "../clone"});
  std::string clone = box_.path() + "/clone";
  Git(clone, {"pack-refs", "--all"});
  std::string tar = box_.WriteTar({{.name = "same.txt", .content = "same\n"}});
  Flatten({"-C", clone, tar});
  EXPECT_EQ(Git(clone, {"ls-tree", "--name-only", "HEAD"}), "same.txt");
  Git(clone, {"fsck", "--strict", "--full"});
  // The blob is in the alternate: only a tree and a commit are new.
  EXPECT_THAT(Git(clone, {"count-objects", "-v"}), HasSubstr("in-pack: 2\n"));
}

TEST_F(FlattenTest, StandardMessageAndTrailers) {
  std::string tar = box_.WriteTar({{.name = "x", .content = "x\n"}},
                                  "shop_live_2026-11-20T14-00-00_UTC_code.tar");
  Flatten({tar}, 0, {.env = {{"GIT_AUTHOR_DATE", ""}}});
  std::string sha = testing::Run({"sha256sum", tar}).out.substr(0, 64);
  EXPECT_EQ(Show("%B"),
            "Restore code of shop live from 2026-11-20T14:00:00Z\n\n"
            "Backgraft-Mode: flatten\n"
            "Backgraft-Source: shop_live_2026-11-20T14-00-00_UTC_code.tar\n"
            "Backgraft-Source-SHA256: " +
                sha + "\n");
  EXPECT_EQ(Show("%ad|%cd"),
            "2026-11-20T14:00:00+00:00|2023-11-14T22:13:20+00:00");
}

TEST_F(FlattenTest, DatesWinInGitsOrder) {
  const std::string name = "shop_live_2026-11-20T14-00-00_UTC_code.tar";
  auto date = [&](const std::string& content,
                  const std::vector<std::string>& more,
                  const std::map<std::string, std::string>& env) {
    std::vector<std::string> args = {
        box_.WriteTar({{.name = "x", .content = content}}, name)};
    args.insert(args.end(), more.begin(), more.end());
    Flatten(args, 0, {.env = env});
    return Show("%ad|%cd");
  };
  EXPECT_EQ(date("1", {}, {}),
            "2023-11-14T22:13:20+00:00|2023-11-14T22:13:20+00:00");
  EXPECT_EQ(date("2", {"--date", "2001-02-03T04:05:06+01:00"}, {}),
            "2001-02-03T04:05:06+01:00|2023-11-14T22:13:20+00:00");
  EXPECT_EQ(date("3", {},
                 {{"GIT_AUTHOR_DATE", ""},
                  {"GIT_COMMITTER_DATE", ""},
                  {"SOURCE_DATE_EPOCH", "1000000000"}}),
            "2026-11-20T14:00:00+00:00|2001-09-09T01:46:40+00:00");
}

TEST_F(FlattenTest, MessageAuthorAndFile) {
  std::string tar = box_.WriteTar({{.name = "x", .content = "1"}});
  Flatten({tar, "-m", "Go back  ", "-m", "two", "--author",
           "J Doe <j@example.com>"});
  EXPECT_THAT(Show("%an <%ae>|%cn|%B"),
              HasSubstr("J Doe <j@example.com>|C O Mitter|Go back\n\ntwo\n\n"
                        "Backgraft-Mode: flatten\n"));
  tar = box_.WriteTar({{.name = "x", .content = "2"}});
  std::string message =
      box_.Write("message", "\nFrom a file\n\n\nSigned-off-by: J <j@x>\n");
  Flatten({tar, "-F", message});
  EXPECT_THAT(Show("%B"), HasSubstr("From a file\n\nSigned-off-by: J <j@x>\n"
                                    "Backgraft-Mode: flatten\n"));
  tar = box_.WriteTar({{.name = "x", .content = "3"}});
  Flatten({tar, "-F", "-"}, 0, {.input = "From stdin"});
  EXPECT_EQ(Show("%s"), "From stdin");
}

TEST_F(FlattenTest, TrailersAreLiteralWhateverTheName) {
  std::string tar = box_.WriteTar({{.name = "x", .content = "x\n"}},
                                  "a\nInjected: yes\x1b[31m\xff.tar");
  Flatten({tar});
  EXPECT_THAT(Show("%B"), HasSubstr("\nBackgraft-Source: a\\x0aInjected: "
                                    "yes\\x1b[31m\\xff.tar\n"));
  EXPECT_EQ(Show("%(trailers:key=Injected)"), "");
}

TEST_F(FlattenTest, SourceWithUnbornHeadIsTakenWhole) {
  std::string tar = box_.WriteTar(
      {Directory("site"),
       {.name = "site/.git/HEAD", .content = "ref: refs/heads/main\n"},
       {.name = "site/.git/config", .content = "[core]\n\tfsmonitor = false\n"},
       Directory("site/.git/objects"),
       {.name = "site/.gitignore", .content = "*.log\n"},
       {.name = "site/a.log", .content = "log\n"}});
  Flatten({tar});
  EXPECT_EQ(box_.Files(), "100644 .gitignore\n100644 a.log");
}

TEST_F(FlattenTest, OtherUncommittedChangesStay) {
  box_.WriteRepo("same.txt", "edited\n");
  box_.WriteRepo("untracked", "u\n");
  std::string tar = box_.WriteTar({{.name = "same.txt", .content = "same\n"},
                                   {.name = "new", .content = "n\n"}});
  Flatten({tar});
  EXPECT_EQ(box_.Git({"status", "--porcelain"}), " M same.txt\n?? untracked");
  EXPECT_EQ(box_.Read("repo/same.txt"), "edited\n");
}

TEST_F(FlattenTest, IgnoredFileInTheWayIsReplacedAndTold) {
  box_.WriteRepo(".gitignore", "cache\n");
  box_.Commit("ignore");
  box_.WriteRepo("cache", "mine\n");
  std::string tar = box_.WriteTar({{.name = ".gitignore", .content = "cache\n"},
                                   {.name = "cache", .content = "theirs\n"}});
  ProcessResult result = Flatten({tar});
  EXPECT_THAT(result.err, HasSubstr("'cache'"));
  EXPECT_EQ(box_.Read("repo/cache"), "theirs\n");
}

TEST_F(FlattenTest, QuietSaysNothingAndVerboseEverything) {
  std::string tar = box_.WriteTar({{.name = "x", .content = "1"}});
  ProcessResult quiet = Flatten({tar, "-q"});
  EXPECT_EQ(quiet.out + quiet.err, "");
  tar = box_.WriteTar({{.name = "y", .content = "1"}});
  EXPECT_THAT(Flatten({tar, "-v"}).out, HasSubstr("  A y\n"));
}

TEST_F(FlattenTest, FromASubdirectoryAndThroughSeveralDirectoryOptions) {
  box_.WriteRepo("d/x", "x\n");
  box_.Commit("d");
  box_.WriteTar({{.name = "y", .content = "1"}});
  Flatten({"-C", "d", "-C", "..", "../backup.tar"});
  EXPECT_EQ(box_.Files(), "100644 y");
}

}  // namespace
}  // namespace backgraft::commands
