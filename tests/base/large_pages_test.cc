#include "base/large_pages.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>

namespace backgraft {
namespace {

constexpr size_t kLarge = size_t{4} << 20;

TEST(LargeBufferTest, HasTheSizeAskedForAndCanBeWritten) {
  for (const size_t size : {size_t{1}, size_t{4096}, kLarge, kLarge + 1}) {
    const LargeBuffer buffer(size);
    ASSERT_EQ(buffer.bytes().size(), size);
    std::fill(buffer.bytes().begin(), buffer.bytes().end(), std::byte{7});
    EXPECT_EQ(buffer.bytes().back(), std::byte{7});
  }
}

TEST(LargeBufferTest, SparesAreForTheNextOneOfTheirSize) {
  const LargeBuffer::KeepSpares keep;
  std::optional<LargeBuffer> first(std::in_place, kLarge);
  std::byte* const place = first->bytes().data();
  first->bytes().front() = std::byte{1};
  first.reset();
  const LargeBuffer other(2 * kLarge);
  EXPECT_NE(other.bytes().data(), place);
  const LargeBuffer again(kLarge);
  EXPECT_EQ(again.bytes().data(), place);
  EXPECT_EQ(again.bytes().front(), std::byte{1});
  const LargeBuffer third(kLarge);
  EXPECT_NE(third.bytes().data(), place);
}

TEST(LargeBufferTest, WithoutThemFreshMemoryIsEmpty) {
  {
    const LargeBuffer buffer(kLarge);
    buffer.bytes().front() = std::byte{1};
  }
  const LargeBuffer buffer(kLarge);
  EXPECT_EQ(buffer.bytes().front(), std::byte{0});
}

}  // namespace
}  // namespace backgraft
