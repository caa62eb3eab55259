#include "base/read_ahead.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstring>
#include <future>
#include <stdexcept>

#include "base/error.h"

namespace backgraft {
namespace {

TEST(ReadAheadTest, DeliversInOrderThroughFewBuffers) {
  int next = 0;
  ReadAhead ahead(3, sizeof(int), [&next](std::span<std::byte> out) {
    if (next == 1000) return size_t{0};
    std::memcpy(out.data(), &next, sizeof next);
    ++next;
    return sizeof next;
  });
  for (int expected = 0; expected < 1000; ++expected) {
    const ByteSpan piece = ahead.Next();
    ASSERT_EQ(piece.size(), sizeof(int));
    int got;
    std::memcpy(&got, piece.data(), sizeof got);
    ASSERT_EQ(got, expected);
  }
  EXPECT_TRUE(ahead.Next().empty());
  EXPECT_TRUE(ahead.Next().empty());
}

TEST(ReadAheadTest, WhatWasThrownComesAfterWhatWasMade) {
  int made = 0;
  ReadAhead ahead(4, 1, [&made](std::span<std::byte>) -> size_t {
    if (made++ == 2) throw std::runtime_error("broken");
    return 1;
  });
  EXPECT_EQ(ahead.Next().size(), 1U);
  EXPECT_EQ(ahead.Next().size(), 1U);
  EXPECT_THROW(ahead.Next(), std::runtime_error);
  EXPECT_THROW(ahead.Next(), std::runtime_error);
}

TEST(ReadAheadTest, ALentBufferIsNotWrittenTo) {
  char value = 0;
  ReadAhead ahead(2, 1, [&value](std::span<std::byte> out) -> size_t {
    out[0] = static_cast<std::byte>(++value);
    return value < 100 ? 1 : 0;
  });
  for (char expected = 1; expected < 100; ++expected) {
    const ByteSpan piece = ahead.Next();
    std::this_thread::yield();
    ASSERT_EQ(static_cast<char>(piece[0]), expected);
  }
}

TEST(ReadAheadTest, MayBeDroppedWhileItWaits) {
  // For room: nobody takes anything.
  {
    ReadAhead full(2, 1, [](std::span<std::byte>) { return size_t{1}; });
  }
  // For somebody else, who is told to let go.
  std::promise<void> release;
  std::shared_future<void> released = release.get_future().share();
  {
    ReadAhead stuck(
        2, 1,
        [released](std::span<std::byte>) {
          released.wait();
          return size_t{0};
        },
        [&release] { release.set_value(); });
  }
  EXPECT_EQ(released.wait_for(std::chrono::seconds(0)),
            std::future_status::ready);
}

TEST(ReadAheadTest, CancelWakesWhoeverTakes) {
  std::atomic<bool> stop = false;
  ReadAhead ahead(
      2, 1,
      [&stop](std::span<std::byte>) {
        while (!stop) std::this_thread::yield();
        return size_t{0};
      },
      [&stop] { stop = true; });
  std::thread other([&ahead] { ahead.Cancel(); });
  EXPECT_THROW(ahead.Next(), Error);
  other.join();
  EXPECT_THROW(ahead.Next(), Error);
}

}  // namespace
}  // namespace backgraft
