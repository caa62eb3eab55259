#include "git/publication.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "base/error.h"
#include "base/io.h"
#include "git/repository.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace backgraft::git {
namespace {

using ::testing::ElementsAre;
using testing::Git;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using testing::TempDir;

constexpr const char* kWho = "T <t@example.com> 1700000000 +0000";

Oid IdOf(const std::string& directory, const std::string& revision) {
  return Oid::MustFromHex(Git(directory, {"rev-parse", revision}));
}

// From `revision` to `target` on the branch HEAD is at.
PublicationPlan PlanFor(const std::string& directory,
                        const std::string& target) {
  PublicationPlan plan;
  Repository repository = Repository::Open(directory);
  plan.refs = {
      {repository.HeadRef(), repository.HeadCommit(), IdOf(directory, target)}};
  plan.who = kWho;
  plan.log_message = "backgraft: test";
  if (repository.HeadCommit())
    plan.tree_before = IdOf(directory, "HEAD^{tree}");
  plan.tree_after = IdOf(directory, target + "^{tree}");
  return plan;
}

PublicationResult Publish(const std::string& directory,
                          const PublicationPlan& plan) {
  Repository repository = Repository::Open(directory);
  return Publication::Prepare(repository, repository, plan).Publish();
}

// Everything of the working tree and the repository that a refusal must leave.
std::string Snapshot(const std::string& directory) {
  return Git(directory, {"for-each-ref"}) +
         testing::Run({"git", "symbolic-ref", "HEAD"}, {.directory = directory})
             .out +
         testing::Run(
             {"sh", "-c",
              "find . -path ./.git -prune -o -printf '%p %m %y %l %T@ %i "
              "%s\\n' "
              "| sort; find . -path ./.git -prune -o -type f -print0 | sort -z "
              "| "
              "xargs -0r sha1sum; ls .git; sha1sum .git/index .git/HEAD; cat "
              ".git/logs/HEAD"},
             {.directory = directory})
             .out;
}

void ExpectAt(const std::string& directory, const std::string& target) {
  EXPECT_EQ(Git(directory, {"rev-parse", "HEAD"}),
            Git(directory, {"rev-parse", target}));
  // Before git refreshes it: what we recorded has to be right by itself.
  EXPECT_EQ(Git(directory, {"ls-files", "--stage"}), [&] {
    testing::ProcessOptions options{.directory = directory};
    options.env["GIT_INDEX_FILE"] = directory + "/.git/expected-index";
    EXPECT_EQ(testing::Run({"git", "read-tree", target}, options).status, 0);
    std::string out = testing::Run({"git", "ls-files", "--stage"}, options).out;
    unlink((directory + "/.git/expected-index").c_str());
    if (!out.empty()) out.pop_back();
    return out;
  }());
  EXPECT_EQ(Git(directory, {"status", "--porcelain", "--ignored"}), "");
  EXPECT_EQ(Git(directory, {"diff", "--stat", target}), "");
  EXPECT_EQ(Git(directory, {"fsck", "--strict"}), "");
  EXPECT_FALSE(std::filesystem::exists(directory + "/.git/index.lock"));
}

class PublicationTest : public ::testing::Test {
 protected:
  // Two commits with every kind of difference, HEAD (main) at the first; the
  // second is the branch `next`.
  PublicationTest() {
    Git(repo_, {"init", "-q", "-b", "main"});
    Git(repo_, {"config", "gc.auto", "0"});
    dir_.Write("same", "same\n");
    dir_.Write("modified", "one\n");
    dir_.Write("deleted", "gone\n");
    dir_.Write("folder/deeper/deleted", "gone\n");
    dir_.Write("file-to-dir", "file\n");
    dir_.Write("dir-to-file/a", "a\n");
    dir_.Write("dir-to-file/b/c", "c\n");
    dir_.Write("to-exec", "#!/bin/sh\n");
    dir_.Write("to-link", "file\n");
    dir_.Write(".gitignore", "*.ign\n");
    EXPECT_EQ(symlink("same", (dir_ / "to-file").c_str()), 0);
    Commit("one");
    Git(repo_, {"checkout", "-q", "-b", "next"});
    dir_.Write("modified", "two\n");
    unlink((dir_ / "deleted").c_str());
    std::filesystem::remove_all(dir_ / "folder");
    unlink((dir_ / "file-to-dir").c_str());
    dir_.Write("file-to-dir/x/y", "y\n");
    std::filesystem::remove_all(dir_ / "dir-to-file");
    dir_.Write("dir-to-file", "file\n");
    chmod((dir_ / "to-exec").c_str(), 0755);
    unlink((dir_ / "to-link").c_str());
    EXPECT_EQ(symlink("folder", (dir_ / "to-link").c_str()), 0);
    unlink((dir_ / "to-file").c_str());
    dir_.Write("to-file", "was a link\n");
    dir_.Write("added/new", "new\n");
    dir_.Write("added.ign", "tracked although ignored\n");
    Git(repo_, {"add", "-f", "added.ign"});
    Commit("two");
    Git(repo_, {"checkout", "-q", "main"});
  }

