// What flatten and verify refuse whatever the source: states of the repository,
// command lines, unwritable output.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/refusal.h"
#include "testing/snapshot.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RefusalTest : public ::testing::TestWithParam<Row> {};

TEST_P(RefusalTest, SaysWhyAndChangesNothing) { ExpectRefused(GetParam()); }

// --- The repository ---------------------------------------------------------

Args FlattenPlain(const Sandbox& box) {
  return {"flatten", box.WriteTar({{.name = "same.txt", .content = "backup\n"},
                                   {.name = "new.txt", .content = "new\n"}})};
}

// A flatten of a good source, in a state that `break_it` makes.
Row State(const std::string& name, const std::string& message,
          const std::string& hint,
          const std::function<void(const Sandbox&)>& break_it) {
  return {name, 2, message, hint, [break_it](const Sandbox& box) {
            break_it(box);
            return FlattenPlain(box);
          }};
}

// Git with a command that is expected to fail half way.
void TryGit(const Sandbox& box, const Args& args) {
  Args all = {"git"};
  all.insert(all.end(), args.begin(), args.end());
  testing::Run(all, {.directory = box.repo()});
}

// Branch "other" changes same.txt in another way than main does.
void MakeConflict(const Sandbox& box) {
  box.Git({"checkout", "-q", "-b", "other"});
  box.WriteRepo("same.txt", "other\n");
  box.Commit("other");
  box.Git({"checkout", "-q", "main"});
  box.WriteRepo("same.txt", "main\n");
  box.Commit("main");
}

const std::vector<Row> kStates = {
    State("Modified", "uncommitted changes in the way: 'same.txt'", "git stash",
          [](const Sandbox& box) { box.WriteRepo("same.txt", "mine\n"); }),
    State("ModifiedAndDeletedByBackup",
          "uncommitted changes in the way: 'old.txt'", "git stash",
          [](const Sandbox& box) { box.WriteRepo("old.txt", "mine\n"); }),
    State("Staged", "'same.txt'", "git stash",
          [](const Sandbox& box) {
            box.WriteRepo("same.txt", "mine\n");
            box.Git({"add", "same.txt"});
          }),
    State("StagedNew", "'new.txt'", "git stash",
          [](const Sandbox& box) {
            box.WriteRepo("new.txt", "mine\n");
            box.Git({"add", "new.txt"});
          }),
    State("Untracked", "untracked files in the way: 'new.txt'",
          "git stash --include-untracked",
          [](const Sandbox& box) { box.WriteRepo("new.txt", "mine\n"); }),
    State("UntrackedDirectory", "'new.txt/mine'", "stash",
          [](const Sandbox& box) { box.WriteRepo("new.txt/mine", "mine\n"); }),
    State("EachPathNamed",
          "'old.txt', 'same.txt'; untracked files in the "
          "way: 'new.txt'",
          "git stash",
          [](const Sandbox& box) {
            box.WriteRepo("same.txt", "mine\n");
            box.WriteRepo("old.txt", "mine\n");
            box.WriteRepo("new.txt", "mine\n");
          }),
    State("Merge", "merge", "git merge --abort",
          [](const Sandbox& box) {
            MakeConflict(box);
            TryGit(box, {"merge", "other"});
          }),
    State("Unmerged", "unmerged paths: 'same.txt'", "",
          [](const Sandbox& box) {
            MakeConflict(box);
            TryGit(box, {"merge", "other"});
            unlink((box.repo() + "/.git/MERGE_HEAD").c_str());
          }),
    State("CherryPick", "cherry-pick", "git cherry-pick --abort",
          [](const Sandbox& box) {
            MakeConflict(box);
            TryGit(box, {"cherry-pick", "other"});
          }),
    State("Revert", "revert", "git revert --abort",
          [](const Sandbox& box) {
            box.WriteRepo("same.txt", "2\n");
            box.Commit("two");
            box.WriteRepo("same.txt", "3\n");
            box.Commit("three");
            TryGit(box, {"revert", "--no-edit", "HEAD^"});
          }),
    State("Rebase", "rebase", "git rebase --abort",
          [](const Sandbox& box) {
            MakeConflict(box);
            TryGit(box, {"rebase", "other"});
          }),
    State("Bisect", "bisect", "git bisect reset",
          [](const Sandbox& box) {
            TryGit(box, {"bisect", "start"});
          }),
    State("Am", "am", "git am --abort",
          [](const Sandbox& box) {
            MakeConflict(box);
            TryGit(box, {"format-patch", "-q", "-1", "-o", "..", "other"});
            TryGit(box, {"am", "../0001-other.patch"});
          }),
    State("Sha256", "sha256", "git init",
          [](const Sandbox& box) {
            box.Git({"config", "core.repositoryFormatVersion", "1"});
            box.Git({"config", "extensions.objectFormat", "sha256"});
          }),
    State("Reftable", "reftable", "",
          [](const Sandbox& box) {
            box.Git({"config", "core.repositoryFormatVersion", "1"});
            // git 2.39 refuses to write it itself.
            std::string config = box.Read("repo/.git/config");
            box.WriteRepo(".git/config",
                          config + "[extensions]\n\trefStorage = reftable\n");
          }),
    State("PartialClone", "partial clone", "git clone",
          [](const Sandbox& box) {
            box.Git({"config", "core.repositoryFormatVersion", "1"});
            box.Git({"config", "extensions.partialClone", "origin"});
          }),
    State("Promisor", "partial clone", "git clone",
          [](const Sandbox& box) {
            box.Git({"config", "remote.origin.promisor", "true"});
          }),
    {"NotARepository",
     2,
     "not in a git repository",
     "git init",
     [](const Sandbox& box) {
       Args args = FlattenPlain(box);
       args.insert(args.begin(), {"-C", box.path()});
       return args;
     },
     {.env = {{"GIT_CEILING_DIRECTORIES", "/"}}}},
    {"NoSuchDirectory", 2, "cannot change to 'nowhere'", "",
     [](const Sandbox& box) {
       Args args = FlattenPlain(box);
       args.insert(args.begin(), {"-C", "nowhere"});
       return args;
     }},
    {"EmptyIdentity",
     2,
     "empty ident name",
     "",
     FlattenPlain,
     {.env = {{"GIT_AUTHOR_NAME", ""}}}},
    {"NoSuchBranch", 2, "there is no branch 'live'", "git branch live",
     [](const Sandbox& box) {
       Args args = FlattenPlain(box);
       args.insert(args.end(), {"--branch", "live"});
       return args;
     }},
    {"NoSuchRevision", 2, "there is no revision 'v9'", "git log",
     [](const Sandbox& box) {
       return Args{"verify", FlattenPlain(box)[1], "v9"};
     }},
};

