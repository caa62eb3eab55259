#include "git/oid.h"

#include <gtest/gtest.h>

namespace backgraft::git {
namespace {

TEST(OidTest, HexGoesThereAndBack) {
  auto oid = Oid::FromHex("E69DE29bb2d1d6434b8b29ae775ad8c2e48c5391");
  ASSERT_TRUE(oid);
  EXPECT_EQ(oid->Hex(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  EXPECT_EQ(*oid, kEmptyBlob);
}

TEST(OidTest, AnythingButFortyDigitsIsNone) {
  EXPECT_FALSE(Oid::FromHex(""));
  EXPECT_FALSE(Oid::FromHex("e69de29bb2d1d6434b8b29ae775ad8c2e48c539"));
  EXPECT_FALSE(Oid::FromHex("g69de29bb2d1d6434b8b29ae775ad8c2e48c5391"));
}

TEST(OidTest, HashesAsGitDoes) {
  EXPECT_EQ(HashObject(ObjectType::kBlob, ""), kEmptyBlob);
  EXPECT_EQ(HashObject(ObjectType::kTree, ""), kEmptyTree);
  EXPECT_EQ(HashObject(ObjectType::kBlob, "hello\n").Hex(),
            "ce013625030ba8dba906f756967f9e9ca394464a");
}

}  // namespace
}  // namespace backgraft::git
