#include "git/object_layers.h"

#include <gtest/gtest.h>

#include <set>

namespace backgraft::git {
namespace {

Oid Id(uint8_t first) {
  Oid oid;
  oid.bytes[0] = first;
  return oid;
}

// Counts what it is asked for.
class Layer : public ObjectReader {
 public:
  Layer(std::string name, std::set<Oid> known, std::set<Oid> more)
      : name_(std::move(name)),
        known_(std::move(known)),
        more_(std::move(more)) {}

  bool Exists(const Oid& oid) const override { return known_.contains(oid); }
  std::optional<Object> Find(const Oid& oid) const override {
    ++asked;
    if (!known_.contains(oid) && !more_.contains(oid)) return std::nullopt;
    return Object{ObjectType::kBlob, name_};
  }

  mutable int asked = 0;

 private:
  const std::string name_;
  const std::set<Oid> known_;
  // Found only by looking everywhere.
  const std::set<Oid> more_;
};

class ObjectLayersTest : public ::testing::Test {
 protected:
  Layer first_{"first", {Id(1), Id(3)}, {Id(5)}};
  Layer second_{"second", {Id(2), Id(3)}, {}};
  ObjectLayers layers_{&first_, &second_};
};

TEST_F(ObjectLayersTest, TheFirstThatKnowsAnObjectAnswers) {
  EXPECT_EQ(layers_.Find(Id(1))->content, "first");
  EXPECT_EQ(layers_.Find(Id(2))->content, "second");
  EXPECT_EQ(layers_.Find(Id(3))->content, "first");
}

TEST_F(ObjectLayersTest, WhoDoesNotKnowAnObjectIsNotMadeToLookForIt) {
  EXPECT_TRUE(layers_.Find(Id(2)));
  EXPECT_EQ(first_.asked, 0);
  EXPECT_EQ(second_.asked, 1);
}

TEST_F(ObjectLayersTest, WhatNobodyKnowsIsLookedForEverywhere) {
  EXPECT_EQ(layers_.Find(Id(5))->content, "first");
  EXPECT_FALSE(layers_.Find(Id(6)));
  EXPECT_EQ(first_.asked, 2);
  EXPECT_EQ(second_.asked, 1);
}

}  // namespace
}  // namespace backgraft::git
