#include "git/object_hasher.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

namespace backgraft::git {
namespace {

TEST(ObjectHasherTest, TellsTheIdOfEveryObjectOnce) {
  std::mt19937 random(1);
  std::vector<std::string> contents;
  for (size_t i = 0; i < 500; ++i) {
    contents.emplace_back(random() % (size_t{1} << random() % 16), 'a');
    for (char& c : contents.back()) c = static_cast<char>(random());
  }
  // Too large to wait for others.
  contents.emplace_back(size_t{3} << 20, 'b');
  constexpr std::array kTypes = {ObjectType::kCommit, ObjectType::kTree,
                                 ObjectType::kBlob, ObjectType::kTag};
  std::map<size_t, Oid> ids;
  ObjectHasher<size_t> hasher([&](size_t object, const Oid& oid) {
    EXPECT_TRUE(ids.emplace(object, oid).second);
  });
  for (size_t i = 0; i < contents.size(); ++i) {
    hasher.Add(kTypes[i % kTypes.size()], contents[i], i);
  }
  hasher.Flush();
  ASSERT_EQ(ids.size(), contents.size());
  for (size_t i = 0; i < contents.size(); ++i) {
    EXPECT_EQ(ids.at(i), HashObject(kTypes[i % kTypes.size()], contents[i]));
  }
}

TEST(ObjectHasherTest, KeepsWhatItIsGivenUntilItIsDone) {
  auto content = std::make_shared<const std::string>("hello\n");
  size_t calls = 0;
  ObjectHasher<std::shared_ptr<const std::string>> hasher(
      [&](std::shared_ptr<const std::string> object, const Oid& oid) {
        ++calls;
        EXPECT_EQ(*object, "hello\n");
        EXPECT_EQ(oid.Hex(), "ce013625030ba8dba906f756967f9e9ca394464a");
      });
  hasher.Add(ObjectType::kBlob, *content, content);
  hasher.Flush();
  EXPECT_EQ(calls, 1u);
  EXPECT_EQ(content.use_count(), 1);
  hasher.Flush();
  EXPECT_EQ(calls, 1u);
}

}  // namespace
}  // namespace backgraft::git
