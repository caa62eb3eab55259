#include "git/delta_encoder.h"

#include <gtest/gtest.h>

#include <random>
#include <string>

#include "git/delta.h"
#include "git/oid.h"
#include "pack_forge.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

std::optional<std::string> Encode(const std::string& base,
                                  const std::string& target,
                                  size_t limit = SIZE_MAX) {
  static DeltaEncoder encoder;
  auto delta = encoder.Encode(AsBytes(base), AsBytes(target), limit);
  if (!delta) return std::nullopt;
  return std::string(AsText(*delta));
}

std::string Apply(const std::string& base, const std::string& delta) {
  auto header = ParseDeltaHeader(AsBytes(delta));
  if (!header || header->base_size != base.size()) return "no delta";
  std::string out(header->result_size, '?');
  if (!ApplyDelta(AsBytes(base), AsBytes(delta).subspan(header->length),
                  std::as_writable_bytes(std::span(out)))) {
    return "damaged";
  }
  return out;
}

std::string Noise(std::mt19937& random, size_t size, unsigned letters) {
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>('a' + random() % letters);
  return text;
}

// `text` with some pieces removed, inserted, overwritten or moved.
std::string Changed(std::mt19937& random, std::string text) {
  for (size_t edits = random() % 6; edits > 0; --edits) {
    const size_t at = text.empty() ? 0 : random() % text.size();
    const size_t size = random() % 300;
    switch (random() % 4) {
      case 0:
        text.erase(at, size);
        break;
      case 1:
        text.insert(at, Noise(random, size, 26));
        break;
      case 2:
        text.replace(at, size, Noise(random, size, 26));
        break;
      default:
        text += text.substr(at, size);
    }
  }
  return text;
}

TEST(DeltaEncoderTest, WhatItMakesGivesTheTarget) {
  std::mt19937 random(5);
  for (unsigned i = 0; i < 3000; ++i) {
    const std::string base = Noise(random, random() % 4000, 1 + i % 26);
    const std::string target = Changed(random, base);
    const auto delta = Encode(base, target);
    ASSERT_EQ(delta.has_value(), target.size() >= 16 && base.size() >= 16)
        << target.size();
    if (delta) {
      ASSERT_EQ(Apply(base, *delta), target) << i;
    }
  }
}

TEST(DeltaEncoderTest, ASmallChangeGivesASmallDelta) {
  std::mt19937 random(6);
  const std::string base = Noise(random, 300000, 26);
  std::string target = base;
  target.insert(150000, "something new");
  target.erase(200000, 77);
  EXPECT_LT(Encode(base, target)->size(), 120u);
  EXPECT_LT(Encode(base, base)->size(), 40u);
  // A piece from elsewhere is found, too.
  EXPECT_LT(
      Encode(base, base.substr(100000, 5000) + base.substr(0, 5000))->size(),
      40u);
}

TEST(DeltaEncoderTest, CopiesOfSixtyFourKilobytes) {
  std::mt19937 random(7);
  const std::string base = Noise(random, 0x30000, 26);
  for (size_t size : {0xffffu, 0x10000u, 0x10001u, 0x20000u}) {
    const std::string target = base.substr(0x100, size);
    EXPECT_EQ(Apply(base, *Encode(base, target)), target) << size;
  }
}

TEST(DeltaEncoderTest, WhatIsTooLongIsNone) {
  std::mt19937 random(8);
  const std::string base = Noise(random, 10000, 26);
  const std::string other = Noise(random, 10000, 26);
  EXPECT_FALSE(Encode(base, other, 5000));
  EXPECT_TRUE(Encode(base, other));
  EXPECT_FALSE(Encode(base, base, 3));
}

TEST(DeltaEncoderTest, EmptyAndTiny) {
  for (const std::string base :
       {"", "a", "0123456789abcde", "0123456789abcdef"}) {
    for (const std::string target :
         {"", "a", "0123456789abcdef", "0123456789abcdefg"}) {
      const auto delta = Encode(base, target);
      EXPECT_EQ(delta.has_value(), target.size() >= 16 && base.size() >= 16);
      if (delta) {
        EXPECT_EQ(Apply(base, *delta), target);
      }
    }
  }
}

// git itself makes the objects of a pack with our deltas.
TEST(DeltaEncoderTest, GitReadsThem) {
  std::mt19937 random(9);
  testing::TempDir dir;
  testing::Git(dir.path(), {"init", "-q", "--bare", "."});
  testing::PackForge forge;
  std::vector<Oid> oids;
  for (int i = 0; i < 100; ++i) {
    const std::string base = Noise(random, 500 + random() % 3000, 26);
    const std::string target = Changed(random, base) + std::to_string(i);
    const uint64_t at = forge.Add(ObjectType::kBlob, base);
    forge.AddOfsDelta(at, *Encode(base, target));
    oids.push_back(HashObject(ObjectType::kBlob, target));
  }
  const auto result =
      testing::Run({"git", "index-pack", "--stdin", "--strict"},
                   {.directory = dir.path(), .input = forge.Finish()});
  ASSERT_EQ(result.status, 0) << result.err;
  for (const Oid& oid : oids) {
    EXPECT_EQ(testing::Git(dir.path(), {"cat-file", "-t", oid.Hex()}), "blob");
  }
}

}  // namespace
}  // namespace backgraft::git
