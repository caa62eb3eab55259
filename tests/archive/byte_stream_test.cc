#include "archive/byte_stream.h"

#include <gtest/gtest.h>

#include "archive/memory_source.h"

namespace backgraft::archive {
namespace {

// Text of which no part compresses much better than another.
std::string Digits(size_t size) {
  std::string text;
  for (uint32_t n = 1; text.size() < size; n = n * 1664525 + 1013904223) {
    text += std::to_string(n) + "\n";
  }
  return text;
}

TEST(ByteStreamTest, TellsHowMuchOfTheSourceWasTaken) {
  const std::string text = Digits(size_t{24} << 20);
  const std::string compressed = CompressWith("gzip", text);
  for (const auto& [compression, source] :
       {std::pair(Compression::kGzip, compressed),
        std::pair(Compression::kNone, text)}) {
    ByteStream stream(std::make_unique<MemorySource>(source, 65536),
                      compression, {}, "'x'");
    EXPECT_EQ(stream.consumed(), 0U);
    uint64_t taken = 0;
    for (ByteSpan piece; !(piece = stream.Take(100'000)).empty();) {
      taken += piece.size();
      const double part = static_cast<double>(taken) /
                          static_cast<double>(text.size()) *
                          static_cast<double>(source.size());
      // Less than two buffers of a megabyte lie between, however many are read
      // ahead.
      ASSERT_NEAR(static_cast<double>(stream.consumed()), part, 2 << 20);
    }
    EXPECT_EQ(taken, text.size());
    EXPECT_EQ(stream.consumed(), source.size());
  }
}

}  // namespace
}  // namespace backgraft::archive