INSTANTIATE_TEST_SUITE_P(Repository, RefusalTest, ::testing::ValuesIn(kStates),
                         RowName);

// --- The command line -------------------------------------------------------

Row Usage(const std::string& name, const std::string& message,
          const std::string& hint, const Args& args) {
  return {name, 129, message, hint, [args](const Sandbox& box) {
            FlattenPlain(box);
            return args;
          }};
}

const std::vector<Row> kUsage = {
    Usage("Nothing", "no command is given", "backgraft -h", {}),
    Usage("UnknownCommand", "'flaten' is no backgraft command",
          "backgraft flatten", {"flaten", "x"}),
    Usage("UnlikeAnyCommand", "'frobnicate' is no backgraft command",
          "backgraft -h", {"frobnicate"}),
    Usage("NoSource", "SOURCE", "backgraft flatten -h", {"flatten"}),
    Usage("UnknownOption", "--frob", "backgraft flatten -h",
          {"flatten", "../backup.tar", "--frob"}),
    Usage("TwoSources", "other", "backgraft flatten -h",
          {"flatten", "../backup.tar", "other"}),
    Usage("BadMode", "--mode", "backgraft flatten -h",
          {"flatten", "../backup.tar", "--mode", "merge"}),
    Usage("BadFilters", "--filters", "backgraft verify -h",
          {"verify", "../backup.tar", "--filters", "some"}),
    Usage("BadSelect", "--select", "backgraft flatten -h",
          {"flatten", "../backup.tar", "--select", "some"}),
    Usage("BadProgress", "--progress", "backgraft flatten -h",
          {"flatten", "../backup.tar", "--progress", "some"}),
    Usage("BadLimit", "--max-depth", "backgraft flatten -h",
          {"flatten", "../backup.tar", "--max-depth", "deep"}),
    Usage("PrefixOutside", "--prefix", "",
          {"flatten", "../backup.tar", "--prefix", "../x"}),
    Usage("PrefixGit", "--prefix", "",
          {"flatten", "../backup.tar", "--prefix", ".git/x"}),
    Usage("MessageTwice", "exclude each other", "",
          {"flatten", "../backup.tar", "-m", "x", "-F", "y"}),
    Usage("EmptyMessage", "message is empty", "",
          {"flatten", "../backup.tar", "-m", ""}),
    Usage("BadAuthor", "--author", "",
          {"flatten", "../backup.tar", "--author", "nobody"}),
    Usage("BadDate", "date", "",
          {"flatten", "../backup.tar", "--date", "once upon a time"}),
    Usage("BadBranch", "not a valid branch name", "",
          {"flatten", "../backup.tar", "--branch", "a..b"}),
};

