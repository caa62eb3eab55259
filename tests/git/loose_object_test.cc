#include "git/loose_object.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "object_forge.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::LooseBytes;

constexpr uint64_t kLimit = 1 << 20;

Object Read(const std::string& file) {
  return ReadLooseObject(AsBytes(file), "ab/cd", kLimit);
}

TEST(LooseObjectTest, ReadsWhatGitWrites) {
  testing::TempDir dir;
  testing::Git(dir.path(), {"init", "-q"});
  dir.Write("file", "content\n");
  std::string hex = testing::Git(dir.path(), {"hash-object", "-w", "file"});
  std::string file = ReadFile(
      dir / (".git/objects/" + hex.substr(0, 2) + "/" + hex.substr(2)));
  Object object = Read(file);
  EXPECT_EQ(object.type, ObjectType::kBlob);
  EXPECT_EQ(object.content, "content\n");
  EXPECT_EQ(HashObject(object.type, object.content).Hex(), hex);
  EXPECT_EQ(ReadLooseHeader(AsBytes(file), "x").size, 8u);
}

TEST(LooseObjectTest, LargeOnesComeInPieces) {
  std::string content(3 << 20, 'x');
  std::string file = LooseBytes("blob 3145728", content);
  std::string seen;
  StreamLooseObject(AsBytes(file), "ab/cd",
                    [&](ByteSpan piece) { seen += AsText(piece); });
  EXPECT_TRUE(seen == content);
  EXPECT_THROW(Read(file), Error);
}

TEST(LooseObjectTest, DamageIsRefusedWithTheName) {
  std::string good = LooseBytes("blob 4", "abcd");
  EXPECT_EQ(Read(good).content, "abcd");
  for (const std::string& file :
       {std::string(), good + "x", good.substr(0, good.size() - 1),
        LooseBytes("blob 5", "abcd"), LooseBytes("blob 3", "abcd"),
        LooseBytes("blob 04", "abcd"), LooseBytes("blob ", "abcd"),
        LooseBytes("blob", "abcd"), LooseBytes("blob -4", "abcd"),
        LooseBytes("bulb 4", "abcd"), LooseBytes(" 4", "abcd"),
        LooseBytes("blob 4 ", "abcd"),
        LooseBytes("blob 18446744073709551615", "abcd"),
        LooseBytes("blob 99999999999999999999", "abcd"),
        LooseBytes("blob 1000000", "abcd")}) {
    try {
      Read(file);
      ADD_FAILURE() << "accepted " << ::testing::PrintToString(file);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBadSource);
      EXPECT_THAT(error.what(), ::testing::HasSubstr("'ab/cd'"));
    }
    EXPECT_THROW(StreamLooseObject(AsBytes(file), "x", [](ByteSpan) {}), Error);
  }
}

TEST(LooseObjectTest, EveryBitFlipAndPrefixIsRefused) {
  std::string good = LooseBytes("blob 31", "some bytes, some bytes, no more");
  for (size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string damaged = good;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    bool same = false;
    try {
      // Bits of the zlib header that say nothing about the content may change.
      same = Read(damaged).content == "some bytes, some bytes, no more";
    } catch (const Error&) {
      same = true;
    }
    EXPECT_TRUE(same) << "bit " << bit;
  }
  for (size_t size = 0; size < good.size(); ++size) {
    EXPECT_THROW(Read(good.substr(0, size)), Error) << size;
  }
}

}  // namespace
}  // namespace backgraft::git
