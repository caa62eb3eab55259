#include "source/version_order.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace backgraft::source {
namespace {

void ExpectAscending(const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    for (size_t j = 0; j < names.size(); ++j) {
      const int order = CompareVersions(names[i], names[j]);
      EXPECT_EQ(order < 0, i < j) << names[i] << " " << names[j];
      EXPECT_EQ(order > 0, i > j) << names[i] << " " << names[j];
    }
  }
}

TEST(VersionOrderTest, NumbersCountAsNumbers) {
  ExpectAscending({"lib-0.9.9", "lib-1.2", "lib-1.9", "lib-1.9.1", "lib-1.10",
                   "lib-1.10.1", "lib-2", "lib-10.0",
                   "lib-99999999999999999999", "lib-100000000000000000000"});
}

TEST(VersionOrderTest, WhatAnnouncesAVersionComesBeforeIt) {
  ExpectAscending({"drupal-2.0-dev", "drupal-2.0-alpha2", "drupal-2.0-alpha10",
                   "drupal-2.0-beta1", "drupal-2.0-pre1", "drupal-2.0-rc1",
                   "drupal-2.0-rc2", "drupal-2.0", "drupal-2.0.1-beta1",
                   "drupal-2.0.1"});
  ExpectAscending({"2.0a1", "2.0b1", "2.0rc1", "2.0", "2.0.1"});
}

TEST(VersionOrderTest, ALetterBehindANumberIsALaterVersion) {
  ExpectAscending({"openssl-1.0.2", "openssl-1.0.2a", "openssl-1.0.2b",
                   "openssl-1.0.2zh", "openssl-1.0.3"});
}

TEST(VersionOrderTest, SeparatorsAndCaseDoNotMatter) {
  EXPECT_EQ(CompareVersions("Lib-1.0", "lib_1-0"), 0);
  EXPECT_EQ(CompareVersions("v01.0", "v1.0"), 0);
  EXPECT_EQ(CompareVersions("lib-2.0-RC1", "lib-2.0rc1"), 0);
}

TEST(VersionOrderTest, OtherWordsAreText) {
  ExpectAscending({"alpha-1", "beta-1", "lib-1", "lib-1-patch1", "lib-1.1"});
}

}  // namespace
}  // namespace backgraft::source