  void Commit(const std::string& message) {
    Git(repo_, {"add", "-A"});
    Git(repo_, {"commit", "-q", "-m", message});
  }

  // Publishing `next` is refused for exactly these paths, and nothing changes.
  void ExpectRefused(const std::vector<std::string>& paths,
                     const std::string& says) {
    std::string before = Snapshot(repo_);
    try {
      Publish(repo_, PlanFor(repo_, "next"));
      ADD_FAILURE() << "was not refused";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kRefused);
      EXPECT_EQ(error.paths(), paths) << error.what();
      EXPECT_THAT(error.what(), HasSubstr(says));
      EXPECT_FALSE(error.hints().empty());
    }
    EXPECT_EQ(Snapshot(repo_), before);
  }

  TempDir dir_;
  const std::string& repo_ = dir_.path();
};

TEST_F(PublicationTest, BringsEveryKindOfChangeThereAndBack) {
  PublicationPlan there = PlanFor(repo_, "next");
  Oid main = IdOf(repo_, "main");
  PublicationResult result = Publish(repo_, there);
  EXPECT_TRUE(result.checked_out);
  EXPECT_THAT(result.left_alone, IsEmpty());
  ExpectAt(repo_, "next");
  EXPECT_FALSE(std::filesystem::exists(dir_ / "folder"));
  EXPECT_EQ(Git(repo_, {"reflog", "-1", "--format=%gs"}), "backgraft: test");
  Git(repo_, {"branch", "old", main.Hex()});
  Publish(repo_, PlanFor(repo_, "old"));
  ExpectAt(repo_, "old");
}

TEST_F(PublicationTest, UnbornBranch) {
  Git(repo_, {"checkout", "-q", "--orphan", "fresh"});
  Git(repo_, {"rm", "-rfq", "."});
  EXPECT_TRUE(Publish(repo_, PlanFor(repo_, "next")).checked_out);
  EXPECT_EQ(Git(repo_, {"symbolic-ref", "HEAD"}), "refs/heads/fresh");
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, RepositoryWithoutIndexFile) {
  TempDir other;
  Git(other.path(), {"init", "-q", "-b", "main"});
  Git(other.path(), {"fetch", "-q", repo_, "next:next"});
  Publish(other.path(), PlanFor(other.path(), "next"));
  ExpectAt(other.path(), "next");
}

TEST_F(PublicationTest, DetachedHead) {
  Git(repo_, {"checkout", "-q", "--detach"});
  PublicationPlan plan = PlanFor(repo_, "next");
  EXPECT_EQ(plan.refs[0].name, "HEAD");
  Publish(repo_, plan);
  ExpectAt(repo_, "next");
  EXPECT_NE(Git(repo_, {"rev-parse", "main"}),
            Git(repo_, {"rev-parse", "next"}));
}

