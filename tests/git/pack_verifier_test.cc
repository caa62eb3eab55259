#include "git/pack_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <mutex>
#include <random>

#include "base/error.h"
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
using testing::InsertOp;
using testing::MemoryObjects;
using testing::PackForge;
using testing::ProcessResult;
using testing::RawObject;

using testing::TempDir;

class PackVerifierTest : public ::testing::Test {
 protected:
  // Verifies these bytes; the objects seen are in seen_.
  VerifiedPack Verify(const std::string& pack) {
    std::string path =
        dir_.Write("pack" + std::to_string(++packs_) + ".pack", pack);
    last_path_ = path;
    seen_.clear();
    return VerifyPack(path, options_, [this](const PackedObjectView& object) {
      std::lock_guard lock(mutex_);
      seen_.emplace(object.oid, std::pair(object.type, object.size));
      if (object.content) {
        EXPECT_EQ(HashObject(object.type, *object.content), object.oid);
      }
    });
  }

  // Expects a refusal and returns its message.
  std::string Refusal(const std::string& pack) {
    try {
      Verify(pack);
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBadSource) << error.what();
      return error.what();
    }
    ADD_FAILURE() << "not refused";
    return "";
  }

  // Our index of the pack is the one git makes, and git accepts the pack with
  // it.
  void ExpectAsGit(const std::string& pack) {
    VerifiedPack verified = Verify(pack);
    std::string git_index = dir_ / "git.idx";
    Git(dir_.path(),
        {"index-pack", "--index-version=2", "-o", git_index, last_path_});
    EXPECT_EQ(verified.Index(), ReadFile(git_index));
    EXPECT_EQ(seen_.size(), verified.object_count());
    for (const auto& [oid, type_and_size] : seen_) {
      EXPECT_EQ(verified.FindType(oid), type_and_size.first);
    }
  }

  // A repository with history: several versions of some files.
  std::string MakeRepository(int commits) {
    std::string repository = dir_ / "repo";
    Git(dir_.path(), {"init", "-q", "-b", "main", repository});
    std::mt19937 random(1);
    std::string text;
    for (int i = 0; i < 400; ++i) text += std::to_string(random()) + "\n";
    std::string stream;
    auto data = [&](const std::string& bytes) {
      stream += "data " + std::to_string(bytes.size()) + "\n" + bytes + "\n";
    };
    for (int i = 0; i < commits; ++i) {
      text.insert(random() % text.size(), "line " + std::to_string(i) + "\n");
      stream += "commit refs/heads/main\ncommitter A <a@b> 1700000000 +0000\n";
      data("commit " + std::to_string(i));
      stream += "M 100644 inline big.txt\n";
      data(text);
      stream += "M 100644 inline sub/f" + std::to_string(i % 7) + "\n";
      data(std::to_string(i));
    }
    stream += "tag v1\nfrom refs/heads/main\ntagger A <a@b> 1700000000 +0000\n";
    data("a tag");
    ProcessResult result =
        testing::Run({"git", "fast-import", "--quiet"},
                     {.directory = repository, .input = stream});
    EXPECT_EQ(result.status, 0) << result.err;
    return repository;
  }

  std::string PackObjects(const std::string& repository,
                          std::vector<std::string> args,
                          const std::string& input) {
    std::vector<std::string> argv = {"git", "pack-objects", "-q", "--stdout"};
    argv.insert(argv.end(), args.begin(), args.end());
    ProcessResult result =
        testing::Run(argv, {.directory = repository, .input = input});
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  }

  TempDir dir_;
  PackOptions options_;
  std::mutex mutex_;
  std::map<Oid, std::pair<ObjectType, uint64_t>> seen_;
  std::string last_path_;
  int packs_ = 0;
};

TEST_F(PackVerifierTest, PacksOfGitGetGitsIndex) {
  std::string repository = MakeRepository(30);
  for (const std::vector<std::string>& args :
       std::vector<std::vector<std::string>>{
           {"--all", "--delta-base-offset", "--window=50", "--depth=50"},
           {"--all", "--window=50", "--depth=4000"},
           {"--all", "--window=0"},
           {"--all", "--delta-base-offset", "--no-reuse-delta",
            "--depth=200"}}) {
    for (unsigned threads : {1u, 3u}) {
      options_.threads = threads;
      ExpectAsGit(PackObjects(repository, args, ""));
    }
  }
}

TEST_F(PackVerifierTest, EmptyAndSingleObjectPacks) {
  ExpectAsGit(PackForge().Finish());
  ExpectAsGit(PackForge().Finish(3));
  PackForge one;
  one.Add(ObjectType::kBlob, "");
  ExpectAsGit(one.Finish());
}

TEST_F(PackVerifierTest, LargeBlobsAreStreamedAndReadBack) {
  std::string large(18 << 20, 'x');
  std::mt19937 random(2);
  for (size_t i = 0; i < large.size(); i += 97) {
    large[i] = static_cast<char>(random());
  }
  PackForge forge;
  forge.Add(ObjectType::kBlob, "before");
  uint64_t offset = forge.Add(ObjectType::kBlob, large);
  std::string changed = large + "!";
  forge.AddOfsDelta(offset, DeltaOf(large, changed));
  forge.Add(ObjectType::kBlob, "after");
  ExpectAsGit(forge.Finish());
  VerifiedPack pack = Verify(forge.Finish());
  std::optional<Object> object =
      pack.Find(HashObject(ObjectType::kBlob, changed));
  ASSERT_TRUE(object.has_value());
  EXPECT_TRUE(object->content == changed);
}

