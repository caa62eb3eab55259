// Packs that come with an index: it spares a pass, and is not believed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "base/error.h"
#include "base/sha.h"
#include "git/imported_history.h"
#include "git/object_layers.h"
#include "git/pack_index.h"
#include "git/pack_verifier.h"
#include "pack_forge.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::DeltaOf;
using ::testing::HasSubstr;
using testing::PackForge;

class PackHintsTest : public ::testing::Test {
 protected:
  PackHintsTest() {
    std::string text = "a text of some length, so that a delta is shorter\n";
    PackForge forge;
    Add(forge.Add(ObjectType::kBlob, text), text);
    for (int i = 0; i < 20; ++i) {
      const std::string next = text + std::to_string(i) + "\n";
      if (i % 3 == 0) {
        Add(forge.Add(ObjectType::kBlob, next), next);
      } else if (i % 3 == 1) {
        Add(forge.AddOfsDelta(entries_.back().offset, DeltaOf(text, next)),
            next);
      } else {
        Add(forge.AddRefDelta(entries_.back().oid, DeltaOf(text, next)), next);
      }
      text = next;
    }
    pack_ = forge.Finish();
    index_ = IndexOf(entries_);
  }

  void Add(uint64_t offset, const std::string& content) {
    entries_.push_back({HashObject(ObjectType::kBlob, content), 0, offset});
  }

  std::string IndexOf(std::vector<PackIndexEntry> entries) const {
    return WriteIndex(std::move(entries), Trailer());
  }

  Sha1::Digest Trailer() const {
    Sha1 sha;
    sha.Update(AsBytes(std::string_view(pack_).substr(0, pack_.size() - 20)));
    return sha.Finish();
  }

  // Verifies with `index` as the hint; returns our own index.
  std::string Verify(const std::string& index) {
    PackOptions options;
    options.hints =
        PackHints{std::make_shared<const std::string>(index), Trailer()};
    seen_ = 0;
    return VerifyPack(dir_.Write("x.pack", pack_), options,
                      [this](const PackedObjectView& object) {
                        ++seen_;
                        EXPECT_EQ(HashObject(object.type, *object.content),
                                  object.oid);
                      })
        .Index();
  }

  // What git makes of the pack.
  std::string GitsIndex() {
    const std::string pack = dir_.Write("git.pack", pack_);
    testing::Git(dir_.path(), {"index-pack", "--index-version=2", "-o",
                               dir_ / "git.idx", pack});
    return ReadFile(dir_ / "git.idx");
  }

  // How many objects a source with this pack and index holds.
  uint64_t Import(const std::string& index) {
    ForeignObjects objects("", "source");
    std::string_view rest = pack_;
    objects.AddPack("pack-x", [&] {
      // In pieces smaller and larger than a trailer.
      const size_t n = std::min<size_t>(rest.size(), rest.size() % 50 + 1);
      const std::string_view piece = rest.substr(0, n);
      rest.remove_prefix(n);
      return AsBytes(piece);
    });
    objects.AddPackIndex("pack-x", index);
    NoObjects nothing;
    return ImportedHistory(objects, {}, nothing, {}).object_count();
  }

  testing::TempDir dir_;
  std::vector<PackIndexEntry> entries_;
  std::string pack_;
  std::string index_;
  std::atomic<size_t> seen_ = 0;
};

TEST_F(PackHintsTest, EveryObjectIsReadOnceAndTheIndexIsGits) {
  EXPECT_EQ(Verify(index_), GitsIndex());
  EXPECT_EQ(seen_, entries_.size());
  EXPECT_EQ(Import(index_), entries_.size());
}

TEST_F(PackHintsTest, IdsOfTheIndexAreNotBelieved) {
  std::vector<PackIndexEntry> wrong = entries_;
  for (size_t i = 0; i + 1 < wrong.size(); ++i) {
    std::swap(wrong[i].offset, wrong[i + 1].offset);
  }
  EXPECT_EQ(Verify(IndexOf(wrong)), GitsIndex());
}

TEST_F(PackHintsTest, PlacesThatAreWrongDoNoHarm) {
  size_t refused = 0;
  for (size_t i = 0; i < entries_.size(); ++i) {
    for (uint64_t distance : {1u, 2u, 7u, 20u, 41u}) {
      std::vector<PackIndexEntry> wrong = entries_;
      wrong[i].offset += distance;
      if (wrong[i].offset >= pack_.size() - 20) continue;
      const std::string index = IndexOf(wrong);
      EXPECT_EQ(Import(index), entries_.size()) << i << " " << distance;
      try {
        EXPECT_EQ(Verify(index), GitsIndex());
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kBadSource);
        ++refused;
      }
    }
  }
  // Not all of them show in the entries' headers.
  EXPECT_GT(refused, 0u);
}

TEST_F(PackHintsTest, DamageIsNamedAsWithoutAnIndex) {
  const std::string whole = pack_;
  const std::string no_index;
  for (const PackIndexEntry& entry : entries_) {
    // Behind the header, so that the places still hold.
    const size_t at = static_cast<size_t>(entry.offset) + 30;
    if (at >= whole.size() - 20) break;
    pack_ = whole;
    pack_[at] = static_cast<char>(pack_[at] ^ 0x10);
    const Sha1::Digest digest = Trailer();
    pack_.replace(pack_.size() - 20, 20,
                  std::string(digest.begin(), digest.end()));
    std::string messages[2];
    for (size_t i = 0; i < 2; ++i) {
      try {
        Import(i == 0 ? IndexOf(entries_) : no_index);
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kBadSource);
        messages[i] = error.what();
      }
    }
    EXPECT_EQ(messages[0], messages[1]);
    EXPECT_THAT(messages[0], HasSubstr("pack 'pack-x.pack' is damaged"));
  }
}

TEST_F(PackHintsTest, ATrailerThatDoesNotHoldIsFound) {
  pack_.back() = static_cast<char>(pack_.back() ^ 1);
  ForeignObjects objects("", "source");
  bool done = false;
  objects.AddPack("pack-x", [&] {
    return std::exchange(done, true) ? ByteSpan() : AsBytes(pack_);
  });
  EXPECT_THROW(objects.CheckDamage(), Error);
  EXPECT_FALSE(objects.HintsOf(objects.packs().front()));
}

}  // namespace
}  // namespace backgraft::git