TEST_F(PublicationTest, PackedRefs) {
  Git(repo_, {"pack-refs", "--all"});
  Publish(repo_, PlanFor(repo_, "next"));
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, OtherBranchLeavesFilesAndIndex) {
  Git(repo_, {"branch", "other"});
  dir_.Write("modified", "dirty\n");
  std::string index = ReadFile(dir_ / ".git/index");
  PublicationPlan plan = PlanFor(repo_, "next");
  plan.refs[0].name = "refs/heads/other";
  EXPECT_FALSE(Publish(repo_, plan).checked_out);
  EXPECT_EQ(IdOf(repo_, "other"), IdOf(repo_, "next"));
  EXPECT_EQ(ReadFile(dir_ / ".git/index"), index);
  EXPECT_EQ(ReadFile(dir_ / "modified"), "dirty\n");
}

TEST_F(PublicationTest, BareRepositoryOnlyMovesRefs) {
  TempDir bare;
  Git(bare.path(), {"init", "-q", "--bare", "-b", "main"});
  Git(bare.path(), {"fetch", "-q", repo_, "main:main", "next:next"});
  EXPECT_FALSE(Publish(bare.path(), PlanFor(bare.path(), "next")).checked_out);
  EXPECT_EQ(IdOf(bare.path(), "main"), IdOf(bare.path(), "next"));
  EXPECT_FALSE(std::filesystem::exists(bare / "index"));
}

TEST_F(PublicationTest, LinkedWorktreeHasItsOwnIndex) {
  TempDir other;
  std::string linked = other / "linked";
  Git(repo_, {"worktree", "add", "-q", "-b", "side", linked, "main"});
  std::string before = Snapshot(repo_);
  Publish(linked, PlanFor(linked, "next"));
  EXPECT_EQ(Git(linked, {"status", "--porcelain", "--ignored"}), "");
  EXPECT_EQ(IdOf(linked, "HEAD"), IdOf(repo_, "next"));
  EXPECT_EQ(Git(repo_, {"status", "--porcelain"}), "");
}

TEST_F(PublicationTest, BranchOfAnotherWorktreeIsRefusedBothWays) {
  TempDir other;
  std::string linked = other / "linked";
  Git(repo_, {"worktree", "add", "-q", "-b", "side", linked, "main"});
  PublicationPlan plan = PlanFor(repo_, "next");
  plan.refs[0].name = "refs/heads/side";
  try {
    Publish(repo_, plan);
    ADD_FAILURE() << "was not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kRefused);
    EXPECT_THAT(error.what(),
                HasSubstr("branch 'side' is checked out in '" + linked + "'"));
  }
  plan.refs[0].name = "refs/heads/main";
  EXPECT_THROW(Publish(linked, plan), Error);
  EXPECT_EQ(IdOf(repo_, "main"), IdOf(repo_, "side"));
}

TEST_F(PublicationTest, OtherChangesStay) {
  dir_.Write("same", "edited\n");
  dir_.Write("staged", "staged\n");
  dir_.Write("untracked", "mine\n");
  Git(repo_, {"add", "staged"});
  Publish(repo_, PlanFor(repo_, "next"));
  EXPECT_EQ(Git(repo_, {"status", "--porcelain"}),
            " M same\nA  staged\n?? untracked");
}

TEST_F(PublicationTest, FileThatIsAlreadyRightIsNoObstacle) {
  dir_.Write("modified", "two\n");
  dir_.Write("added/new", "new\n");
  Publish(repo_, PlanFor(repo_, "next"));
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, StagedAsItIsToBecomeIsNoObstacle) {
  Git(repo_, {"checkout", "-q", "next", "--", "."});
  Git(repo_, {"rm", "-q", "deleted"});
  Publish(repo_, PlanFor(repo_, "next"));
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, RefusesAModifiedFile) {
  dir_.Write("modified", "mine\n");
  ExpectRefused({"modified"}, "uncommitted changes in the way: 'modified'");
}

