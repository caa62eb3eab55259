#include "base/escape.h"

#include <gtest/gtest.h>

namespace backgraft {
namespace {

TEST(EscapeTest, PlainNamesStayAsTheyAre) {
  EXPECT_EQ(Escape("wp-content/ümlaut 日本.php"), "wp-content/ümlaut 日本.php");
}

TEST(EscapeTest, ControlBytesCannotReachTheTerminal) {
  EXPECT_EQ(Escape("a\033[2Jb\tc\x7f"), "a\\x1b[2Jb\\x09c\\x7f");
  EXPECT_EQ(Escape("\xc2\x9b"
                   "31m"),
            "\\xc2\\x9b31m");  // C1 CSI
}

TEST(EscapeTest, BidirectionalControlsAreShown) {
  EXPECT_EQ(Escape("gpj.\xe2\x80\xae"
                   "exe"),
            "gpj.\\xe2\\x80\\xaeexe");
  EXPECT_EQ(Escape("\xd8\x9c"), "\\xd8\\x9c");
  EXPECT_EQ(Escape("\xe2\x81\xa6"), "\\xe2\\x81\\xa6");
}

TEST(EscapeTest, InvalidUtf8IsShownByteByByte) {
  EXPECT_EQ(Escape("\xff\xc0\x80"), "\\xff\\xc0\\x80");
  EXPECT_EQ(Escape("\xed\xa0\x80"), "\\xed\\xa0\\x80");  // a surrogate
  EXPECT_EQ(EscapeInvalidUtf8("a\xff\nb"), "a\\xff\nb");
}

TEST(EscapeTest, QuoteUsesSingleQuotes) { EXPECT_EQ(Quote("a b"), "'a b'"); }

}  // namespace
}  // namespace backgraft
