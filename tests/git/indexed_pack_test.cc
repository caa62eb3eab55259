// Objects found by way of a foreign .idx, against git cat-file.
#include "git/indexed_pack.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <random>
#include <sstream>
#include <thread>

#include "base/error.h"
#include "git/pack_index.h"
#include "object_forge.h"
#include "pack_forge.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::CopyOp;
using testing::Delta;
using testing::DeltaOf;
using testing::Git;
using ::testing::HasSubstr;
using testing::PackForge;
using testing::TempDir;

// The digest of `bytes` behind them, or in place of their last 20.
std::string Sealed(std::string bytes, bool replace) {
  if (replace) bytes.resize(bytes.size() - 20);
  Sha1 sha;
  sha.Update(AsBytes(bytes));
  Sha1::Digest digest = sha.Finish();
  bytes.append(reinterpret_cast<const char*>(digest.data()), 20);
  return bytes;
}

Oid BlobId(const std::string& content) {
  return HashObject(ObjectType::kBlob, content);
}

class IndexedPackTest : public ::testing::Test {
 protected:
  std::unique_ptr<IndexedPack> Open(const std::string& pack,
                                    const std::string& index) {
    return IndexedPack::Open(dir_.Write("x.pack", pack),
                             std::make_shared<const std::string>(index),
                             options_);
  }

  // An index that says what it is told of this pack.
  static std::string IndexOf(const std::string& pack,
                             std::vector<PackIndexEntry> entries) {
    Sha1::Digest checksum;
    std::memcpy(checksum.data(), pack.data() + pack.size() - 20, 20);
    return WriteIndex(std::move(entries), checksum);
  }

  std::string Refusal(const IndexedPack& pack, const Oid& oid) {
    try {
      pack.Find(oid);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBadSource);
      return error.what();
    }
    ADD_FAILURE() << "not refused";
    return "";
  }

  TempDir dir_;
  PackOptions options_;
};

TEST_F(IndexedPackTest, EveryObjectIsAsGitSays) {
  const std::string repository = dir_ / "repo";
  Git(dir_.path(), {"init", "-q", "-b", "main", repository});
  std::mt19937 random(1);
  std::string text;
  for (int i = 0; i < 300; ++i) text += std::to_string(random()) + "\n";
  std::string stream;
  auto data = [&](const std::string& bytes) {
    stream += "data " + std::to_string(bytes.size()) + "\n" + bytes + "\n";
  };
  for (int i = 0; i < 60; ++i) {
    text.insert(random() % text.size(), "line " + std::to_string(i) + "\n");
    stream += "commit refs/heads/main\ncommitter A <a@b> 1700000000 +0000\n";
    data("commit " + std::to_string(i));
    stream += "M 100644 inline sub/big.txt\n";
    data(text);
  }
  stream += "tag v1\nfrom refs/heads/main\ntagger A <a@b> 1700000000 +0000\n";
  data("a tag");
  ASSERT_EQ(testing::Run({"git", "fast-import", "--quiet"},
                         {.directory = repository, .input = stream})
                .status,
            0);
  for (const char* base : {"true", "false"}) {
    Git(repository, {"-c", std::string("repack.useDeltaBaseOffset=") + base,
                     "repack", "-qadf", "--depth=50", "--window=50"});
    std::string pack_path;
    for (const auto& file : std::filesystem::directory_iterator(
             repository + "/.git/objects/pack")) {
      if (file.path().extension() == ".pack") pack_path = file.path().string();
    }
    const std::string index_path =
        pack_path.substr(0, pack_path.size() - 4) + "idx";
    auto pack = IndexedPack::Open(
        pack_path, std::make_shared<const std::string>(ReadFile(index_path)),
        options_);
    ASSERT_NE(pack, nullptr);
    const std::string listing =
        testing::Run({"git", "cat-file", "--batch-all-objects", "--batch"},
                     {.directory = repository})
            .out;
    size_t count = 0;
    for (size_t at = 0; at < listing.size(); ++count) {
      const size_t end = listing.find('\n', at);
      std::istringstream line(listing.substr(at, end - at));
      std::string oid, type;
      size_t size;
      line >> oid >> type >> size;
      std::optional<Object> object = pack->Find(Oid::MustFromHex(oid));
      ASSERT_TRUE(object) << oid;
      EXPECT_EQ(TypeName(object->type), type);
      EXPECT_TRUE(object->content == listing.substr(end + 1, size));
      at = end + 1 + size + 1;
    }
    EXPECT_GT(count, 200u);
    EXPECT_EQ(pack->Find(BlobId("not there")), std::nullopt);
    EXPECT_FALSE(pack->Exists(BlobId("not there")));
  }
}