TEST_F(PublicationTest, RefusesAModificationThatTheTimesHide) {
  // Same size, same times: racy, as it was written when the index was.
  struct stat old;
  ASSERT_EQ(stat((dir_ / "modified").c_str(), &old), 0);
  Git(repo_, {"config", "core.trustctime", "false"});
  Git(repo_, {"config", "core.checkStat", "minimal"});
  int fd = open((dir_ / "modified").c_str(), O_WRONLY);
  ASSERT_EQ(write(fd, "mne\n", 4), 4);
  struct timespec times[2] = {old.st_atim, old.st_mtim};
  futimens(fd, times);
  close(fd);
  struct timespec index_times[2] = {old.st_mtim, old.st_mtim};
  utimensat(AT_FDCWD, (dir_ / ".git/index").c_str(), index_times, 0);
  ExpectRefused({"modified"}, "uncommitted");
}

TEST_F(PublicationTest, RefusesADeletedFile) {
  unlink((dir_ / "modified").c_str());
  ExpectRefused({"modified"}, "uncommitted");
}

TEST_F(PublicationTest, DeletedFileThatIsToGoIsNoObstacle) {
  unlink((dir_ / "deleted").c_str());
  std::filesystem::remove_all(dir_ / "folder");
  Publish(repo_, PlanFor(repo_, "next"));
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, RefusesAStagedChange) {
  dir_.Write("modified", "mine\n");
  Git(repo_, {"add", "modified"});
  dir_.Write("modified", "one\n");
  ExpectRefused({"modified"}, "uncommitted");
}

TEST_F(PublicationTest, RefusesAStagedFileWhereADirectoryGoes) {
  dir_.Write("added", "mine\n");
  Git(repo_, {"add", "added"});
  ExpectRefused({"added"}, "uncommitted");
}

TEST_F(PublicationTest, RefusesAStagedFileBelowAFileToBe) {
  dir_.Write("dir-to-file/staged", "mine\n");
  Git(repo_, {"add", "dir-to-file"});
  ExpectRefused({"dir-to-file/staged"}, "uncommitted");
}

TEST_F(PublicationTest, RefusesAnExecutableBit) {
  chmod((dir_ / "modified").c_str(), 0755);
  ExpectRefused({"modified"}, "uncommitted");
  Git(repo_, {"config", "core.fileMode", "false"});
  Publish(repo_, PlanFor(repo_, "next"));
}

TEST_F(PublicationTest, RefusesAnIntentToAdd) {
  dir_.Write("added/new", "mine\n");
  Git(repo_, {"add", "-N", "added/new"});
  ExpectRefused({"added/new"}, "uncommitted");
}

TEST_F(PublicationTest, RefusesWhatAssumeUnchangedHides) {
  dir_.Write("modified", "mine\n");
  Git(repo_, {"update-index", "--assume-unchanged", "modified"});
  ExpectRefused({"modified"}, "uncommitted");
}

TEST_F(PublicationTest, SkippedFileStaysAbsent) {
  Git(repo_, {"update-index", "--skip-worktree", "modified"});
  unlink((dir_ / "modified").c_str());
  Publish(repo_, PlanFor(repo_, "next"));
  EXPECT_FALSE(std::filesystem::exists(dir_ / "modified"));
  ExpectAt(repo_, "next");
  EXPECT_THAT(Git(repo_, {"ls-files", "-t"}), HasSubstr("S modified"));
}

TEST_F(PublicationTest, RefusesAnUntrackedFile) {
  dir_.Write("added/new", "mine\n");
  ExpectRefused({"added/new"}, "untracked files in the way: 'added/new'");
}

