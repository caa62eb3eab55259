#include "base/io.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "base/error.h"
#include "testing/temp_dir.h"

namespace backgraft {
namespace {

TEST(IoTest, WholeFilesComeBackAsWritten) {
  testing::TempDir dir;
  std::string bytes(300'000, 'x');
  bytes[7] = '\0';
  WriteFileDurably(dir / "f", bytes);
  EXPECT_EQ(ReadFile(dir / "f"), bytes);
}

TEST(IoTest, AFailedDurableWriteLeavesNothing) {
  testing::TempDir dir;
  std::filesystem::create_directory(dir / "d");
  dir.Write("d/inside", "1");
  EXPECT_THROW(WriteFileDurably(dir / "d", "x"), Error);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(dir.path()), {}),
            1);
}

TEST(IoTest, ErrorsNameThePathAndTheReason) {
  try {
    ReadFile("/nonexistent/\033file");
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_STREQ(error.what(),
                 "cannot open '/nonexistent/\\x1bfile': "
                 "No such file or directory");
  }
}

TEST(IoTest, AMissingFileIsNoFailureWhereThatIsAsked) {
  std::string out = "before";
  EXPECT_FALSE(ReadFileIfExists("/nonexistent/file", &out));
  EXPECT_EQ(out, "before");
}

TEST(IoTest, MappedFileShowsTheBytes) {
  testing::TempDir dir;
  MappedFile mapped(dir.Write("f", "hello"));
  EXPECT_EQ(AsText(mapped.bytes()), "hello");
  MappedFile empty(dir.Write("e", ""));
  EXPECT_TRUE(empty.bytes().empty());
}

}  // namespace
}  // namespace backgraft
