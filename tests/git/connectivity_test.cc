#include "git/connectivity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <map>

#include "base/error.h"
#include "git/import_check.h"
#include "object_forge.h"

namespace backgraft::git {
namespace {

using ::testing::HasSubstr;
using testing::MemoryObjects;
using testing::RawEntry;

const std::string kIdent = "A U Thor <a@example.com> 1700000000 +0000\n";

std::string CommitOf(const Oid& tree, const std::vector<Oid>& parents) {
  std::string bytes = "tree " + tree.Hex() + "\n";
  for (const Oid& parent : parents) bytes += "parent " + parent.Hex() + "\n";
  return bytes + "author " + kIdent + "committer " + kIdent + "\nm\n";
}

class ConnectivityTest : public ::testing::Test {
 protected:
  Oid Import(ObjectType type, const std::string& content) {
    return imported_.Add({type, content});
  }

  // Proves it, with everything imported; the message of the refusal, or "".
  std::string Prove(const std::vector<Oid>& tips) {
    ImportCheck check(FsckOptions(), repository_);
    try {
      for (const auto& [oid, object] : imported_.all()) {
        check.Add({object.type, oid, object.content.size(), object.content});
      }
      check.Finish(tips, {&imported_, [&](const Oid& oid) {
                            auto object = imported_.Find(oid);
                            return object ? std::optional(object->type)
                                          : std::nullopt;
                          }});
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kBadSource);
      return error.what();
    }
    return "";
  }

  MemoryObjects imported_;
  MemoryObjects repository_;
};

TEST_F(ConnectivityTest, WholeHistoryIsProved) {
  Oid blob = Import(ObjectType::kBlob, "b");
  Oid sub = Import(ObjectType::kTree, RawEntry("100644", "f", blob));
  Oid tree = Import(
      ObjectType::kTree,
      RawEntry("40000", "d", sub) +
          RawEntry(
              "160000", "submodule",
              Oid::MustFromHex("1111111111111111111111111111111111111111")));
  Oid root = Import(ObjectType::kCommit, CommitOf(tree, {}));
  Oid tip = Import(ObjectType::kCommit, CommitOf(tree, {root}));
  Oid tag = Import(ObjectType::kTag, "object " + tip.Hex() +
                                         "\ntype commit\ntag v\ntagger " +
                                         kIdent + "\nm\n");
  EXPECT_EQ(Prove({tip, tag}), "");
}

TEST_F(ConnectivityTest, MissingObjectsAreNamedWithWhatNamesThem) {
  Oid blob = HashObject(ObjectType::kBlob, "gone");
  Oid tree = Import(ObjectType::kTree, RawEntry("100644", "f", blob));
  Oid tip = Import(ObjectType::kCommit, CommitOf(tree, {}));
  EXPECT_EQ(Prove({tip}), "blob '" + blob.Hex() + "' is missing, which tree '" +
                              tree.Hex() + "' names");
  repository_.Add({ObjectType::kBlob, "gone"});
  EXPECT_EQ(Prove({tip}), "");
}

TEST_F(ConnectivityTest, WhatNobodyReachesMayBeIncomplete) {
  Oid tree = Import(ObjectType::kTree, "");
  Oid tip = Import(ObjectType::kCommit, CommitOf(tree, {}));
  Oid orphan = Import(ObjectType::kCommit,
                      CommitOf(tree, {HashObject(ObjectType::kCommit, "x")}));
  EXPECT_EQ(Prove({tip}), "");
  EXPECT_THAT(Prove({tip, orphan}), HasSubstr("is missing"));
}

TEST_F(ConnectivityTest, TipsHaveToBeThere) {
  Oid gone = HashObject(ObjectType::kCommit, "x");
  EXPECT_THAT(Prove({gone}), HasSubstr("which a ref names"));
}

TEST_F(ConnectivityTest, WrongTypesAreRefused) {
  Oid blob = Import(ObjectType::kBlob, "not a tree");
  Oid tree = Import(ObjectType::kTree, RawEntry("40000", "d", blob));
  Oid tip = Import(ObjectType::kCommit, CommitOf(tree, {}));
  EXPECT_EQ(Prove({tip}),
            "object '" + blob.Hex() + "' is named as a tree but is a blob");
}

TEST_F(ConnectivityTest, LongHistoriesNeedNoStack) {
  Oid tree = Import(ObjectType::kTree, "");
  Oid commit = Import(ObjectType::kCommit, CommitOf(tree, {}));
  for (int i = 0; i < 20000; ++i) {
    commit = Import(ObjectType::kCommit, CommitOf(tree, {commit}));
  }
  // Something missing elsewhere makes it walk.
  Import(ObjectType::kTree,
         RawEntry("100644", "f", HashObject(ObjectType::kBlob, "gone")));
  EXPECT_EQ(Prove({commit}), "");
}

TEST_F(ConnectivityTest, RepositoryObjectsOfTheSameIdMustBeEqual) {
  // No collision at hand: an object reader that lies serves as well.
  class Liar : public MemoryObjects {
   public:
    std::optional<Object> Find(const Oid& oid) const override {
      std::optional<Object> object = MemoryObjects::Find(oid);
      if (object) object->content += "!";
      return object;
    }
  } repository;
  repository.Add({ObjectType::kBlob, "same"});
  ImportCheck check(FsckOptions(), repository);
  EXPECT_THROW(check.Add({ObjectType::kBlob,
                          HashObject(ObjectType::kBlob, "same"), 4, "same"}),
               Error);
}

TEST_F(ConnectivityTest, FsckErrorsAreRefusedFirst) {
  Oid tree = Import(ObjectType::kTree, "broken");
  Oid tip = Import(ObjectType::kCommit, CommitOf(tree, {}));
  EXPECT_THAT(Prove({tip}), HasSubstr("badTree"));
}

TEST(ReferenceSetTest, EveryIdOnceForEachType) {
  ReferenceSet set;
  std::map<Oid, int> expected;
  std::string tree;
  for (int i = 0; i < 5000; ++i) {
    Oid oid = HashObject(ObjectType::kBlob, std::to_string(i % 3000));
    tree += RawEntry(i % 2 == 0 ? "100644" : "40000", std::to_string(i), oid);
    ++expected[oid];
  }
  set.Add(ObjectType::kTree, tree);
  set.Add(ObjectType::kTree, tree);
  EXPECT_EQ(set.size(), 3000u);
  std::atomic<size_t> seen = 0;
  set.ForEach([&](const Reference& reference) {
    EXPECT_TRUE(expected.contains(reference.oid));
    ++seen;
  });
  // 3000 is even: each id keeps its one type.
  EXPECT_EQ(seen, 3000u);
}

}  // namespace
}  // namespace backgraft::git
