#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "archive/reader.h"
#include "base/error.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::archive {
namespace {

std::vector<std::string> Paths(const std::string& directory) {
  const std::unique_ptr<Reader> reader = OpenDirectory(directory, {});
  std::vector<std::string> paths;
  while (const std::optional<Entry> entry = reader->Next()) {
    paths.push_back(entry->path);
  }
  return paths;
}

TEST(DirectoryReaderTest, DeliversPathsInByteOrder) {
  const testing::TempDir temp;
  for (const char* name : {"a/b", "a-b", "a0", "a/c/d", "B", "a/c.d", "z"}) {
    temp.Write(name, "x");
  }
  EXPECT_EQ(Paths(temp.path()),
            (std::vector<std::string>{"B", "a", "a-b", "a/b", "a/c", "a/c.d",
                                      "a/c/d", "a0", "z"}));
}

TEST(DirectoryReaderTest, DeliversKindsModesAndContent) {
  const testing::TempDir temp;
  const std::string big(3000000, 'x');
  ASSERT_EQ(chmod(temp.Write("run", big).c_str(), 0750), 0);
  ASSERT_EQ(symlink("/nowhere", (temp / "link").c_str()), 0);
  ASSERT_EQ(mkfifo((temp / "fifo").c_str(), 0600), 0);
  const std::unique_ptr<Reader> reader = OpenDirectory(temp.path(), {});
  EXPECT_EQ(reader->format(), "directory");
  EXPECT_EQ(reader->Next()->kind, EntryKind::kFifo);
  const Entry link = reader->Next().value();
  EXPECT_EQ(link.kind, EntryKind::kSymlink);
  EXPECT_EQ(link.link_target, "/nowhere");
  const Entry run = reader->Next().value();
  EXPECT_TRUE(run.executable);
  EXPECT_EQ(run.mode, 0750U);
  EXPECT_EQ(run.size, big.size());
  std::string content;
  for (ByteSpan piece = reader->Read(); !piece.empty();
       piece = reader->Read()) {
    content += AsText(piece);
  }
  EXPECT_EQ(content, big);
  EXPECT_EQ(reader->Next(), std::nullopt);
}

TEST(DirectoryReaderTest, FollowsNoLink) {
  const testing::TempDir temp;
  temp.Write("outside/secret", "x");
  temp.Write("inside/file", "x");
  ASSERT_EQ(symlink("../outside", (temp / "inside/link").c_str()), 0);
  EXPECT_EQ(Paths(temp / "inside"), (std::vector<std::string>{"file", "link"}));
}

TEST(DirectoryReaderTest, RefusesAFileThatGrowsOrShrinks) {
  const testing::TempDir temp;
  const std::string path = temp.Write("file", std::string(2 << 20, 'x'));
  for (const off_t size : {1 << 20, 3 << 20}) {
    ASSERT_EQ(truncate(path.c_str(), 2 << 20), 0);
    const std::unique_ptr<Reader> reader = OpenDirectory(temp.path(), {});
    ASSERT_TRUE(reader->Next());
    ASSERT_FALSE(reader->Read().empty());
    ASSERT_EQ(truncate(path.c_str(), size), 0);
    try {
      while (!reader->Read().empty()) {
      }
      ADD_FAILURE() << size;
    } catch (const Error& e) {
      EXPECT_EQ(e.kind(), ErrorKind::kBadSource) << e.what();
    }
  }
}

TEST(DirectoryReaderTest, RefusesAnEmptyOrMissingDirectory) {
  const testing::TempDir temp;
  EXPECT_THROW(Paths(temp.path()), Error);
  try {
    OpenDirectory(temp / "missing", {});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kBadSource);
  }
}

TEST(DirectoryReaderTest, DeepTreesDoNotRecurse) {
  const testing::TempDir temp;
  std::string path = "d";
  for (int i = 0; i < 254; ++i) path += "/d";
  temp.Write(path + "/file", "x");
  EXPECT_EQ(Paths(temp.path()).size(), 256U);
  std::filesystem::rename(temp / "d", temp / "e");
  std::filesystem::create_directory(temp / "d");
  std::filesystem::rename(temp / "e", temp / "d/d");
  EXPECT_THROW(Paths(temp.path()), Error);
}

}  // namespace
}  // namespace backgraft::archive
