// Whether an object that does not come back from its pack is found, whenever
// its bytes went wrong.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "base/error.h"
#include "git/deflate.h"
#include "git/delta_encoder.h"
#include "git/entry_checker.h"
#include "git/object_writer.h"
#include "git/pack_batch.h"
#include "git/repository.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using testing::TempDir;

constexpr uint64_t kPackHeader = 12;  // written anew by Install()

std::string Text(unsigned seed, size_t size) {
  std::mt19937 random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>('a' + random() % 20);
  return text;
}

class PackReadbackTest : public ::testing::Test {
 protected:
  PackReadbackTest() {
    Git(dir_.path(), {"init", "-q", "-b", "main"});
    repository_.emplace(Repository::Open(dir_.path()));
  }

  std::string PackPath() const {
    for (const auto& entry : std::filesystem::directory_iterator(
             repository_->objects_dir() + "/pack")) {
      if (entry.path().extension() != ".idx") return entry.path();
    }
    return "";
  }

  enum class Outcome { kFound, kNotFound, kNoSuchByte };

  // Writes with `write`, changes the byte at `place` of what was written, and
  // installs it. Where that is found, it is a bug and nothing may be left.
  Outcome Damage(const std::function<void(ObjectWriter*)>& write,
                 uint64_t place) {
    ObjectWriterOptions options;
    options.hold_blobs = hold_;
    options.threads = 1;
    auto writer = std::make_optional<ObjectWriter>(
        *repository_, repository_->objects_dir(), options);
    write(&*writer);
    writer->Drain();
    const std::string path = PackPath();
    if (place >= std::filesystem::file_size(path)) return Outcome::kNoSuchByte;
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(place));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(place));
    file.put(static_cast<char>(byte ^ 0x10));
    file.close();
    try {
      writer->Install();
      return Outcome::kNotFound;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBug) << error.what();
    }
    writer.reset();
    EXPECT_EQ(PackPath(), "");
    return Outcome::kFound;
  }

  void ExpectEveryByteCounts(const std::function<void(ObjectWriter*)>& write) {
    uint64_t place = kPackHeader;
    for (;; ++place) {
      const Outcome outcome = Damage(write, place);
      if (outcome == Outcome::kNoSuchByte) break;
      ASSERT_EQ(outcome, Outcome::kFound) << place;
    }
    EXPECT_GT(place, kPackHeader + 100);
  }

  TempDir dir_;
  std::optional<Repository> repository_;
  bool hold_ = true;
};

TEST_F(PackReadbackTest, OfObjectsThatWereComparedWhenTheyWereWritten) {
  const std::string first = Text(1, 300);
  const std::string second = "new" + first;
  const auto write = [&](ObjectWriter* writer) {
    Oid oid;
    auto content = std::make_shared<const std::string>(first);
    writer->AddBlob(content, [&](const Oid& id) { oid = id; });
    writer->Release();
    writer->AddBlob(std::make_shared<const std::string>(second),
                    [](const Oid&) {});
    writer->Release([&](const Oid&) {
      return ObjectWriter::Base{.oid = oid, .content = content};
    });
  };
  ExpectEveryByteCounts(write);
}

TEST_F(PackReadbackTest, OfTreesAndWhatWasMadeAhead) {
  const std::string tree = Text(4, 90), more = Text(5, 30);
  const std::string older = Text(7, 200), newer = older + more;
  const auto write = [&](ObjectWriter* writer) {
    const Oid before = writer->Add(ObjectType::kTree, tree);
    writer->AddBlob(older, [](const Oid&) {});
    writer->Drain();
    writer->Release();
    writer->Add(ObjectType::kTree, tree + more, before);
    const ObjectWriter::Base base{HashObject(ObjectType::kBlob, older),
                                  std::make_shared<const std::string>(older)};
    writer->AddLikelyBlob(std::make_shared<const std::string>(newer), base,
                          [](const Oid&) {});
    writer->Release();
  };
  ExpectEveryByteCounts(write);
}

