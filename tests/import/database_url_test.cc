#include "import/database_url.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace backgraft::imports {
namespace {

TEST(DatabaseUrlTest, Parts) {
  const DatabaseUrl url = ParseDatabaseUrl(
      "mysql://us%40er:p%2Fw@[::1]:3307/na%20me?socket=/run/my%20sql.sock");
  EXPECT_EQ(url.user, "us@er");
  EXPECT_EQ(url.password, "p/w");
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.port, 3307u);
  EXPECT_EQ(url.name, "na me");
  EXPECT_EQ(url.socket, "/run/my sql.sock");
  EXPECT_FALSE(ParseDatabaseUrl("mysql:///name").host);
}

TEST(DatabaseUrlTest, NothingElseIsTaken) {
  for (const char* text :
       {"", "postgres://h/n", "mysql://h", "mysql://h/", "mysql://h:0/n",
        "mysql://h:x/n", "mysql://h:99999/n", "mysql://h/n?ssl=1",
        "mysql://h/%zz", "mysql://h/%00", "mysql://[::1/n"}) {
    try {
      ParseDatabaseUrl(text);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage) << text;
    }
  }
}

TEST(DatabaseUrlTest, SameUnlessBothSayOtherwise) {
  const auto same = [](const std::string& one, const std::string& other) {
    const DatabaseUrl a = ParseDatabaseUrl("mysql://" + one);
    const DatabaseUrl b = ParseDatabaseUrl("mysql://" + other);
    EXPECT_EQ(MayBeSame(a, b), MayBeSame(b, a)) << one << " " << other;
    return MayBeSame(a, b);
  };
  EXPECT_TRUE(same("a@h/n", "b:x@H:3306/n"));
  EXPECT_TRUE(same("h:3307/n", "/n"));
  EXPECT_TRUE(same("localhost/n", "/n?socket=/s"));
  EXPECT_TRUE(same("127.0.0.1/n", "localhost/n"));
  EXPECT_TRUE(same("[::1]:3307/n", "localhost/n?socket=/s"));
  EXPECT_FALSE(same("h/n", "h/m"));
  EXPECT_FALSE(same("h/n", "i/n"));
  EXPECT_FALSE(same("h/n", "h:3307/n"));
  EXPECT_FALSE(same("h/n", "localhost/n"));
  EXPECT_FALSE(same("h/n", "/n?socket=/s"));
  EXPECT_FALSE(same("/n?socket=/s", "localhost/n?socket=/t"));
  EXPECT_FALSE(same("127.0.0.1:3306/n", "127.0.0.1:3307/n"));
}

TEST(DatabaseUrlTest, PasswordOnTheCommandLineIsRefusedAndNotShown) {
  try {
    FindDatabase("mysql://u:s3cret@h/n", std::nullopt);
    ADD_FAILURE();
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()).find("s3cret"), std::string::npos);
  }
}

}  // namespace
}  // namespace backgraft::imports