TEST_F(IndexedPackTest, UnsoundIndexesAreOfNoUse) {
  PackForge forge;
  const uint64_t first = forge.Add(ObjectType::kBlob, "one");
  const uint64_t second = forge.Add(ObjectType::kBlob, "two");
  const std::string pack = forge.Finish();
  const std::vector<PackIndexEntry> entries = {{BlobId("one"), 0, first},
                                               {BlobId("two"), 0, second}};
  const std::string index = IndexOf(pack, entries);
  ASSERT_NE(Open(pack, index), nullptr);
  EXPECT_EQ(Open(pack, index)->Find(BlobId("two"))->content, "two");
  EXPECT_NE(Open(forge.Finish(3), IndexOf(forge.Finish(3), entries)), nullptr);

  // Damage of any byte shows in its checksum.
  for (size_t i = 0; i < index.size(); ++i) {
    std::string damaged = index;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    EXPECT_EQ(Open(pack, damaged), nullptr) << i;
  }
  for (size_t size = 0; size < index.size(); size += 13) {
    EXPECT_EQ(Open(pack, index.substr(0, size)), nullptr) << size;
    if (size >= 20) {
      EXPECT_EQ(Open(pack, Sealed(index.substr(0, size), true)), nullptr);
    }
  }
  auto with = [&](size_t at, const std::string& bytes) {
    std::string changed = index;
    changed.replace(at, bytes.size(), bytes);
    return Open(pack, Sealed(changed, true));
  };
  EXPECT_NE(with(0, ""), nullptr);
  EXPECT_EQ(with(7, "\3"), nullptr);    // version
  EXPECT_EQ(with(8, "\xff"), nullptr);  // fanout
  EXPECT_EQ(with(8 + 4 * 255, "\xff\xff\xff\xff"), nullptr);
  EXPECT_EQ(with(1032, std::string(20, '\xff')), nullptr);    // order of ids
  EXPECT_EQ(with(1032 + 48, std::string(4, '\0')), nullptr);  // offset
  EXPECT_EQ(with(1032 + 48, std::string("\0\0\1\0", 4)), nullptr);
  EXPECT_EQ(with(1032 + 48, std::string("\x80\0\0\0", 4)), nullptr);
  EXPECT_EQ(with(1032 + 56, std::string(20, 'x')), nullptr);  // the pack's

  // Of another pack, of a pack with another count, of no pack.
  EXPECT_EQ(Open(pack, IndexOf(pack, {entries[0]})), nullptr);
  PackForge other;
  other.Add(ObjectType::kBlob, "one");
  other.Add(ObjectType::kBlob, "three");
  EXPECT_EQ(Open(other.Finish(), index), nullptr);
  EXPECT_EQ(Open(Sealed("JUNK" + pack.substr(4), true), index), nullptr);
  EXPECT_EQ(Open("", index), nullptr);
  EXPECT_EQ(Open(pack, ""), nullptr);
  // Version 1.
  dir_.Write("v.pack", pack);
  Git(dir_.path(), {"index-pack", "--index-version=1", "v.pack"});
  EXPECT_EQ(Open(pack, ReadFile(dir_ / "v.idx")), nullptr);
}

TEST_F(IndexedPackTest, LyingIndexesAreFoundOut) {
  PackForge forge;
  const uint64_t first = forge.Add(ObjectType::kBlob, "one");
  forge.Add(ObjectType::kBlob, "two");
  const std::string pack = forge.Finish();
  auto opened = Open(pack, IndexOf(pack, {{BlobId("one"), 0, first + 1},
                                          {BlobId("two"), 0, first}}));
  ASSERT_NE(opened, nullptr);
  EXPECT_THAT(Refusal(*opened, BlobId("two")), HasSubstr("that is not"));
  Refusal(*opened, BlobId("one"));
}

TEST_F(IndexedPackTest, DeepChainsNeedNoStack) {
  constexpr int kDepth = 20000;
  PackForge forge;
  std::string content = "start\n";
  uint64_t offset = forge.Add(ObjectType::kBlob, content);
  std::vector<PackIndexEntry> entries = {{BlobId(content), 0, offset}};
  for (int i = 0; i < kDepth; ++i) {
    std::string next = "start\n" + std::to_string(i);
    const std::string delta = DeltaOf(content, next);
    offset = i % 2 == 0 ? forge.AddOfsDelta(offset, delta)
                        : forge.AddRefDelta(BlobId(content), delta);
    content = next;
    entries.push_back({BlobId(content), 0, offset});
  }
  const std::string pack = forge.Finish();
  auto opened = Open(pack, IndexOf(pack, entries));
  ASSERT_NE(opened, nullptr);
  EXPECT_EQ(opened->Find(BlobId(content))->content, content);
}

