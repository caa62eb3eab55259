#include "git/index_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <functional>
#include <map>
#include <sstream>

#include "base/error.h"
#include "base/io.h"
#include "tests/testing/process.h"
#include "tests/testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using ::testing::HasSubstr;
using testing::TempDir;

// What `git ls-files --stage --debug` would print for these entries.
std::string Describe(const Index& index) {
  std::string out;
  for (const IndexEntry& e : index.entries) {
    char mode[8];
    std::snprintf(mode, sizeof mode, "%06o", static_cast<unsigned>(e.mode));
    unsigned flags = static_cast<unsigned>(e.stage) << 12 |
                     (e.assume_valid ? 0x8000u : 0) |
                     (e.skip_worktree ? 0x40000000u : 0) |
                     (e.intent_to_add ? 0x20000000u : 0) |
                     (e.skip_worktree || e.intent_to_add ? 0x4000u : 0);
    char flag_text[16];
    std::snprintf(flag_text, sizeof flag_text, "%x", flags);
    std::ostringstream line;
    line << mode << ' ' << e.oid.Hex() << ' ' << e.stage << '\t' << e.path
         << "\n  ctime: " << e.stat.ctime_seconds << ':'
         << e.stat.ctime_nanoseconds << "\n  mtime: " << e.stat.mtime_seconds
         << ':' << e.stat.mtime_nanoseconds << "\n  dev: " << e.stat.device
         << "\tino: " << e.stat.inode << "\n  uid: " << e.stat.uid
         << "\tgid: " << e.stat.gid << "\n  size: " << e.stat.size
         << "\tflags: " << flag_text << "\n";
    out += line.str();
  }
  if (!out.empty()) out.pop_back();
  return out;
}

class IndexFileTest : public ::testing::Test {
 protected:
  IndexFileTest() {
    Git(dir_.path(), {"init", "-q", "-b", "main"});
    for (int i = 0; i < 20; ++i)
      dir_.Write(
          "some/dir" + std::to_string(i % 3) + "/file" + std::to_string(i),
          "content " + std::to_string(i));
    dir_.Write("run.sh", "#!/bin/sh\n");
    chmod((dir_ / "run.sh").c_str(), 0755);
    dir_.Write("empty", "");
    dir_.Write(std::string(200, 'a') + "/" + std::string(250, 'b') + "/" +
                   std::string(250, 'c') + "/" + std::string(250, 'd') + "/" +
                   std::string(250, 'e') + "/" + std::string(250, 'f') + "/" +
                   std::string(250, 'g') + "/" + std::string(250, 'h') + "/" +
                   std::string(250, 'i') + "/" + std::string(250, 'j') + "/" +
                   std::string(250, 'k') + "/" + std::string(250, 'l') + "/" +
                   std::string(250, 'm') + "/" + std::string(250, 'n') + "/" +
                   std::string(250, 'o') + "/" + std::string(200, 'p'),
               "long");
    EXPECT_EQ(symlink("run.sh", (dir_ / "link").c_str()), 0);
    Git(dir_.path(), {"add", "-A"});
    Git(dir_.path(), {"commit", "-q", "-m", "one"});
  }

  std::string IndexPath() const { return dir_ / ".git/index"; }
  Index Read() const { return ReadIndexFile(IndexPath()); }

  // Extended flags: a file that is skipped, one that is to be added later.
  void SetFlags() {
    Git(dir_.path(), {"update-index", "--skip-worktree", "some/dir0/file0"});
    Git(dir_.path(), {"update-index", "--assume-unchanged", "run.sh"});
    dir_.Write("later", "x");
    Git(dir_.path(), {"add", "-N", "later"});
  }

  void ExpectRoundTrip() {
    std::string expected = Git(dir_.path(), {"ls-files", "--stage", "--debug"});
    Index index = Read();
    EXPECT_EQ(Describe(index), expected);
    std::string bytes = SerializeIndex(index);
    WriteFileDurably(IndexPath(), bytes);
    EXPECT_EQ(Git(dir_.path(), {"ls-files", "--stage", "--debug"}), expected);
    EXPECT_EQ(Git(dir_.path(), {"fsck", "--strict", "--no-dangling"}), "");
    EXPECT_EQ(ParseIndex(bytes, "x").entries, index.entries);
    EXPECT_EQ(ParseIndex(bytes, "x").cache_tree, index.cache_tree);
  }

  TempDir dir_;
};

TEST_F(IndexFileTest, ReadsVersion2AsGitDoes) {
  ASSERT_EQ(ReadFile(IndexPath())[7], 2);
  ExpectRoundTrip();
}

TEST_F(IndexFileTest, ReadsVersion3AsGitDoes) {
  SetFlags();
  ASSERT_EQ(ReadFile(IndexPath())[7], 3);
  ExpectRoundTrip();
}

TEST_F(IndexFileTest, ReadsVersion4AsGitDoes) {
  SetFlags();
  Git(dir_.path(), {"update-index", "--index-version", "4"});
  ASSERT_EQ(ReadFile(IndexPath())[7], 4);
  ExpectRoundTrip();
  EXPECT_EQ(ReadFile(IndexPath())[7], 3);
}

