#include "git/pack_index.h"

#include <gtest/gtest.h>

#include "testing/process.h"

namespace backgraft::git {
namespace {

using testing::ProcessResult;
using testing::Run;

PackIndexEntry Entry(std::string_view hex, uint32_t crc, uint64_t offset) {
  return {Oid::MustFromHex(hex), crc, offset};
}

std::string ShowIndex(const std::string& index) {
  ProcessResult result = Run({"git", "show-index"}, {.input = index});
  EXPECT_EQ(result.status, 0) << result.err;
  return result.out;
}

TEST(PackIndexTest, GitReadsItSorted) {
  std::string index = WriteIndex(
      {Entry("ffffffffffffffffffffffffffffffffffffffff", 0xdeadbeef, 12),
       Entry("0000000000000000000000000000000000000001", 1, 500),
       Entry("00ff000000000000000000000000000000000001", 2, 0x7fffffff)},
      {});
  EXPECT_EQ(ShowIndex(index),
            "500 0000000000000000000000000000000000000001 (00000001)\n"
            "2147483647 00ff000000000000000000000000000000000001 (00000002)\n"
            "12 ffffffffffffffffffffffffffffffffffffffff (deadbeef)\n");
}

TEST(PackIndexTest, LargeOffsetsTakeSixtyFourBits) {
  std::string index = WriteIndex(
      {Entry("1000000000000000000000000000000000000000", 1, 0x80000000u),
       Entry("2000000000000000000000000000000000000000", 2, 12),
       Entry("3000000000000000000000000000000000000000", 3, 0x123456789abcu)},
      {});
  EXPECT_EQ(ShowIndex(index),
            "2147483648 1000000000000000000000000000000000000000 (00000001)\n"
            "12 2000000000000000000000000000000000000000 (00000002)\n"
            "20015998343868 3000000000000000000000000000000000000000 "
            "(00000003)\n");
}

TEST(PackIndexTest, EmptyPackHasAnIndex) {
  std::string index = WriteIndex({}, {});
  EXPECT_EQ(index.size(), 8u + 1024 + 40);
  EXPECT_EQ(ShowIndex(index), "");
}

}  // namespace
}  // namespace backgraft::git
