#include "source/link.h"

#include <gtest/gtest.h>

#include "source/address.h"
#include "source/backup_name.h"
#include "source/proxy.h"

namespace backgraft::source {
namespace {

TEST(LinkNameTest, IsShownWithoutSecrets) {
  EXPECT_EQ(ShownName("HTTPS://u:p@h.example:8/a/b.tgz?X=1#f"),
            "https://h.example:8/a/b.tgz");
  EXPECT_EQ(ShownName("https://h.example?sig=a@b/c"), "https://h.example");
  EXPECT_EQ(ShownName("a?b"), "a?b");
  EXPECT_EQ(HideSecrets("see 'https://u@h/x?s=1' and http://h/y?z"),
            "see 'https://h/x?...' and http://h/y?...");
}

TEST(LinkNameTest, GivesTheFileName) {
  EXPECT_EQ(FileName("https://h/a/b%20c.tar.gz?x=/y"), "b c.tar.gz");
  EXPECT_EQ(FileName("https://h/a/..%2Fetc"), "etc");
  EXPECT_EQ(FileName("https://h.example/"), "h.example");
  EXPECT_EQ(FileName("dir/b.tar/"), "b.tar");
  EXPECT_EQ(FileName("/"), "/");
  const auto name = ParseBackupName(
      "https://h/k/shop_live_2026-01-15T10-00-00_UTC_code.tar.gz?Expires=1");
  ASSERT_TRUE(name);
  EXPECT_EQ(name->site, "shop");
}

TEST(LinkExpiryTest, IsReadFromTheQuery) {
  EXPECT_EQ(LinkExpiry("https://h/x?X-Amz-Date=20260115T100000Z&X-Amz-Expires="
                       "40&X-Amz-Signature=s"),
            1768471240);
  EXPECT_EQ(LinkExpiry("https://h/x?X-Goog-Expires=40&X-Goog-Date="
                       "20260115T100000Z"),
            1768471240);
  EXPECT_EQ(LinkExpiry("https://h/x?Expires=5&Signature=s"), 5);
  EXPECT_FALSE(LinkExpiry("https://h/x?Expires=5"));
  EXPECT_FALSE(LinkExpiry("https://h/x?X-Amz-Date=2026&X-Amz-Expires=40"));
  EXPECT_FALSE(LinkExpiry("https://h/x"));
}

TEST(AddressTest, TellsPrivateFromPublic) {
  for (const char* host : {"127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]",
                           "[fd00::1]", "[::ffff:192.168.0.1]", "localhost",
                           "[64:ff9b::a00:1]", "x.localhost", "172.31.0.1"}) {
    EXPECT_TRUE(IsPrivateHost(host)) << host;
  }
  for (const char* host : {"8.8.8.8", "172.32.0.1", "[2606:4700::1]",
                           "example.com", "[64:ff9b::808:808]"}) {
    EXPECT_FALSE(IsPrivateHost(host)) << host;
  }
  EXPECT_TRUE(IsInNetwork("10.1.2.3", "10.0.0.0/8"));
  EXPECT_FALSE(IsInNetwork("11.1.2.3", "10.0.0.0/8"));
}

TEST(ProxyTest, FollowsTheEnvironment) {
  setenv("https_proxy", "http://p:1", 1);
  setenv("no_proxy", "a.example, .b.example,10.0.0.0/8", 1);
  EXPECT_EQ(ProxyFor("https", "c.example"), "http://p:1");
  EXPECT_EQ(ProxyFor("https", "xa.example"), "http://p:1");
  EXPECT_EQ(ProxyFor("https", "x.a.example"), "");
  EXPECT_EQ(ProxyFor("https", "B.example"), "");
  EXPECT_EQ(ProxyFor("https", "10.2.3.4"), "");
  EXPECT_EQ(ProxyFor("http", "c.example"), "");
  unsetenv("https_proxy");
  unsetenv("no_proxy");
}

}  // namespace
}  // namespace backgraft::source
