#include "git/delta.h"

#include <gtest/gtest.h>

#include "git/pack_entry.h"
#include "pack_forge.h"

namespace backgraft::git {
namespace {

using namespace std::string_literals;
using testing::CopyOp;
using testing::Delta;
using testing::InsertOp;

// DeltaMakes() has to agree with what comes out.
std::optional<std::string> Apply(const std::string& base,
                                 const std::string& delta) {
  std::optional<DeltaHeader> header = ParseDeltaHeader(AsBytes(delta));
  if (!header || header->base_size != base.size()) return std::nullopt;
  const ByteSpan instructions = AsBytes(delta).subspan(header->length);
  std::string out(header->result_size, '?');
  const bool applied = ApplyDelta(AsBytes(base), instructions,
                                  std::as_writable_bytes(std::span(out)));
  EXPECT_EQ(DeltaMakes(AsBytes(base), instructions, AsBytes(out)), applied);
  if (!applied) return std::nullopt;
  for (const size_t at : {size_t{0}, out.size() / 2, out.size() - 1}) {
    if (at >= out.size()) continue;
    std::string other = out;
    other[at] ^= 1;
    EXPECT_FALSE(DeltaMakes(AsBytes(base), instructions, AsBytes(other)));
  }
  EXPECT_FALSE(DeltaMakes(AsBytes(base), instructions, AsBytes(out + "+")));
  return out;
}

TEST(DeltaTest, CopiesAndInserts) {
  EXPECT_EQ(Apply("hello world",
                  Delta(11, 9, CopyOp(6, 5) + InsertOp("!") + CopyOp(0, 3))),
            "world!hel");
}

TEST(DeltaTest, SizeZeroCopiesSixtyFourKilobytes) {
  std::string base(70000, 'a');
  base[4] = 'b';
  EXPECT_EQ(Apply(base, Delta(70000, 65536, CopyOp(4, 0x10000))),
            base.substr(4, 65536));
}

TEST(DeltaTest, LargeOffsetsAndSizes) {
  std::string base(0x1020304 + 0x30201, 'x');
  base[0x1020304] = 'y';
  std::string delta = Delta(base.size(), 0x30201, CopyOp(0x1020304, 0x30201));
  EXPECT_EQ(Apply(base, delta), base.substr(0x1020304, 0x30201));
}

TEST(DeltaTest, DamagedOnesAreRefused) {
  std::string base = "0123456789";
  for (const std::string& delta : {
           ""s, "\x0a"s, Delta(10, 0, ""),  // git's minimum is 4 bytes
           Delta(10, 3, CopyOp(8, 3)),      // beyond the base
           Delta(10, 3, CopyOp(0xffffffff, 3)),
           Delta(10, 3, CopyOp(0, 4)),  // beyond the result
           Delta(10, 4, CopyOp(0, 3)),  // result not filled
           Delta(10, 3,
                 "\x04"
                 "abc"s),                         // insert cut off
           Delta(10, 3, "\0abc"s),                // reserved instruction
           Delta(10, 3, CopyOp(0, 3) + "\x91"s),  // arguments cut off
           Delta(10, 3, CopyOp(0, 3) + InsertOp("x")),
           Delta(11, 3, CopyOp(0, 3)),  // another base
           std::string(12, '\xff'),     // endless size
       }) {
    EXPECT_EQ(Apply(base, delta), std::nullopt)
        << ::testing::PrintToString(delta);
  }
}

TEST(PackEntryTest, HeadersGoThereAndBack) {
  for (uint64_t size : {uint64_t{0}, uint64_t{15}, uint64_t{16}, uint64_t{2047},
                        uint64_t{2048}, uint64_t{1} << 40, UINT64_MAX}) {
    std::string bytes = testing::EntryHeaderBytes(3, size);
    auto header = ParseEntryHeader(AsBytes(bytes));
    ASSERT_TRUE(header.has_value()) << size;
    EXPECT_EQ(header->size, size);
    EXPECT_EQ(header->kind, EntryKind::kBlob);
    EXPECT_EQ(header->length, bytes.size());
    bytes.pop_back();
    EXPECT_FALSE(ParseEntryHeader(AsBytes(bytes)).has_value());
  }
}

TEST(PackEntryTest, UnknownKindsAndOverflowsAreRefused) {
  EXPECT_FALSE(ParseEntryHeader(AsBytes(testing::EntryHeaderBytes(0, 1))));
  EXPECT_FALSE(ParseEntryHeader(AsBytes(testing::EntryHeaderBytes(5, 1))));
  EXPECT_FALSE(
      ParseEntryHeader(AsBytes("\xbf" + std::string(8, '\xff') + "\x10")));
  EXPECT_FALSE(ParseEntryHeader(AsBytes("\x61" + std::string(10, '\xff'))));
  EXPECT_FALSE(ParseEntryHeader(AsBytes("\x71" + std::string(19, 'x'))));
}

}  // namespace
}  // namespace backgraft::git
