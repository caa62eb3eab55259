#include "import/collation_map.h"

#include <gtest/gtest.h>

namespace backgraft::imports {
namespace {

TEST(CollationMapTest, NearestInCaseAccentsPaddingAndLanguage) {
  CollationMap map({"utf8mb4_uca1400_nopad_ai_ci", "utf8mb4_uca1400_ai_ci",
                    "utf8mb4_uca1400_nopad_as_cs", "utf8mb4_nopad_bin",
                    "utf8mb4_uca1400_german2_nopad_ai_ci"});
  EXPECT_EQ(map.Nearest("utf8mb4_uca1400_ai_ci"), "utf8mb4_uca1400_ai_ci");
  EXPECT_TRUE(map.Warnings().empty());
  EXPECT_EQ(map.Nearest("utf8mb4_0900_ai_ci"), "utf8mb4_uca1400_nopad_ai_ci");
  EXPECT_EQ(map.Nearest("UTF8MB4_0900_as_cs"), "utf8mb4_uca1400_nopad_as_cs");
  EXPECT_EQ(map.Nearest("utf8mb4_0900_bin"), "utf8mb4_nopad_bin");
  EXPECT_EQ(map.Nearest("utf8mb4_de_pb_0900_ai_ci"),
            "utf8mb4_uca1400_german2_nopad_ai_ci");
  EXPECT_EQ(map.Warnings().size(), 4u);
}

TEST(CollationMapTest, OlderServersHaveOlderRules) {
  CollationMap map({"utf8mb4_unicode_520_ci", "utf8mb4_bin"});
  EXPECT_EQ(map.Nearest("utf8mb4_0900_ai_ci"), "utf8mb4_unicode_520_ci");
  EXPECT_EQ(map.Nearest("utf8mb4_0900_as_cs"), "utf8mb4_bin");
  EXPECT_EQ(map.Nearest("latin1_no_such"), "latin1_no_such");
}

}  // namespace
}  // namespace backgraft::imports
