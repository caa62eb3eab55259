#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "git/pack_verifier.h"
#include "pack_forge.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::CopyOp;
using testing::Delta;
using testing::DeltaOf;
using ::testing::HasSubstr;
using testing::InsertOp;
using testing::PackForge;

// Packs that somebody made to harm, or that were harmed.
class PackDamageTest : public ::testing::Test {
 protected:
  // The message of the refusal; "" where the pack is accepted.
  std::string Refusal(const std::string& pack) {
    std::string path = dir_.Write("x.pack", pack);
    try {
      VerifyPack(path, options_, [](const PackedObjectView&) {});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBadSource) << error.what();
      return error.what();
    }
    return "";
  }
  bool Accepts(const std::string& pack) { return Refusal(pack).empty(); }

  testing::TempDir dir_;
  PackOptions options_;
};

TEST_F(PackDamageTest, ObjectsThatAreTwiceInItAreRefused) {
  PackForge forge;
  uint64_t base = forge.Add(ObjectType::kBlob, "same content");
  forge.Add(ObjectType::kBlob, "same content");
  EXPECT_THAT(Refusal(forge.Finish()), HasSubstr("is in it twice"));

  PackForge by_delta;
  base = by_delta.Add(ObjectType::kBlob, "same content");
  by_delta.AddOfsDelta(base, Delta(12, 12, CopyOp(0, 12)));
  by_delta.AddRefDelta(HashObject(ObjectType::kBlob, "same content"),
                       Delta(12, 5, CopyOp(0, 5)));
  EXPECT_THAT(Refusal(by_delta.Finish()), HasSubstr("is in it twice"));
}

TEST_F(PackDamageTest, HostileShapesAreRefused) {
  PackForge forge;
  uint64_t base = forge.Add(ObjectType::kBlob, "0123456789");
  auto with = [&](auto add) {
    PackForge copy = forge;
    add(copy);
    return Refusal(copy.Finish());
  };
  EXPECT_THAT(with([&](PackForge& f) {
                f.AddOfsDelta(base + 1, Delta(10, 4, CopyOp(0, 4)));
              }),
              HasSubstr("whose base is no object"));
  EXPECT_THAT(with([&](PackForge& f) {
                f.AddRaw(testing::EntryHeaderBytes(6, 4) +
                         std::string("\0", 1) + testing::Deflate("abcd"));
              }),
              HasSubstr("outside the pack"));
  EXPECT_THAT(with([&](PackForge& f) {
                f.AddRaw(testing::EntryHeaderBytes(6, 4) +
                         std::string("\xff\x7f", 2) + testing::Deflate("abcd"));
              }),
              HasSubstr("outside the pack"));
  EXPECT_THAT(with([&](PackForge& f) {
                f.AddOfsDelta(base, Delta(11, 4, CopyOp(0, 4)));
              }),
              HasSubstr("for a base of another size"));
  EXPECT_THAT(with([&](PackForge& f) {
                f.AddOfsDelta(base, Delta(10, 4, CopyOp(8, 4)));
              }),
              HasSubstr("does not fit its base"));
  EXPECT_THAT(
      with([&](PackForge& f) {
        f.AddRaw(testing::EntryHeaderBytes(3, 4) + testing::Deflate("12345"));
      }),
      HasSubstr("does not inflate"));
  EXPECT_THAT(
      with([&](PackForge& f) {
        f.AddRaw(testing::EntryHeaderBytes(5, 4) + testing::Deflate("1234"));
      }),
      HasSubstr("malformed object header"));
  EXPECT_THAT(with([&](PackForge& f) {
                f.AddRaw(testing::EntryHeaderBytes(3, uint64_t{1} << 62) +
                         testing::Deflate("1234"));
              }),
              HasSubstr("times its size"));
  EXPECT_THAT(with([&](PackForge& f) {
                f.AddRaw(testing::EntryHeaderBytes(2, uint64_t{1} << 62) +
                         testing::Deflate("1234"));
              }),
              HasSubstr("over the limit"));
  EXPECT_THAT(with([&](PackForge& f) {
                f.AddOfsDelta(base, Delta(10, uint64_t{1} << 50, CopyOp(0, 4)));
              }),
              HasSubstr("over the limit"));
  EXPECT_THAT(Refusal(forge.FinishWithCount(2)), HasSubstr("ends too early"));
  EXPECT_THAT(Refusal(forge.FinishWithCount(0)), HasSubstr("bytes behind"));
  EXPECT_THAT(Refusal(forge.FinishWithCount(UINT32_MAX)),
              HasSubstr("cannot hold"));
  EXPECT_THAT(Refusal(forge.Finish(4)), HasSubstr("version 4"));
  EXPECT_THAT(Refusal(""), HasSubstr("ends too early"));
}