INSTANTIATE_TEST_SUITE_P(Usage, RefusalTest, ::testing::ValuesIn(kUsage),
                         RowName);

// --- Output and permissions -------------------------------------------------

class OutputTest : public ::testing::TestWithParam<std::string> {};

TEST_P(OutputTest, UnwritableStandardOutputIsExit7BeforeAnythingChanged) {
  Sandbox box;
  std::string tar = box.WriteTar({{.name = "x", .content = "x\n"}});
  auto before = testing::Snapshot(box.repo());
  std::string program = testing::ProgramPath();
  for (const char* json : {"", " --json"}) {
    ProcessResult result = testing::Run(
        {"bash", "-c",
         "'" + program + "' flatten ../backup.tar" + json + GetParam()},
        {.directory = box.repo()});
    EXPECT_EQ(result.status, 7) << result.err;
    EXPECT_THAT(result.err, HasSubstr("standard output"));
  }
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box.repo())),
              IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(Streams, OutputTest,
                         ::testing::Values(" > /dev/full", " >&-",
                                           " 0<&- >&-"));

TEST(ClosedPipeTest, IsExit7BeforeAnythingChanged) {
  Sandbox box;
  std::string tar = box.WriteTar({{.name = "x", .content = "x\n"}});
  auto before = testing::Snapshot(box.repo());
  // The reader is gone before the program starts.
  ProcessResult result =
      testing::Run({"bash", "-c",
                    "exec 3> >(exec true); sleep 0.2; '" +
                        testing::ProgramPath() + "' flatten ../backup.tar >&3"},
                   {.directory = box.repo()});
  EXPECT_EQ(result.status, 7) << result.err;
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box.repo())),
              IsEmpty());
}

TEST(NobodyTest, MissingIdentityIsExit2WithGitsAdvice) {
  Sandbox box;
  std::string tar = box.WriteTar({{.name = "x", .content = "x\n"}});
  auto before = testing::Snapshot(box.repo());
  ProcessResult result =
      testing::Run({"env", "-u", "GIT_AUTHOR_NAME", "-u", "GIT_AUTHOR_EMAIL",
                    "-u", "GIT_COMMITTER_NAME", "-u", "GIT_COMMITTER_EMAIL",
                    "-u", "EMAIL", testing::ProgramPath(), "flatten", tar},
                   {.directory = box.repo()});
  EXPECT_EQ(result.status, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("git config --global user.email"));
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box.repo())),
              IsEmpty());
}

TEST(LockedTest, AnotherProgramsIndexLockIsExit2) {
  Sandbox box;
  std::string tar = box.WriteTar({{.name = "x", .content = "x\n"}});
  box.WriteRepo(".git/index.lock", "");
  std::string head = box.Git({"rev-parse", "HEAD"});
  ProcessResult result = box.Backgraft({"flatten", tar});
  EXPECT_EQ(result.status, 2) << result.err;
  EXPECT_THAT(result.err, HasSubstr("index.lock"));
  EXPECT_EQ(box.Git({"rev-parse", "HEAD"}), head);
  EXPECT_EQ(box.Read("repo/old.txt"), "old\n");
}

TEST(UnreadableSourceTest, IsExit3) {
  Sandbox box;
  std::string tar = box.WriteTar({{.name = "x", .content = "x\n"}});
  chmod(tar.c_str(), 0);
  chmod(box.path().c_str(), 0755);
  // Root reads everything, so that the test has to become somebody else.
  std::vector<std::string> argv = {testing::ProgramPath(), "inspect", tar};
  if (geteuid() == 0) {
    argv.insert(argv.begin(), {"setpriv", "--reuid", "65534", "--regid",
                               "65534", "--clear-groups"});
  }
  ProcessResult result = testing::Run(argv, {.directory = "/"});
  EXPECT_EQ(result.status, 3) << result.err;
  EXPECT_THAT(result.err, HasSubstr("Permission denied"));
}

}  // namespace
}  // namespace backgraft::commands
