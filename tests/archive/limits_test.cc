#include "archive/limits.h"

#include <gtest/gtest.h>

#include "archive/budget.h"
#include "archive/memory_source.h"
#include "archive/reader.h"
#include "archive/tar_builder.h"
#include "archive/zip_builder.h"
#include "base/error.h"
#include "testing/temp_dir.h"

namespace backgraft::archive {
namespace {

std::string Hint(const char* option) {
  return std::string("raise the limit with '") + option +
         "' if you trust the source\n";
}

const std::string& ThreeFiles() {
  static const std::string tar =
      MakeTar({.name = "a", .content = std::string(100, 'a')}) +
      MakeTar({.name = "b", .content = std::string(200, 'b')}) +
      MakeTar({.name = "c/d/e"}) + TarEnd();
  return tar;
}

TEST(LimitsTest, OneFile) {
  Limits limits;
  limits.file_bytes = 200;
  EXPECT_EQ(Refusal(ThreeFiles(), limits), "");
  limits.file_bytes = 199;
  EXPECT_EQ(Refusal(ThreeFiles(), limits),
            "'backup': entry 'b': its 200 bytes are more than the limit of 199 "
            "for one file");
  EXPECT_EQ(RefusalHint(ThreeFiles(), limits), Hint("--max-file SIZE"));
}

TEST(LimitsTest, AllFiles) {
  Limits limits;
  limits.total_bytes = 300;
  EXPECT_EQ(Refusal(ThreeFiles(), limits), "");
  limits.total_bytes = 299;
  EXPECT_EQ(Refusal(ThreeFiles(), limits),
            "'backup': entry 'b': with it the contents are more than the limit "
            "of 299 bytes");
  EXPECT_EQ(RefusalHint(ThreeFiles(), limits), Hint("--max-total SIZE"));
}

TEST(LimitsTest, Entries) {
  Limits limits;
  limits.entries = 3;
  EXPECT_EQ(Refusal(ThreeFiles(), limits), "");
  limits.entries = 2;
  EXPECT_EQ(Refusal(ThreeFiles(), limits),
            "'backup': more entries than the limit of 2");
  EXPECT_EQ(RefusalHint(ThreeFiles(), limits), Hint("--max-entries N"));
}

TEST(LimitsTest, Depth) {
  Limits limits;
  limits.depth = 3;
  EXPECT_EQ(Refusal(ThreeFiles(), limits), "");
  limits.depth = 2;
  EXPECT_EQ(Refusal(ThreeFiles(), limits),
            "'backup': entry 'c/d/e': the path is deeper than the limit of 2 "
            "components");
  EXPECT_EQ(RefusalHint(ThreeFiles(), limits), Hint("--max-depth N"));
}

TEST(LimitsTest, DeclaredSizesAreRefusedBeforeTheContentIsThere) {
  Limits limits;
  limits.file_bytes = 1000;
  // The content is missing altogether: that is not what it is refused for.
  EXPECT_EQ(Refusal(MakeTar({.name = "a", .raw_size = "77777777777 "}), limits),
            "'backup': entry 'a': its 8589934591 bytes are more than the limit "
            "of 1000 for one file");
  // The second member is damaged, but nothing is decompressed before all
  // declared sizes have been added up.
  limits = {};
  limits.total_bytes = 1000;
  EXPECT_EQ(Refusal(MakeZip({{.name = "a", .content = "x", .crc = 1},
                             {.name = "b", .content = "x", .size = 1000}}),
                    limits),
            "'backup': entry 'b': with it the contents are more than the limit "
            "of 1000 bytes");
}

TEST(LimitsTest, RatioCountsOnceEnoughCameOut) {
  const std::string zeros(1 << 22, '\0');
  const std::string bomb = CompressWith(
      "gzip", MakeTar({.name = "zeros", .content = zeros}) + TarEnd());
  Limits limits;
  EXPECT_EQ(Refusal(bomb, limits), "");
  limits.ratio_after = 1 << 20;
  limits.ratio = 1100;
  EXPECT_EQ(Refusal(bomb, limits), "");
  limits.ratio = 500;
  EXPECT_NE(Refusal(bomb, limits)
                .find("'backup': it expands more than the limit of 500:1 ("),
            std::string::npos)
      << Refusal(bomb, limits);
  EXPECT_EQ(RefusalHint(bomb, limits), Hint("--max-ratio N"));
  limits.ratio_after = 1 << 23;
  EXPECT_EQ(Refusal(bomb, limits), "");
}

TEST(LimitsTest, RatioOfAZipIsRefusedBeforeAnythingIsDecompressed) {
  Limits limits;
  limits.ratio_after = 1 << 20;
  EXPECT_EQ(Refusal(MakeZip({{.name = "a",
                              .content = std::string(100, 'x'),
                              .method = 8,
                              .size = 1 << 21}}),
                    limits),
            "'backup': it expands more than the limit of 1000:1 (100 bytes "
            "became 2097152 or more)");
}

TEST(LimitsTest, RatioIsExact) {
  Limits limits;
  limits.ratio = 10;
  limits.ratio_after = 5;
  CheckRatio(limits, 10, 100, "'x'");
  EXPECT_THROW(CheckRatio(limits, 10, 101, "'x'"), Error);
  CheckRatio(limits, 0, 5, "'x'");
  EXPECT_THROW(CheckRatio(limits, 0, 11, "'x'"), Error);
}

TEST(LimitsTest, ADirectoryIsBoundToo) {
  const testing::TempDir temp;
  temp.Write("a", "text");
  temp.Write("b", "text");
  const auto read = [&temp](const Limits& limits) {
    const std::unique_ptr<Reader> reader = OpenDirectory(temp.path(), limits);
    while (reader->Next()) {
    }
  };
  Limits limits;
  limits.entries = 2;
  read(limits);
  limits.entries = 1;
  EXPECT_THROW(read(limits), Error);
  limits = {};
  limits.total_bytes = 7;
  EXPECT_THROW(read(limits), Error);
}

}  // namespace
}  // namespace backgraft::archive