TEST_F(PublicationTest, RefusesAnUntrackedFileWhereADirectoryGoes) {
  dir_.Write("added", "mine\n");
  ExpectRefused({"added"}, "untracked");
}

TEST_F(PublicationTest, RefusesASymlinkWhereADirectoryGoes) {
  TempDir outside;
  ASSERT_EQ(symlink(outside.path().c_str(), (dir_ / "added").c_str()), 0);
  ExpectRefused({"added"}, "untracked");
  EXPECT_TRUE(std::filesystem::is_empty(outside.path()));
}

TEST_F(PublicationTest, RefusesADirectoryWithUntrackedFilesWhereAFileGoes) {
  dir_.Write("dir-to-file/mine/1", "1\n");
  dir_.Write("dir-to-file/2", "2\n");
  ExpectRefused({"dir-to-file/2", "dir-to-file/mine/1"}, "untracked");
}

TEST_F(PublicationTest, RefusesARepositoryWhereAFileGoes) {
  Git(repo_, {"init", "-q", "dir-to-file/nested"});
  ExpectRefused({"dir-to-file/nested/"}, "repositories");
}

TEST_F(PublicationTest, EmptyDirectoryIsNoObstacle) {
  std::filesystem::create_directories(dir_ / "dir-to-file/empty/deep");
  std::filesystem::create_directories(dir_ / "added/new/empty");
  Publish(repo_, PlanFor(repo_, "next"));
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, RefusesUnmergedEntries) {
  Git(repo_, {"checkout", "-q", "-b", "side"});
  dir_.Write("same", "side\n");
  Git(repo_, {"commit", "-qam", "side"});
  Git(repo_, {"checkout", "-q", "main"});
  dir_.Write("same", "main\n");
  Git(repo_, {"commit", "-qam", "main"});
  testing::Run({"git", "merge", "-q", "side"}, {.directory = repo_});
  ExpectRefused({}, "git is in the middle of a merge");
  unlink((dir_ / ".git/MERGE_HEAD").c_str());
  ExpectRefused({"same"}, "unmerged");
}

TEST_F(PublicationTest, NamesEveryPathOfEveryKind) {
  dir_.Write("modified", "mine\n");
  dir_.Write("added/new", "mine\n");
  unlink((dir_ / "to-exec").c_str());
  ExpectRefused({"added/new", "modified", "to-exec"},
                "uncommitted changes in the way: 'modified', 'to-exec'; "
                "untracked files in the way: 'added/new'");
}

TEST_F(PublicationTest, RefusesWhileAnotherProgramHoldsTheIndex) {
  dir_.Write(".git/index.lock", "");
  ExpectRefused({}, ".git/index.lock");
  EXPECT_TRUE(std::filesystem::exists(dir_ / ".git/index.lock"));
}

TEST_F(PublicationTest, PreviewRefusesTheSameAndTakesNoLock) {
  Repository repository = Repository::Open(repo_);
  PublicationPlan plan = PlanFor(repo_, "next");
  dir_.Write(".git/index.lock", "");
  EXPECT_TRUE(Publication::Preview(repository, repository, plan).checked_out);
  dir_.Write("modified", "mine\n");
  std::string before = Snapshot(repo_);
  EXPECT_THROW(Publication::Preview(repository, repository, plan), Error);
  EXPECT_EQ(Snapshot(repo_), before);
}

TEST_F(PublicationTest, MovedBranchLeavesEverything) {
  Repository repository = Repository::Open(repo_);
  PublicationPlan plan = PlanFor(repo_, "next");
  plan.refs[0].before = IdOf(repo_, "next");
  std::string before = Snapshot(repo_);
  EXPECT_THROW(Publish(repo_, plan), Error);
  EXPECT_EQ(Snapshot(repo_), before);
}

