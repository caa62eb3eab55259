// Blobs that are held until it is known whether they are needed, and those that
// are made into entries meanwhile.
#include <gtest/gtest.h>

#include <random>

#include "git/object_layers.h"
#include "git/object_writer.h"
#include "git/repository.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using testing::TempDir;

std::string Text(unsigned seed, size_t size) {
  std::mt19937 random(seed);
  std::string text(size, '\0');
  for (char& c : text) c = static_cast<char>('a' + random() % 20);
  return text;
}

Oid IdOf(const std::string& content) {
  return HashObject(ObjectType::kBlob, content);
}

class HeldBlobsTest : public ::testing::Test {
 protected:
  HeldBlobsTest() {
    Git(dir_.path(), {"init", "-q", "-b", "main"});
    repository_.emplace(Repository::Open(dir_.path()));
    layers_.Add(&*repository_);
    Begin({.hold_blobs = true});
  }

  void Begin(const ObjectWriterOptions& options) {
    writer_.emplace(layers_, repository_->objects_dir(), options);
  }

  static ObjectWriter::Content Share(const std::string& text) {
    return std::make_shared<const std::string>(text);
  }

  // An object that is in the pack, for others to build on.
  ObjectWriter::Base Written(const std::string& content) {
    writer_->AddBlob(content, [](const Oid&) {});
    writer_->Release();
    return {.oid = IdOf(content), .content = Share(content)};
  }

  // Nobody keeps the content.
  void AddLikely(const std::string& content,
                 std::optional<ObjectWriter::Base> base) {
    std::optional<Oid> told;
    writer_->AddLikelyBlob(Share(content), std::move(base),
                           [&](const Oid& oid) { told = oid; });
    writer_->Drain();
    EXPECT_EQ(told, IdOf(content));
  }

  std::string Read(const std::string& content) {
    const auto object = writer_->Find(IdOf(content));
    return object ? object->content : "(nothing)";
  }

  std::string BaseInGit(const std::string& content) {
    return testing::DeltaBase(dir_.path(), IdOf(content).Hex());
  }

  void ExpectWritten(const std::vector<std::string>& contents) {
    ASSERT_TRUE(writer_->Install());
    Git(dir_.path(), {"fsck", "--strict", "--full", "--no-dangling"});
    for (const std::string& content : contents) {
      EXPECT_EQ(Git(dir_.path(), {"cat-file", "blob", IdOf(content).Hex()}),
                content);
    }
  }

  TempDir dir_;
  std::optional<Repository> repository_;
  ObjectLayers layers_{};
  std::optional<ObjectWriter> writer_;
};

TEST_F(HeldBlobsTest, ALikelyOneIsReadFromItsEntryAndWrittenAtTheRelease) {
  const std::string older = Text(1, 5000);
  const std::string newer = older + "!", other = Text(2, 3000);
  AddLikely(newer, Written(older));
  AddLikely(other, std::nullopt);
  EXPECT_EQ(Read(newer), newer);
  EXPECT_EQ(Read(other), other);
  writer_->Release();
  EXPECT_EQ(Read(newer), newer);
  EXPECT_EQ(Read(other), other);
  EXPECT_EQ(writer_->object_count(), 3u);
  ExpectWritten({older, newer, other});
  EXPECT_EQ(BaseInGit(newer), IdOf(older).Hex());
}

TEST_F(HeldBlobsTest, WhatMayTurnOutNotToBeNeededIsNoBase) {
  const std::string older = Text(1, 5000), newer = older + "!";
  // Held, not released.
  writer_->AddBlob(older, [](const Oid&) {});
  writer_->Drain();
  AddLikely(newer, ObjectWriter::Base{IdOf(older), Share(older)});
  EXPECT_EQ(Read(newer), newer);
  ExpectWritten({older, newer});
  EXPECT_EQ(BaseInGit(newer), std::string(40, '0'));
}

TEST_F(HeldBlobsTest, WhatOnlyTheRepositoryHasIsNoBase) {
  const std::string older = Text(1, 5000), newer = older + "!";
  Git(dir_.path(), {"hash-object", "-w", dir_.Write("older", older)});
  repository_->RefreshObjects();
  AddLikely(newer, ObjectWriter::Base{IdOf(older), Share(older)});
  ExpectWritten({newer});
  EXPECT_EQ(BaseInGit(newer), std::string(40, '0'));
}

