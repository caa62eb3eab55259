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