TEST_F(PackVerifierTest, DeepChainsNeedNoStack) {
  constexpr int kDepth = 20000;
  PackForge forge;
  std::string content = "start\n";
  uint64_t offset = forge.Add(ObjectType::kBlob, content);
  for (int i = 0; i < kDepth; ++i) {
    std::string next = "start\n" + std::to_string(i);
    offset = forge.AddOfsDelta(offset, DeltaOf(content, next));
    content = next;
  }
  VerifiedPack pack = Verify(forge.Finish());
  EXPECT_EQ(pack.object_count(), kDepth + 1u);
  EXPECT_EQ(pack.Find(HashObject(ObjectType::kBlob, content))->content,
            content);
}

// Bases beyond what a thread keeps are made again: a bushy tree of 2 MB blobs.
TEST_F(PackVerifierTest, BushyTreesOfLargeObjectsStayWithinMemory) {
  std::mt19937 random(3);
  std::string root(2 << 20, '\0');
  for (char& c : root) c = static_cast<char>(random());
  PackForge forge;
  std::vector<std::pair<uint64_t, std::string>> level = {
      {forge.Add(ObjectType::kBlob, root), root}};
  int id = 0;
  size_t count = 1;
  for (int depth = 0; depth < 5; ++depth) {
    std::vector<std::pair<uint64_t, std::string>> next;
    for (const auto& [offset, content] : level) {
      for (int child = 0; child < 2; ++child) {
        std::string made = content + "-" + std::to_string(++id);
        next.emplace_back(forge.AddOfsDelta(offset, DeltaOf(content, made)),
                          made);
        ++count;
      }
    }
    level = std::move(next);
  }
  ExpectAsGit(forge.Finish());
  EXPECT_EQ(seen_.size(), count);
}

TEST_F(PackVerifierTest, RefDeltasMayComeBeforeTheirBase) {
  std::string base = "the base of it all\n";
  std::string middle = base + "middle\n";
  std::string last = middle + "last\n";
  PackForge forge;
  forge.AddRefDelta(HashObject(ObjectType::kBlob, middle),
                    DeltaOf(middle, last));
  forge.AddRefDelta(HashObject(ObjectType::kBlob, base), DeltaOf(base, middle));
  forge.Add(ObjectType::kBlob, base);
  ExpectAsGit(forge.Finish());
}

TEST_F(PackVerifierTest, ThinPacksAreCompletedAsGitDoes) {
  std::string repository = MakeRepository(20);
  std::string thin =
      PackObjects(repository, {"--thin", "--revs"}, "main\n^main~10\n");
  EXPECT_THAT(Refusal(thin), HasSubstr("is missing"));

  MemoryObjects have;
  std::istringstream lines(
      Git(repository, {"cat-file", "--batch-all-objects", "--batch-check"}));
  for (std::string oid, type, size; lines >> oid >> type >> size;) {
    ProcessResult content =
        testing::Run({"git", "cat-file", type, oid}, {.directory = repository});
    for (ObjectType known : {ObjectType::kBlob, ObjectType::kTree,
                             ObjectType::kCommit, ObjectType::kTag}) {
      if (type == TypeName(known)) have.Add({known, content.out});
    }
  }
  options_.bases = &have;
  VerifiedPack pack = Verify(thin);
  EXPECT_GT(pack.object_count(), seen_.size());
  // git finds the completed pack sound, with the index we made.
  std::string index = last_path_.substr(0, last_path_.size() - 4) + "idx";
  WriteFileDurably(index, pack.Index());
  ProcessResult verify = testing::Run({"git", "verify-pack", "-v", index});
  EXPECT_EQ(verify.status, 0) << verify.err;
  EXPECT_THAT(verify.out, HasSubstr(".pack: ok"));
  for (const auto& [oid, type_and_size] : seen_) {
    EXPECT_EQ(pack.Find(oid)->content, have.Find(oid)->content);
  }
}

TEST_F(PackVerifierTest, BasesThatNobodyHasAreRefused) {
  std::string a = "content a\n";
  std::string b = "content b\n";
  Oid oid_a = HashObject(ObjectType::kBlob, a);
  Oid oid_b = HashObject(ObjectType::kBlob, b);
  PackForge cycle;
  cycle.AddRefDelta(oid_a, Delta(10, 10, InsertOp(b)));
  cycle.AddRefDelta(oid_b, Delta(10, 10, InsertOp(a)));
  EXPECT_THAT(Refusal(cycle.Finish()),
              HasSubstr("a delta whose base '" + oid_a.Hex() +
                        "' is missing at offset 12"));
  MemoryObjects empty;
  options_.bases = &empty;
  EXPECT_THAT(Refusal(cycle.Finish()), HasSubstr("is missing"));
}

TEST_F(PackVerifierTest, WhatTheSinkThrowsComesOut) {
  PackForge forge;
  uint64_t base = forge.Add(ObjectType::kBlob, "some base");
  forge.AddOfsDelta(base, Delta(9, 4, CopyOp(0, 4)));
  std::string path = dir_.Write("x.pack", forge.Finish());
  for (uint64_t size : {9u, 4u}) {
    EXPECT_THROW(VerifyPack(path, options_,
                            [&](const PackedObjectView& object) {
                              if (object.size == size) throw size;
                            }),
                 uint64_t);
  }
}

}  // namespace
}  // namespace backgraft::git
