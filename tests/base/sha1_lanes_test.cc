#include "base/sha1_lanes.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace backgraft {
namespace {

std::string OneByOne(std::string_view head, std::string_view body) {
  Sha1 sha;
  sha.Update(AsBytes(head));
  sha.Update(AsBytes(body));
  return Hex(sha.Finish());
}

std::string RandomBytes(std::mt19937* random, size_t size) {
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>((*random)());
  return bytes;
}

// What the registers hold, and what they hold where they are narrow: the
// results must not differ.
class Sha1LanesTest : public testing::TestWithParam<bool> {
 protected:
  Sha1LanesTest() : lanes_(GetParam() && Sha1Lanes::Pays()) {}

  struct Message {
    std::string head;
    std::string body;
  };

  // Hashes all of them, as many side by side as there is room for.
  void Check(const std::vector<Message>& messages) {
    std::vector<size_t> by_lane(Sha1Lanes::kLanes);
    std::set<size_t> done;
    auto run = [&] {
      const uint32_t finished = lanes_.Run();
      ASSERT_NE(finished, 0u);
      for (uint32_t left = finished; left != 0; left &= left - 1) {
        const auto lane = static_cast<size_t>(std::countr_zero(left));
        const Message& message = messages[by_lane[lane]];
        EXPECT_EQ(Hex(lanes_.digest(lane)),
                  OneByOne(message.head, message.body))
            << message.head.size() << '+' << message.body.size();
        EXPECT_TRUE(done.insert(by_lane[lane]).second);
      }
    };
    for (size_t i = 0; i < messages.size(); ++i) {
      if (lanes_.full()) run();
      by_lane[lanes_.Begin(messages[i].head, AsBytes(messages[i].body))] = i;
    }
    while (!lanes_.empty()) run();
    EXPECT_EQ(done.size(), messages.size());
  }

  Sha1Lanes lanes_;
};

// FIPS 180-4's examples.
TEST_P(Sha1LanesTest, MatchesThePublishedExamples) {
  const std::vector<std::pair<std::string, std::string>> examples = {
      {"", "da39a3ee5e6b4b0d3255bfef95601890afd80709"},
      {"abc", "a9993e364706816aba3e25717850c26c9cd0d89d"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "84983e441c3bd26ebaae4aa1f95129e5e54670f1"},
      {std::string(1'000'000, 'a'),
       "34aa973cd4c4daa4f61eeb2bdbad27316534016f"}};
  for (const auto& [message, digest] : examples) {
    const size_t lane = lanes_.Begin("", AsBytes(message));
    EXPECT_EQ(lanes_.Run(), uint32_t{1} << lane);
    EXPECT_EQ(Hex(lanes_.digest(lane)), digest);
    EXPECT_TRUE(lanes_.empty());
  }
}

// Every way in which a head, blocks and padding can meet.
TEST_P(Sha1LanesTest, HashesEveryLengthBehindEveryHead) {
  std::mt19937 random(1);
  std::vector<Message> messages;
  for (size_t head = 0; head <= Sha1Lanes::kHeadBytes; ++head) {
    for (size_t body = 0; body <= 260; body += head % 7 + 1) {
      messages.push_back(
          {RandomBytes(&random, head), RandomBytes(&random, body)});
    }
  }
  Check(messages);
}

TEST_P(Sha1LanesTest, LongAndShortMessagesShareTheLanes) {
  std::mt19937 random(2);
  std::vector<Message> messages;
  for (size_t i = 0; i < 3000; ++i) {
    const size_t size = random() % (size_t{1} << random() % 17);
    messages.push_back(
        {"blob " + std::to_string(size) + '\0', RandomBytes(&random, size)});
  }
  Check(messages);
}

INSTANTIATE_TEST_SUITE_P(Widths, Sha1LanesTest, testing::Bool(),
                         [](const auto& test) {
                           return test.param ? "Wide" : "Narrow";
                         });

}  // namespace
}  // namespace backgraft
