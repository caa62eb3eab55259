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
      return entry.path();
    }
    return "";
  }

  // Writes with `write`, changes the byte at `place` of what was written, and
  // expects Install() to say so and to leave nothing. False where there is no
  // such byte.
  bool ExpectFound(const std::function<void(ObjectWriter*)>& write,
                   uint64_t place) {
    ObjectWriterOptions options;
    options.hold_blobs = true;
    options.threads = 1;
    auto writer = std::make_optional<ObjectWriter>(
        *repository_, repository_->objects_dir(), options);
    write(&*writer);
    writer->Drain();
    const std::string path = PackPath();
    if (place >= std::filesystem::file_size(path)) return false;
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(place));
    const int byte = file.get();
    file.seekp(static_cast<std::streamoff>(place));
    file.put(static_cast<char>(byte ^ 0x10));
    file.close();
    try {
      writer->Install();
      ADD_FAILURE() << "byte " << place << " changed and nobody noticed";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBug) << error.what();
    }
    writer.reset();
    EXPECT_EQ(PackPath(), "");
    return true;
  }

  void ExpectEveryByteFound(const std::function<void(ObjectWriter*)>& write) {
    uint64_t place = kPackHeader;
    while (ExpectFound(write, place)) ++place;
    EXPECT_GT(place, kPackHeader + 20);
  }

  TempDir dir_;
  std::optional<Repository> repository_;
};

TEST_F(PackReadbackTest, OfObjectsThatWereComparedWhenTheyWereWritten) {
  const std::string first = Text(1, 300);
  const std::string second = "new" + first;
  ExpectEveryByteFound([&](ObjectWriter* writer) {
    Oid oid;
    auto content = std::make_shared<const std::string>(first);
    writer->AddBlob(content, [&](const Oid& id) { oid = id; });
    writer->Release();
    writer->AddBlob(std::make_shared<const std::string>(second),
                    [](const Oid&) {});
    writer->Release([&](const Oid&) {
      return ObjectWriter::Base{.oid = oid, .content = content};
    });
  });
}

TEST_F(PackReadbackTest, OfOthers) {
  const std::string tree("100644 a\0aaaaaaaaaaaaaaaaaaaa", 29);
  ExpectEveryByteFound([&](ObjectWriter* writer) {
    const Oid older = writer->Add(ObjectType::kTree, tree + tree + tree);
    writer->Drain();
    writer->Release();
    writer->Add(ObjectType::kTree, tree + tree + tree + tree, older);
    writer->Add(ObjectType::kBlob, "text");
  });
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
