// The pack we write, against git's own reading of it.
#include <gtest/gtest.h>

#include <filesystem>
#include <random>

#include "base/error.h"
#include "git/object_writer.h"
#include "git/repository.h"
#include "git/tree.h"
#include "git/tree_builder.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using testing::TempDir;

std::string RandomContent(std::mt19937& random, size_t size) {
  std::string content(size, '\0');
  bool text = random() % 2 == 0;
  for (char& c : content) {
    c = static_cast<char>(text ? 'a' + random() % 8 : random() & 255u);
  }
  return content;
}

class ObjectWriterTest : public ::testing::Test {
 protected:
  ObjectWriterTest() {
    Git(dir_.path(), {"init", "-q", "-b", "main"});
    repository_.emplace(Repository::Open(dir_.path()));
  }

  std::vector<std::string> PackFiles() {
    std::vector<std::string> names;
    std::error_code missing;
    for (const auto& entry : std::filesystem::directory_iterator(
             repository_->objects_dir() + "/pack", missing)) {
      names.push_back(entry.path().filename().string());
    }
    return names;
  }

  TempDir dir_;
  std::optional<Repository> repository_;
};

TEST_F(ObjectWriterTest, GitReadsEveryObjectOfThePack) {
  ObjectWriter writer(*repository_, repository_->objects_dir(), {});
  std::mt19937 random(1);
  std::vector<std::string> contents;
  for (size_t size : {0u, 1u, 15u, 16u, 17u, 2047u, 2048u, 70'000u}) {
    contents.push_back(RandomContent(random, size));
  }
  for (int i = 0; i < 500; ++i) {
    contents.push_back(RandomContent(random, random() % 3000));
  }
  std::vector<Oid> oids(contents.size());
  for (size_t i = 0; i < contents.size(); ++i) {
    writer.AddBlob(contents[i], [&oids, i](const Oid& oid) { oids[i] = oid; });
  }
  writer.Drain();
  TreeBuilder builder;
  for (size_t i = 0; i < contents.size(); ++i) {
    EXPECT_EQ(oids[i], HashObject(ObjectType::kBlob, contents[i]));
    builder.Add({"d" + std::to_string(i % 7) + "/f" + std::to_string(i),
                 FileMode::kBlob, oids[i]});
  }
  Oid tree = builder.Finish(&writer);
  auto checksum = writer.Install();
  ASSERT_TRUE(checksum);
  Git(dir_.path(), {"fsck", "--strict", "--full"});
  Git(dir_.path(),
      {"verify-pack", ".git/objects/pack/pack-" + *checksum + ".idx"});
  Git(dir_.path(), {"read-tree", tree.Hex()});
  for (size_t i = 0; i < contents.size(); i += 50) {
    EXPECT_EQ(testing::Run({"git", "cat-file", "blob", oids[i].Hex()},
                           {.directory = dir_.path()})
                  .out,
              contents[i]);
  }
  EXPECT_EQ(Git(dir_.path(), {"write-tree"}), tree.Hex());
}

TEST_F(ObjectWriterTest, WhatTheRepositoryHasIsNotWrittenAgain) {
  dir_.Write("a", "hello\n");
  Git(dir_.path(), {"add", "a"});
  ObjectWriter writer(*repository_, repository_->objects_dir(), {});
  EXPECT_EQ(writer.Add(ObjectType::kBlob, "hello\n").Hex(),
            "ce013625030ba8dba906f756967f9e9ca394464a");
  EXPECT_EQ(writer.object_count(), 0u);
  EXPECT_FALSE(writer.Install());
  EXPECT_TRUE(PackFiles().empty());
}

TEST_F(ObjectWriterTest, ADryRunComputesIdsAndWritesNothing) {
  ObjectWriter writer(*repository_, repository_->objects_dir(),
                      {.dry_run = true});
  Oid seen;
  writer.AddBlob("hello\n", [&](const Oid& oid) { seen = oid; });
  writer.Drain();
  EXPECT_EQ(seen.Hex(), "ce013625030ba8dba906f756967f9e9ca394464a");
  EXPECT_EQ(writer.AddLargeBlob(3,
                                [n = 0]() mutable {
                                  return n++ == 0 ? AsBytes("abc") : ByteSpan();
                                }),
            HashObject(ObjectType::kBlob, "abc"));
  EXPECT_EQ(writer.object_count(), 2u);
  EXPECT_FALSE(writer.Install());
  EXPECT_TRUE(PackFiles().empty());
}

TEST_F(ObjectWriterTest, AnAbandonedWriterLeavesNothing) {
  {
    ObjectWriter writer(*repository_, repository_->objects_dir(), {});
    for (int i = 0; i < 1000; ++i) {
      writer.AddBlob(std::to_string(i), [](const Oid&) {});
    }
    writer.Add(ObjectType::kBlob, "x");
  }
  EXPECT_TRUE(PackFiles().empty());
}

TEST_F(ObjectWriterTest, LargeBlobsAreStreamedOnceAndReadBack) {
  ObjectWriter writer(*repository_, repository_->objects_dir(), {});
  std::mt19937 random(2);
  std::string large = RandomContent(random, 20'000'000);
  auto stream = [&] {
    return [&, at = size_t{0}]() mutable {
      size_t n = std::min<size_t>(100'000, large.size() - at);
      at += n;
      return AsBytes(large).subspan(at - n, n);
    };
  };
  Oid oid = writer.AddLargeBlob(large.size(), stream());
  EXPECT_EQ(oid, HashObject(ObjectType::kBlob, large));
  EXPECT_EQ(writer.AddLargeBlob(large.size(), stream()), oid);
  writer.AddBlob("after", [](const Oid&) {});
  EXPECT_EQ(writer.Find(oid)->content, large);
  writer.Install();
  EXPECT_EQ(Git(dir_.path(), {"cat-file", "-s", oid.Hex()}), "20000000");
  Git(dir_.path(), {"fsck", "--strict", "--full"});
}

TEST_F(ObjectWriterTest, NewObjectsCanBeReadBeforeTheyAreInstalled) {
  ObjectWriter writer(*repository_, repository_->objects_dir(), {});
  Oid blob;
  writer.AddBlob("queued", [&](const Oid& oid) { blob = oid; });
  Oid tree = writer.Add(ObjectType::kTree, "");
  writer.Drain();
  EXPECT_EQ(writer.Find(blob)->content, "queued");
  EXPECT_EQ(writer.Find(tree)->type, ObjectType::kTree);
  EXPECT_FALSE(writer.Find(HashObject(ObjectType::kBlob, "absent")));
}

TEST_F(ObjectWriterTest, AFullDiskSurfacesAndLeavesNothing) {
  ObjectWriter writer(*repository_, dir_ / "no/such/place", {});
  auto fill = [&] {
    for (int i = 0; i < 1000; ++i) {
      writer.AddBlob(std::to_string(i), [](const Oid&) {});
    }
    writer.Install();
  };
  EXPECT_THROW(fill(), Error);
}

}  // namespace
}  // namespace backgraft::git