TEST_F(PackDamageTest, LimitsAreKept) {
  PackForge forge;
  forge.Add(ObjectType::kBlob, std::string(100000, 'x'));
  uint64_t base = forge.Add(ObjectType::kBlob, "y");
  for (int i = 0; i < 5; ++i) {
    forge.AddOfsDelta(base,
                      Delta(1, 2, CopyOp(0, 1) + InsertOp(std::to_string(i))));
  }
  std::string pack = forge.Finish();
  EXPECT_TRUE(Accepts(pack));
  options_.limits.objects = 6;
  EXPECT_THAT(Refusal(pack), HasSubstr("over the limit of 6"));
  options_.limits = {};
  options_.limits.object_bytes = 99999;
  EXPECT_THAT(Refusal(pack), HasSubstr("over the limit of 99999"));
  options_.limits = {};
  options_.limits.ratio = 10;
  options_.limits.ratio_after = 1000;
  EXPECT_THAT(Refusal(pack), HasSubstr("more than 10 times its size"));
}

// Deltas of random shape, most of them wrong in one place: taken or refused as
// git index-pack does.
TEST_F(PackDamageTest, RandomDeltasAreJudgedAsGitDoes) {
  std::mt19937 random(5);
  auto pick = [&](uint32_t n) { return static_cast<uint32_t>(random() % n); };
  int accepted = 0;
  constexpr int kPacks = 120;
  for (int i = 0; i < kPacks; ++i) {
    PackForge forge;
    std::vector<uint64_t> offsets;
    std::vector<std::string> contents;
    for (int k = 0; k < 3; ++k) {
      contents.push_back("blob " + std::to_string(k) +
                         std::string(pick(300), static_cast<char>('a' + k)));
      offsets.push_back(forge.Add(ObjectType::kBlob, contents.back()));
    }
    for (int k = 0; k < 4; ++k) {
      uint32_t base = pick(static_cast<uint32_t>(contents.size()));
      const std::string& from = contents[base];
      auto size = static_cast<uint32_t>(from.size());
      uint32_t offset = pick(size);
      uint32_t length = 1 + pick(size - offset);
      std::string insert = "insert " + std::to_string(k) + "!";
      std::string result = from.substr(offset, length) + insert;
      // One in ten is wrong by one somewhere.
      uint32_t wrong = pick(60);
      std::string delta =
          Delta(size + (wrong == 0 ? 1 : 0),
                result.size() + (wrong == 1 ? 1 : 0) - (wrong == 2 ? 1 : 0),
                CopyOp(offset + (wrong == 3 ? size : 0), length) +
                    InsertOp(insert) + (wrong == 4 ? InsertOp("x") : ""));
      if (wrong == 5) delta[pick(static_cast<uint32_t>(delta.size()))] ^= 1;
      if (pick(2) == 0) {
        offsets.push_back(forge.AddOfsDelta(offsets[base], delta));
      } else {
        offsets.push_back(
            forge.AddRefDelta(HashObject(ObjectType::kBlob, from), delta));
      }
      contents.push_back(result);
    }
    std::string pack = forge.Finish();
    bool ours = Accepts(pack);
    testing::ProcessResult git =
        testing::Run({"git", "index-pack", "--strict", "--fsck-objects", "-o",
                      dir_ / "git.idx", dir_ / "x.pack"});
    EXPECT_EQ(ours, git.status == 0) << Refusal(pack) << "\n" << git.err;
    accepted += ours ? 1 : 0;
  }
  EXPECT_GT(accepted, kPacks / 4);
  EXPECT_LT(accepted, kPacks * 3 / 4);
}

TEST_F(PackDamageTest, EveryBitFlipAndPrefixIsRefused) {
  PackForge forge;
  std::string text = "a blob of some bytes, some bytes\n";
  uint64_t base = forge.Add(ObjectType::kBlob, text);
  forge.AddOfsDelta(base, DeltaOf(text, text + "more\n"));
  forge.AddRefDelta(HashObject(ObjectType::kBlob, text),
                    DeltaOf(text, text + "other\n"));
  std::string pack = forge.Finish();
  ASSERT_TRUE(Accepts(pack));
  options_.threads = 1;
  for (size_t bit = 0; bit < pack.size() * 8; ++bit) {
    std::string damaged = pack;
    damaged[bit / 8] = static_cast<char>(damaged[bit / 8] ^ (1 << bit % 8));
    EXPECT_FALSE(Accepts(damaged)) << "bit " << bit;
  }
  for (size_t size = 0; size < pack.size(); ++size) {
    EXPECT_FALSE(Accepts(pack.substr(0, size))) << "prefix " << size;
  }
  EXPECT_FALSE(Accepts(pack + "x"));
}

}  // namespace
}  // namespace backgraft::git