TEST_F(PublicationTest, SeveralRefsMoveAllOrNone) {
  Git(repo_, {"branch", "a"});
  PublicationPlan plan = PlanFor(repo_, "next");
  Oid main = IdOf(repo_, "main");
  Oid next = IdOf(repo_, "next");
  plan.refs.insert(plan.refs.begin(), {"refs/heads/a", main, next});
  plan.refs.insert(plan.refs.begin(), {"refs/heads/b", std::nullopt, next});
  plan.refs.push_back({"refs/heads/next", main, main});  // is not at `main`
  std::string refs = Git(repo_, {"for-each-ref"});
  EXPECT_THROW(Publish(repo_, plan), Error);
  EXPECT_EQ(Git(repo_, {"for-each-ref"}), refs);
  EXPECT_EQ(Git(repo_, {"status", "--porcelain"}), "");
  plan.refs.pop_back();
  Publish(repo_, plan);
  EXPECT_EQ(IdOf(repo_, "a"), next);
  EXPECT_EQ(IdOf(repo_, "b"), next);
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, InterruptBeforePublicationLeavesEverything) {
  PublicationPlan plan = PlanFor(repo_, "next");
  int asked = 0;
  plan.check_interrupted = [&] {
    if (++asked == 2) throw std::runtime_error("interrupted");
  };
  std::string before = Snapshot(repo_);
  EXPECT_THROW(Publish(repo_, plan), std::runtime_error);
  EXPECT_EQ(Snapshot(repo_), before);
}

// A blob that the second tree names is missing: files are half changed when the
// failure comes.
TEST_F(PublicationTest, FailureAmongTheFilesPutsEverythingBack) {
  chmod((dir_ / "deleted").c_str(), 0600);
  chmod((dir_ / "modified").c_str(), 0640);
  std::string blob = IdOf(repo_, "next:to-file").Hex();
  std::string object =
      dir_ / ".git/objects" + "/" + blob.substr(0, 2) + "/" + blob.substr(2);
  unlink(object.c_str());
  auto files = [&] {
    return testing::Run(
               {"sh", "-c",
                "find . -path ./.git -prune -o -not -type d -printf '%p %m %y "
                "%l %T@ %s\\n' | sort; find . -path ./.git -prune -o -type f "
                "-print0 | sort -z | xargs -0 sha1sum; ls .git; sha1sum "
                ".git/index; git for-each-ref"},
               {.directory = repo_})
        .out;
  };
  std::string before = files();
  PublicationPlan plan = PlanFor(repo_, "next");
  try {
    Publish(repo_, plan);
    ADD_FAILURE() << "did not fail";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo) << error.what();
    EXPECT_THAT(error.hints(), ElementsAre("git fsck --full"));
  }
  EXPECT_EQ(files(), before);
  EXPECT_EQ(Git(repo_, {"status", "--porcelain"}), "");
}

TEST_F(PublicationTest, StagedTimesLetGitTrustTheIndex) {
  Publish(repo_, PlanFor(repo_, "next"));
  // diff-files does not look at contents where the recorded times differ.
  EXPECT_EQ(Git(repo_, {"diff-files"}), "");
  EXPECT_THAT(ReadFile(dir_ / ".git/index"), HasSubstr("TREE"));
  EXPECT_EQ(Git(repo_, {"write-tree"}),
            Git(repo_, {"rev-parse", "HEAD^{tree}"}));
}