// What is too large to be compared is hashed.
TEST_F(PackReadbackTest, OfWhatCameInPieces) {
  hold_ = false;
  // Nothing comes twice: other bytes may not mean the same.
  const std::string content = Text(6, 150);
  const auto write = [&](ObjectWriter* writer) {
    ByteSpan rest = AsBytes(content);
    writer->AddLargeBlob(content.size(), [&] {
      const ByteSpan piece = rest.first(std::min<size_t>(rest.size(), 50));
      rest = rest.subspan(piece.size());
      return piece;
    });
  };
  unsigned harmless = 0;
  uint64_t place = kPackHeader;
  for (;; ++place) {
    const Outcome outcome = Damage(write, place);
    if (outcome == Outcome::kNoSuchByte) break;
    if (outcome == Outcome::kFound) continue;
    // Bits that fill the last byte of a stream mean nothing: git agrees.
    ++harmless;
    Git(dir_.path(), {"index-pack", "--verify", PackPath()});
    std::filesystem::remove_all(repository_->objects_dir() + "/pack");
    repository_.emplace(Repository::Open(dir_.path()));
  }
  EXPECT_GT(place, kPackHeader + 100);
  EXPECT_LE(harmless, 1u);
}

TEST_F(PackReadbackTest, AnEntryIsComparedWithWhatItWasMadeFrom) {
  const std::string base = Text(2, 5000);
  const std::string content = base.substr(0, 3000) + "!" + base.substr(3000);
  const std::string other = base.substr(0, 3000) + "?" + base.substr(3000);
  Deflater deflater;
  DeltaEncoder encoder;
  PackBatch batch;
  const Oid oid = HashObject(ObjectType::kBlob, content);
  batch.Add(deflater, oid, ObjectType::kBlob, AsBytes(content));
  const auto delta = encoder.Encode(AsBytes(base), AsBytes(content), 1000);
  ASSERT_TRUE(delta);
  batch.AddDelta(deflater, oid, ObjectType::kBlob, content.size(),
                 HashObject(ObjectType::kBlob, base), *delta);
  EntryChecker checker;
  for (const PackedObject& object : batch.objects) {
    const ByteSpan entry =
        ByteSpan(batch.bytes).subspan(object.offset, object.entry_size);
    EXPECT_NO_THROW(
        checker.Check(object, entry, AsBytes(base), AsBytes(content)));
    EXPECT_THROW(checker.Check(object, entry, AsBytes(base), AsBytes(other)),
                 Error);
    EXPECT_THROW(checker.Check(object, entry, AsBytes(base),
                               AsBytes(content).first(content.size() - 1)),
                 Error);
    PackedObject wrong = object;
    ++wrong.size;
    EXPECT_THROW(checker.Check(wrong, entry, AsBytes(base), AsBytes(content)),
                 Error);
  }
  // Another base, which has the same size.
  EXPECT_THROW(checker.Check(batch.objects[1],
                             ByteSpan(batch.bytes)
                                 .subspan(batch.objects[1].offset,
                                          batch.objects[1].entry_size),
                             AsBytes(Text(3, base.size())), AsBytes(content)),
               Error);
}

TEST_F(PackReadbackTest, WhatIsAtHandIsReadAsItIs) {
  ObjectWriter writer(*repository_, repository_->objects_dir(), {});
  const auto content = std::make_shared<const std::string>("content");
  const Oid oid = HashObject(ObjectType::kBlob, *content);
  writer.AddBlob(
      content, [](const Oid&) {}, oid);
  writer.Drain();
  writer.KeepAtHand(oid, content);
  EXPECT_EQ(writer.Find(oid)->content, "content");
  writer.Install();
  EXPECT_EQ(writer.Find(oid)->content, "content");
  EXPECT_EQ(Git(dir_.path(), {"cat-file", "blob", oid.Hex()}), "content");
}

}  // namespace
}  // namespace backgraft::git