TEST_F(IndexFileTest, WritesTheVeryBytesGitWrote) {
  std::string bytes = ReadFile(IndexPath());
  EXPECT_EQ(SerializeIndex(ParseIndex(bytes, "index")), bytes);
}

TEST_F(IndexFileTest, KeepsStagesAndResolvedConflicts) {
  Git(dir_.path(), {"checkout", "-q", "-b", "side"});
  dir_.Write("run.sh", "side\n");
  dir_.Write("empty", "side\n");
  Git(dir_.path(), {"commit", "-q", "-a", "-m", "side"});
  Git(dir_.path(), {"checkout", "-q", "main"});
  dir_.Write("run.sh", "main\n");
  dir_.Write("empty", "main\n");
  Git(dir_.path(), {"commit", "-q", "-a", "-m", "main"});
  EXPECT_EQ(
      testing::Run({"git", "merge", "-q", "side"}, {.directory = dir_.path()})
          .status,
      1);
  dir_.Write("empty", "both\n");
  Git(dir_.path(), {"add", "empty"});
  std::string resolved = Git(dir_.path(), {"ls-files", "--resolve-undo"});
  EXPECT_THAT(resolved, HasSubstr("empty"));
  EXPECT_EQ(Read().Find("run.sh"), nullptr);
  ExpectRoundTrip();
  EXPECT_EQ(Git(dir_.path(), {"ls-files", "--resolve-undo"}), resolved);
}

TEST_F(IndexFileTest, DropsWhatOnlySavesWork) {
  Git(dir_.path(), {"update-index", "--force-untracked-cache"});
  Git(dir_.path(), {"status"});
  EXPECT_THAT(ReadFile(IndexPath()), HasSubstr("UNTR"));
  ExpectRoundTrip();
  EXPECT_THAT(ReadFile(IndexPath()), ::testing::Not(HasSubstr("UNTR")));
}

TEST_F(IndexFileTest, AbsentFileIsAnEmptyIndex) {
  Index index = ReadIndexFile(dir_ / "nowhere");
  EXPECT_TRUE(index.entries.empty());
  EXPECT_FALSE(index.modified);
}

TEST_F(IndexFileTest, AcceptsAnIndexWithoutChecksum) {
  std::string bytes = ReadFile(IndexPath());
  bytes.replace(bytes.size() - 20, 20, std::string(20, '\0'));
  EXPECT_EQ(ParseIndex(bytes, "index").entries, Read().entries);
}

// Runs `action`, expecting Error(kind); returns its first hint.
std::string HintOf(ErrorKind kind, const std::function<void()>& action) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.hints().empty() ? "" : error.hints().front();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

TEST_F(IndexFileTest, RefusesASplitIndexNamingTheCommand) {
  Git(dir_.path(), {"update-index", "--split-index"});
  EXPECT_THAT(HintOf(ErrorKind::kRefused, [&] { Read(); }),
              HasSubstr("git update-index --no-split-index"));
  Git(dir_.path(), {"update-index", "--no-split-index"});
  ExpectRoundTrip();
}

TEST_F(IndexFileTest, RefusesASparseIndexNamingTheCommand) {
  Git(dir_.path(),
      {"sparse-checkout", "set", "--cone", "--sparse-index", "some/dir1"});
  EXPECT_THAT(HintOf(ErrorKind::kRefused, [&] { Read(); }),
              HasSubstr("git sparse-checkout reapply --no-sparse-index"));
  Git(dir_.path(), {"sparse-checkout", "reapply", "--no-sparse-index"});
  ExpectRoundTrip();
}

TEST_F(IndexFileTest, EveryFlippedByteIsNoticed) {
  SetFlags();
  std::string bytes = ReadFile(IndexPath());
  for (size_t i = 0; i < bytes.size(); i += 7) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 0x10);
    EXPECT_THROW(ParseIndex(damaged, "index"), Error) << "byte " << i;
  }
}

TEST_F(IndexFileTest, EveryPrefixIsRefused) {
  std::string bytes = ReadFile(IndexPath());
  for (size_t size = 0; size < bytes.size(); size += 11)
    EXPECT_THROW(ParseIndex(bytes.substr(0, size), "index"), Error) << size;
}

TEST(IndexTest, RacyByNanosecondsWhereKnown) {
  Index index;
  IndexEntry entry;
  entry.stat.mtime_seconds = 100;
  entry.stat.mtime_nanoseconds = 5;
  EXPECT_FALSE(index.IsRacy(entry)) << "never read from a file";
  index.modified = FileTime{100, 6};
  EXPECT_FALSE(index.IsRacy(entry));
  index.modified = FileTime{100, 5};
  EXPECT_TRUE(index.IsRacy(entry));
  index.modified = FileTime{99, 9};
  EXPECT_TRUE(index.IsRacy(entry));
  index.modified = FileTime{101, 1};
  EXPECT_FALSE(index.IsRacy(entry));
  index.modified = FileTime{100, 0};
  EXPECT_TRUE(index.IsRacy(entry)) << "a filesystem without nanoseconds";
}

}  // namespace
}  // namespace backgraft::git