TEST_F(PublicationTest, UmaskAndPermissions) {
  mode_t old = umask(077);
  Publish(repo_, PlanFor(repo_, "next"));
  umask(old);
  struct stat file;
  ASSERT_EQ(stat((dir_ / "modified").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  ASSERT_EQ(stat((dir_ / "to-exec").c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0700u);
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, IgnoredFilesInTheWayAreReplacedAndTold) {
  dir_.Write("added.ign", "mine\n");
  dir_.Write("dir-to-file/mine.ign", "mine\n");
  PublicationResult result = Publish(repo_, PlanFor(repo_, "next"));
  EXPECT_THAT(result.replaced_ignored,
              ElementsAre("added.ign", "dir-to-file/mine.ign"));
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, AttributesOfTheNewTreeDecideHowFilesAreWritten) {
  Git(repo_, {"checkout", "-q", "next"});
  dir_.Write(".gitattributes", "*.txt text eol=crlf\n");
  dir_.Write("sub/.gitattributes", "raw.txt -text\n");
  dir_.Write("sub/a.txt", "1\n2\n");
  dir_.Write("sub/raw.txt", "1\n2\n");
  Commit("attributes");
  Git(repo_, {"checkout", "-q", "main"});
  Publish(repo_, PlanFor(repo_, "next"));
  EXPECT_EQ(ReadFile(dir_ / "sub/a.txt"), "1\r\n2\r\n");
  EXPECT_EQ(ReadFile(dir_ / "sub/raw.txt"), "1\n2\n");
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, TouchedFileWithConvertedContentIsUnmodified) {
  Git(repo_, {"config", "core.autocrlf", "true"});
  unlink((dir_ / "modified").c_str());
  Git(repo_, {"checkout", "-q", "--", "modified"});
  ASSERT_EQ(ReadFile(dir_ / "modified"), "one\r\n");
  utimensat(AT_FDCWD, (dir_ / "modified").c_str(), nullptr, 0);
  Publish(repo_, PlanFor(repo_, "next"));
  EXPECT_EQ(ReadFile(dir_ / "modified"), "two\r\n");
  ExpectAt(repo_, "next");
}

TEST_F(PublicationTest, PathsGitWouldNeverCheckOutAreRefused) {
  std::string blob = Git(repo_, {"rev-parse", "HEAD:same"});
  std::string tree = testing::Run({"git", "mktree"},
                                  {.directory = repo_,
                                   .input = "100644 blob " + blob + "\t.GIT\n"})
                         .out;
  tree.pop_back();
  PublicationPlan plan = PlanFor(repo_, "next");
  plan.tree_after = Oid::MustFromHex(tree);
  std::string before = Snapshot(repo_);
  EXPECT_THROW(Publish(repo_, plan), Error);
  EXPECT_EQ(Snapshot(repo_), before);
}

TEST_F(PublicationTest, RandomTreesComeOutAsGitHasThem) {
  std::mt19937 random(7);
  TempDir work;
  Git(work.path(), {"init", "-q", "-b", "main"});
  std::vector<std::string> names = {"a", "b", "a.b", "a-b", "A", "z0"};
  for (int round = 0; round < 10; ++round) {
    Git(work.path(), {"rm", "-rfq", "--ignore-unmatch", "."});
    int files = static_cast<int>(random() % 40);
    for (int i = 0; i < files; ++i) {
      std::string path = names[random() % names.size()];
      for (unsigned depth = random() % 4; depth > 0; --depth)
        path += "/" + names[random() % names.size()];
      std::error_code error;
      std::filesystem::create_directories(
          std::filesystem::path(work / path).parent_path(), error);
      if (error ||
          std::filesystem::exists(std::filesystem::symlink_status(work / path)))
        continue;
      std::string content = "content " + std::to_string(random() % 5) + "\n";
      if (random() % 6 == 0) {
        std::filesystem::create_symlink("to " + content, work / path);
      } else {
        work.Write(path, content);
        if (random() % 4 == 0) chmod((work / path).c_str(), 0755);
      }
    }
    Git(work.path(), {"add", "-A"});
    Git(work.path(), {"commit", "-q", "--allow-empty", "-m", "r"});
    Git(work.path(), {"tag", "t" + std::to_string(round)});
  }
  for (int round = 0; round < 14; ++round) {
    std::string target = "t" + std::to_string(random() % 10);
    Publish(work.path(), PlanFor(work.path(), target));
    ExpectAt(work.path(), target);
    if (HasFailure()) FAIL() << round << " to " << target;
  }
}

}  // namespace
}  // namespace backgraft::git
