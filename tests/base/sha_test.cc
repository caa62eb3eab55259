#include "base/sha.h"

#include <gtest/gtest.h>

namespace backgraft {
namespace {

// FIPS 180-4 examples.
TEST(ShaTest, MatchesThePublishedExamples) {
  Sha1 sha1;
  sha1.Update(AsBytes("abc"));
  EXPECT_EQ(Hex(sha1.Finish()), "a9993e364706816aba3e25717850c26c9cd0d89d");
  Sha256 sha256;
  sha256.Update(AsBytes("abc"));
  EXPECT_EQ(Hex(sha256.Finish()),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(ShaTest, FinishStartsAnew) {
  Sha1 sha1;
  sha1.Update(AsBytes("something else"));
  sha1.Finish();
  EXPECT_EQ(Hex(sha1.Finish()), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
}

}  // namespace
}  // namespace backgraft