TEST_F(HeldBlobsTest, WhatAHistoryBringsIsNotWritten) {
  const std::string older = Text(1, 5000);
  const std::string newer = older + "!", other = Text(2, 3000);
  AddLikely(newer, Written(older));
  AddLikely(other, std::nullopt);
  // Now it turns out that somebody else has one of them.
  TempDir history;
  Git(history.path(), {"init", "-q", "--bare", "."});
  Git(history.path(), {"hash-object", "-w", history.Write("newer", newer)});
  const Repository brought = Repository::Open(history.path());
  layers_.Add(&brought);
  writer_->Release();
  EXPECT_EQ(writer_->object_count(), 2u);
  EXPECT_EQ(Read(newer), newer);
  ExpectWritten({older, other});
}

TEST_F(HeldBlobsTest, WhatIsDiscardedOrForgottenIsNotWritten) {
  const std::string kept = Text(1, 5000);
  const std::string discarded = kept + "!", forgotten = kept + "?";
  const ObjectWriter::Base base = Written(kept);
  AddLikely(discarded, base);
  writer_->Discard();
  AddLikely(forgotten, base);
  writer_->Forget({IdOf(forgotten)});
  EXPECT_FALSE(writer_->Exists(IdOf(discarded)));
  EXPECT_FALSE(writer_->Exists(IdOf(forgotten)));
  ExpectWritten({kept});
  EXPECT_EQ(writer_->object_count(), 1u);
}

TEST_F(HeldBlobsTest, WhatIsTakenBackMayBeAddedAgain) {
  const std::string older = Text(1, 5000), newer = older + "!";
  const std::string other = Text(2, 3000);
  const ObjectWriter::Base base = Written(older);
  AddLikely(newer, base);
  writer_->AddBlob(other, [](const Oid&) {});
  // What is written stays.
  EXPECT_EQ(writer_->TakeBack({IdOf(older), IdOf(newer), IdOf(other)}),
            (std::vector{IdOf(newer), IdOf(other)}));
  EXPECT_TRUE(writer_->Exists(IdOf(older)));
  EXPECT_FALSE(writer_->Exists(IdOf(newer)));
  EXPECT_FALSE(writer_->Exists(IdOf(other)));
  AddLikely(newer, base);
  EXPECT_EQ(Read(newer), newer);
  ExpectWritten({older, newer});
  EXPECT_EQ(writer_->object_count(), 2u);
}

TEST_F(HeldBlobsTest, ADryRunReadsWhatIsLikely) {
  Begin({.dry_run = true, .hold_blobs = true});
  const std::string older = Text(1, 5000), newer = older + "!";
  AddLikely(newer, ObjectWriter::Base{IdOf(older), Share(older)});
  EXPECT_EQ(Read(newer), newer);
  EXPECT_FALSE(writer_->Install());
}

// More than stays in memory: in files, from several threads at once, and more
// entries than are made ahead.
TEST_F(HeldBlobsTest, ManyComeBackAsTheyWere) {
  Begin({.threads = 4, .hold_blobs = true});
  constexpr unsigned kCount = 1000;
  const ObjectWriter::Base base = Written(Text(kCount, 100'000));
  std::vector<std::string> contents;
  for (unsigned i = 0; i < kCount; ++i) {
    contents.push_back(Text(i, 60'000 + i));
    if (i % 3 == 0) {
      writer_->AddLikelyBlob(Share(contents.back()), base, [](const Oid&) {});
    } else {
      writer_->AddBlob(contents.back(), [](const Oid&) {});
    }
  }
  writer_->Drain();
  for (const std::string& content : contents) {
    ASSERT_TRUE(Read(content) == content);
  }
  writer_->Release();
  for (const std::string& content : contents) {
    ASSERT_TRUE(Read(content) == content);
  }
  ASSERT_TRUE(writer_->Install());
  EXPECT_EQ(writer_->object_count(), kCount + 1);
  Git(dir_.path(), {"fsck", "--strict", "--full", "--no-dangling"});
}

}  // namespace
}  // namespace backgraft::git
