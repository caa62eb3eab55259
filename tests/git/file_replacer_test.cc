#include "git/file_replacer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <functional>
#include <thread>

#include "base/io.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::TempDir;

class FileReplacerTest : public ::testing::Test {
 protected:
  Place At(const std::string& name) const {
    return {directory_.get(), name, dir_ / name};
  }

  FileIdentity Seen(const std::string& name) const {
    struct stat st;
    EXPECT_EQ(lstat((dir_ / name).c_str(), &st), 0);
    return FileIdentity::From(st);
  }

  void Race(const std::function<bool(const FileIdentity& seen)>& change);

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(dir_.path())) {
      names.push_back(entry.path().filename());
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  TempDir dir_;
  UniqueFd directory_{
      open(dir_.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
};

TEST_F(FileReplacerTest, ReplacesWhatIsExpectedAndLeavesNothingElse) {
  dir_.Write("file", "old");
  const auto written =
      ReplaceFile(At("file"), {.content = "new"}, Seen("file"));
  ASSERT_TRUE(written);
  EXPECT_EQ(ReadFile(dir_ / "file"), "new");
  EXPECT_EQ(FileIdentity::From(*written), Seen("file"));
  // A link in the place of a file, and the other way round.
  EXPECT_TRUE(ReplaceFile(
      At("file"), {.kind = NewFile::Kind::kSymlink, .content = "nowhere"},
      Seen("file")));
  EXPECT_EQ(std::filesystem::read_symlink(dir_ / "file"), "nowhere");
  EXPECT_TRUE(ReplaceFile(At("file"), {.content = "again"}, Seen("file")));
  EXPECT_EQ(ReadFile(dir_ / "file"), "again");
  EXPECT_EQ(Names(), std::vector<std::string>{"file"});
}

TEST_F(FileReplacerTest, AnotherLinkToWhatIsReplacedStays) {
  dir_.Write("file", "old");
  std::filesystem::create_hard_link(dir_ / "file", dir_ / "link");
  EXPECT_TRUE(ReplaceFile(At("file"), {.content = "new"}, Seen("file")));
  EXPECT_EQ(ReadFile(dir_ / "file"), "new");
  EXPECT_EQ(ReadFile(dir_ / "link"), "old");
}

TEST_F(FileReplacerTest, WhatIsNotAsExpectedStays) {
  dir_.Write("file", "old");
  const FileIdentity seen = Seen("file");
  dir_.Write("file", "somebody else's");
  EXPECT_FALSE(ReplaceFile(At("file"), {.content = "new"}, seen));
  EXPECT_FALSE(ReplaceFile(At("file"), {.content = "new"}, std::nullopt));
  EXPECT_EQ(ReadFile(dir_ / "file"), "somebody else's");
  EXPECT_EQ(Names(), std::vector<std::string>{"file"});
}

TEST_F(FileReplacerTest, RemovesWhatIsExpected) {
  dir_.Write("file", "old");
  const FileIdentity seen = Seen("file");
  dir_.Write("file", "somebody else's");
  EXPECT_FALSE(RemoveExpected(At("file"), seen));
  EXPECT_EQ(ReadFile(dir_ / "file"), "somebody else's");
  EXPECT_TRUE(RemoveExpected(At("file"), Seen("file")));
  EXPECT_FALSE(RemoveExpected(At("file"), seen));
  EXPECT_EQ(Names(), std::vector<std::string>{});
}

// Another program, as a thread: acts once in each round, now sooner, now later.
class Rival {
 public:
  Rival(int rounds, const std::function<void()>& act)
      : thread_([this, rounds, act] {
          for (int i = 1; i <= rounds; ++i) {
            while (round_.load() < i) {
            }
            std::atomic<int> spins = 0;
            while (++spins < i % 500 * 20) {
            }
            act();
            done_ = i;
          }
        }) {}
  ~Rival() { thread_.join(); }
  Rival(const Rival&) = delete;
  Rival& operator=(const Rival&) = delete;

  // Round `i`, from 1 on: does `meanwhile` and waits for the act. All of them
  // have to be played.
  void Play(int i, const std::function<void()>& meanwhile) {
    round_ = i;
    meanwhile();
    while (done_.load() < i) {
    }
  }

 private:
  std::atomic<int> round_ = 0, done_ = 0;
  std::thread thread_;  // last: it uses the above
};

// Whenever somebody else puts a file there, it is there in the end. `change` is
// what we do meanwhile; false where it found that the file is theirs.
void FileReplacerTest::Race(
    const std::function<bool(const FileIdentity& seen)>& change) {
  constexpr int kRounds = 3000;
  int kept = 0, changed = 0, lost = 0;
  Rival rival(kRounds, [&] {
    EXPECT_EQ(renameat(directory_.get(), "theirs", directory_.get(), "file"),
              0);
  });
  for (int i = 1; i <= kRounds; ++i) {
    dir_.Write("file", "old");
    dir_.Write("theirs", "theirs");
    const FileIdentity seen = Seen("file");
    rival.Play(i, [&] { ++(change(seen) ? changed : kept); });
    if (ReadFile(dir_ / "file") != "theirs") ++lost;
  }
  EXPECT_EQ(lost, 0);
  EXPECT_GT(kept, 0);
  EXPECT_GT(changed, 0);
  EXPECT_EQ(Names(), std::vector<std::string>{"file"});
}

TEST_F(FileReplacerTest, NothingIsLostWhereWeReplace) {
  Race([this](const FileIdentity& seen) {
    return ReplaceFile(At("file"), {.content = "new"}, seen).has_value();
  });
}

TEST_F(FileReplacerTest, NothingIsLostWhereWeRemove) {
  Race([this](const FileIdentity& seen) {
    return RemoveExpected(At("file"), seen);
  });
}

// Whenever somebody else removes the file, that is no failure of ours.
TEST_F(FileReplacerTest, WhatIsRemovedMeanwhileIsLeftAlone) {
  constexpr int kRounds = 1000;
  int kept = 0;
  Rival rival(kRounds,
              [&] { EXPECT_EQ(unlinkat(directory_.get(), "file", 0), 0); });
  for (int i = 1; i <= kRounds; ++i) {
    dir_.Write("file", "old");
    const FileIdentity seen = Seen("file");
    rival.Play(i, [&] {
      EXPECT_NO_THROW({
        if (!ReplaceFile(At("file"), {.content = "new"}, seen)) ++kept;
      });
    });
  }
  EXPECT_GT(kept, 0);
  EXPECT_EQ(Names(), std::vector<std::string>{});
}

}  // namespace
}  // namespace backgraft::git