TEST_F(IndexedPackTest, DamageIsRefused) {
  const std::string base = "the base of it all";
  PackForge forge;
  const uint64_t root = forge.Add(ObjectType::kBlob, base);
  std::vector<PackIndexEntry> entries;
  auto add = [&](const std::string& name, uint64_t offset) {
    entries.push_back({BlobId(name), 0, offset});
  };
  const std::string whole = Delta(18, 4, CopyOp(0, 4));
  add("missing base", forge.AddRefDelta(BlobId("nobody"), whole));
  add("cycle a", forge.AddRefDelta(BlobId("cycle b"), whole));
  add("cycle b", forge.AddRefDelta(BlobId("cycle a"), whole));
  add("far", forge.AddOfsDelta(root, Delta(18, 4, CopyOp(16, 4))));
  add("size", forge.AddOfsDelta(root, Delta(17, 4, CopyOp(0, 4))));
  add("huge", forge.AddOfsDelta(root, Delta(18, 1ull << 40, CopyOp(0, 4))));
  add("huge blob", forge.AddRaw(testing::EntryHeaderBytes(3, 1ull << 40) +
                                testing::Deflate("x")));
  add("large blob", forge.AddRaw(testing::EntryHeaderBytes(3, 1 << 20) +
                                 testing::Deflate("x")));
  add("no zlib", forge.AddRaw(testing::EntryHeaderBytes(3, 4) + "xxxxxxxxx"));
  add("kind", forge.AddRaw(testing::EntryHeaderBytes(5, 4) + "xxxxxxxxx"));
  add("before",
      forge.AddRaw(testing::EntryHeaderBytes(6, 8) +
                   std::string("\xfe\x7f", 2) + testing::Deflate(whole)));
  add(base, root);
  const std::string pack = forge.Finish();
  auto opened = Open(pack, IndexOf(pack, entries));
  ASSERT_NE(opened, nullptr);
  for (const auto& [name, message] :
       std::vector<std::pair<std::string, std::string>>{
           {"missing base", "is missing"},
           {"cycle a", "a cycle"},
           {"far", "does not fit"},
           {"size", "another size"},
           {"huge", "over the limit"},
           {"huge blob", "over the limit"},
           {"large blob", "does not inflate"},
           {"no zlib", "does not inflate"},
           {"kind", "a malformed entry"},
           {"before", "out of place"}}) {
    EXPECT_THAT(Refusal(*opened, BlobId(name)), HasSubstr(message)) << name;
  }
  EXPECT_EQ(opened->Find(BlobId(base))->content, base);
}

TEST_F(IndexedPackTest, BasesMayComeFromTheRepository) {
  testing::MemoryObjects have;
  have.Add({ObjectType::kBlob, "the base"});
  PackForge forge;
  const uint64_t offset =
      forge.AddRefDelta(BlobId("the base"), DeltaOf("the base", "the basis"));
  const std::string pack = forge.Finish();
  options_.bases = &have;
  auto opened = Open(pack, IndexOf(pack, {{BlobId("the basis"), 0, offset}}));
  EXPECT_EQ(opened->Find(BlobId("the basis"))->content, "the basis");
}

TEST_F(IndexedPackTest, ThreadsReadAtTheSameTime) {
  PackForge forge;
  std::vector<std::string> contents = {"start"};
  std::vector<PackIndexEntry> entries = {
      {BlobId("start"), 0, forge.Add(ObjectType::kBlob, "start")}};
  for (int i = 0; i < 300; ++i) {
    contents.push_back(contents.back() + std::to_string(i));
    entries.push_back(
        {BlobId(contents.back()), 0,
         forge.AddOfsDelta(entries.back().offset,
                           DeltaOf(*(contents.end() - 2), contents.back()))});
  }
  const std::string pack = forge.Finish();
  auto opened = Open(pack, IndexOf(pack, entries));
  std::vector<std::jthread> threads;
  for (size_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (size_t i = 0; i < contents.size(); ++i) {
        const std::string& wanted =
            contents[(i * 7 + t * 50) % contents.size()];
        EXPECT_EQ(opened->Find(BlobId(wanted))->content, wanted);
      }
    });
  }
}

}  // namespace
}  // namespace backgraft::git
