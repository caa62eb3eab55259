// Sources that are fetched, from a real server on loopback.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <ctime>
#include <filesystem>

#include "base/io.h"
#include "base/sha.h"
#include "commands/sandbox.h"
#include "testing/link_server.h"
#include "testing/snapshot.h"

namespace backgraft::commands {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class LinkTest : public ::testing::Test {
 protected:
  LinkTest() {
    // Not compressible, so that it comes in many pieces.
    std::string noise;
    uint64_t state = 1;
    while (noise.size() < 300'000) {
      state = state * 6364136223846793005 + 1442695040888963407;
      noise += static_cast<char>(state >> 56);
    }
    tar_ = TarOf({{.name = "site/a.txt", .content = "a\n"},
                  {.name = "site/noise.bin", .content = noise}});
    server_.Put("site.tar", tar_);
  }

  ProcessResult Try(const std::vector<std::string>& args) const {
    return sandbox_.Backgraft(args,
                              {.env = {{"SSL_CERT_FILE", server_.authority()},
                                       {"XDG_CACHE_HOME", cache()}}});
  }
  std::string Link(const std::string& how,
                   const std::string& name = "site.tar") const {
    return server_.base() + "/" + how + "/" + name;
  }
  std::string cache() const { return sandbox_.path() + "/cache"; }
  size_t Cached() const {
    size_t count = 0;
    std::error_code none;
    for (const auto& entry :
         std::filesystem::directory_iterator(cache() + "/backgraft", none)) {
      count += entry.path().native().empty() ? 0 : 1;
    }
    return count;
  }
  // EXPECTs that the command fails so, and that the repository is as before.
  void ExpectRefused(const std::string& link, int status,
                     const std::string& message) const {
    const auto before = testing::Snapshot(sandbox_.repo());
    const ProcessResult result = Try({"flatten", link});
    EXPECT_EQ(result.status, status) << result.err;
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_THAT(testing::Changes(before, testing::Snapshot(sandbox_.repo())),
                ::testing::IsEmpty());
  }

  Sandbox sandbox_;
  testing::LinkServer server_;
  std::string tar_;
};

TEST_F(LinkTest, FlattensWhatTheLinkHolds) {
  const ProcessResult result =
      Try({"flatten", Link("ok") + "?X-Secret=s3cr3t", "--json"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(sandbox_.Blob("a.txt"), "a\n");
  EXPECT_THAT(
      sandbox_.Git({"log", "-1"}),
      AllOf(HasSubstr("Backgraft-Source: site.tar"), Not(HasSubstr("s3cr3t"))));
  EXPECT_THAT(result.out + result.err, Not(HasSubstr("s3cr3t")));
  EXPECT_EQ(Cached(), 0u);
}

TEST_F(LinkTest, EveryCommandTakesLinks) {
  EXPECT_EQ(Try({"inspect", Link("ok")}).status, 0);
  EXPECT_EQ(Try({"restore", Link("ok")}).status, 0);
  EXPECT_EQ(Try({"verify", Link("ok")}).status, 0);
  EXPECT_EQ(Try({"revert", "--to", Link("ok")}).status, 0);
  EXPECT_EQ(Try({"graft", Link("ok")}).status, 2);  // it has no history
  EXPECT_EQ(Try({"rebuild", sandbox_.path() + "/new", Link("ok")}).status, 0);
  EXPECT_EQ(Cached(), 0u);
}

TEST_F(LinkTest, ZipIsReadFromItsEnd) {
  sandbox_.Write("tree/site/z.txt", "z\n");
  const ProcessResult zipped =
      testing::Run({"zip", "-qr", "../site.zip", "site"},
                   {.directory = sandbox_.path() + "/tree"});
  ASSERT_EQ(zipped.status, 0);
  server_.Put("site.zip", sandbox_.Read("site.zip"));
  ASSERT_EQ(Try({"flatten", Link("ok", "site.zip")}).status, 0);
  EXPECT_EQ(sandbox_.Blob("z.txt"), "z\n");
}

TEST_F(LinkTest, GoesOnWhereTheConnectionBroke) {
  const ProcessResult result = Try({"flatten", Link("cut")});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(server_.log(), HasSubstr("/cut/site.tar bytes="));
  EXPECT_EQ(Try({"verify", Link("ok")}).status, 0);
}

TEST_F(LinkTest, GivesUpOnAServerThatNeverGetsFurther) {
  ExpectRefused(Link("cutnorange"), 4, "bytes");
}

TEST_F(LinkTest, TheNextRunGoesOnWhereAKilledOneStopped) {
  const ProcessResult killed =
      testing::Run({"timeout", "-s", "KILL", "3", testing::ProgramPath(), "-C",
                    sandbox_.repo(), "flatten", Link("once")},
                   {.env = {{"SSL_CERT_FILE", server_.authority()},
                            {"XDG_CACHE_HOME", cache()}}});
  ASSERT_NE(killed.status, 0);
  EXPECT_EQ(Cached(), 2u);
  const ProcessResult result = Try({"flatten", Link("once") + "?signature=2"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(server_.log(), HasSubstr("signature=2 bytes="));
  EXPECT_EQ(Try({"verify", Link("ok")}).status, 0);
  EXPECT_EQ(Cached(), 0u);
}

TEST_F(LinkTest, StopsWithinASecondOfASignal) {
  const auto began = std::chrono::steady_clock::now();
  const ProcessResult result =
      testing::Run({"timeout", "-s", "INT", "1", testing::ProgramPath(), "-C",
                    sandbox_.repo(), "flatten", Link("slow")},
                   {.env = {{"SSL_CERT_FILE", server_.authority()},
                            {"XDG_CACHE_HOME", cache()}}});
  EXPECT_THAT(result.err, HasSubstr("interrupted"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
  sandbox_.ExpectClean();
}

TEST_F(LinkTest, ContentShorterThanDeclaredIsNoArchive) {
  ExpectRefused(Link("long"), 4, "cannot fetch");
}

TEST_F(LinkTest, ChecksTheDigest) {
  Sha256 hash;
  hash.Update(AsBytes(tar_));
  const std::string digest = Hex(hash.Finish());
  EXPECT_EQ(Try({"inspect", Link("ok"), "--sha256", digest}).status, 0);
  const auto before = testing::Snapshot(sandbox_.repo());
  const ProcessResult other =
      Try({"flatten", Link("ok"), "--sha256", std::string(64, '0')});
  EXPECT_EQ(other.status, 3);
  EXPECT_THAT(other.err, HasSubstr("its SHA-256 is " + digest));
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(sandbox_.repo())),
              ::testing::IsEmpty());
  EXPECT_EQ(Try({"inspect", Link("ok"), "--sha256", "12"}).status, 129);
}

TEST_F(LinkTest, ErrorsOfTheServer) {
  ExpectRefused(Link("status/404"), 4, "the server answered 404 Not Found");
  ExpectRefused(Link("status/403"), 4, "403 Forbidden");
  ExpectRefused(Link("page"), 3, "not an archive");
  ExpectRefused(Link("ok", "none"), 3, "it is empty");
  ExpectRefused("http://127.0.0.1:1/x.tar", 4, "cannot fetch");
  EXPECT_EQ(Cached(), 0u);
}

TEST_F(LinkTest, ExpiredLinks) {
  ExpectRefused(Link("expired") + "?Signature=s3cr3t", 5,
                "the link has expired");
  const std::string asked = server_.log();
  for (const std::string query :
       {"X-Amz-Date=20200101T000000Z&X-Amz-Expires=60&X-Amz-Signature=1",
        "X-Goog-Date=20200101T000000Z&X-Goog-Expires=60&X-Goog-Signature=1",
        "AWSAccessKeyId=A&Expires=1577836800&Signature=1",
        "GoogleAccessId=A&Expires=1577836800&Signature=1"}) {
    ExpectRefused(Link("ok") + "?" + query, 5, "the link has expired");
  }
  EXPECT_EQ(server_.log(), asked);  // nobody asked for these
}

TEST_F(LinkTest, WarnsOfALinkThatExpiresSoon) {
  const std::string expires = std::to_string(time(nullptr) + 100);
  const ProcessResult result =
      Try({"inspect", "--json",
           Link("ok") + "?Expires=" + expires + "&Signature=s3cr3t"});
  ASSERT_EQ(result.status, 0);
  EXPECT_THAT(result.err, ::testing::ContainsRegex(
                              "warning: link expires in (9[0-9]|100) s"));
  EXPECT_THAT(JsonOf(result)["warnings"][0], HasSubstr("link expires in"));
  // A dump's link says so, too, whatever comes of it.
  const ProcessResult import = sandbox_.Backgraft(
      {"import", "db", Link("ok") + "?Expires=" + expires + "&Signature=s3cr3t",
       "--database-url", "mysql://root@localhost/shop"});
  EXPECT_THAT(import.err, HasSubstr("warning: link expires in"));
  EXPECT_THAT(result.out + result.err, Not(HasSubstr("s3cr3t")));
}

TEST_F(LinkTest, FollowsRedirectsToHttpsAlone) {
  const std::string to = server_.base() + "/redirect/x?to=";
  EXPECT_EQ(Try({"inspect", to + Link("ok")}).status, 0);
  ExpectRefused(to + "http://127.0.0.1:" + server_.port() + "/ok/site.tar", 4,
                "only redirects to https are followed");
  ExpectRefused(to + "file:///etc/passwd", 4, "only redirects to https");
  ExpectRefused(to + server_.base() + "/redirect/x%3Fto=/redirect/x", 4, "");
}

TEST_F(LinkTest, SendsCredentialsToTheirHostAlone) {
  const std::string host = "127.0.0.1:" + server_.port();
  const std::string link = "https://user:pa55@" + host;
  ASSERT_EQ(Try({"inspect", link + "/ok/site.tar"}).status, 0);
  EXPECT_THAT(server_.log(), HasSubstr("Basic dXNlcjpwYTU1"));
  const ProcessResult result = Try(
      {"inspect", link + "/redirect/x?to=https://localhost:" + server_.port() +
                      "/norange/site.tar"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_THAT(server_.log(), HasSubstr("/norange/site.tar - - -"));
  EXPECT_THAT(result.out + result.err, Not(HasSubstr("pa55")));
}

TEST_F(LinkTest, AnUnknownAuthorityIsRefused) {
  const ProcessResult result = sandbox_.Backgraft(
      {"inspect", Link("ok")}, {.env = {{"XDG_CACHE_HOME", cache()}}});
  EXPECT_EQ(result.status, 4);
  EXPECT_THAT(result.err, HasSubstr("hint: name the authority"));
  for (const char* name : {"CURL_CA_BUNDLE", "GIT_SSL_CAINFO"}) {
    EXPECT_EQ(sandbox_
                  .Backgraft({"inspect", Link("ok")},
                             {.env = {{name, server_.authority()}}})
                  .status,
              0);
  }
}

TEST_F(LinkTest, ProxiesComeFromTheEnvironment) {
  const testing::LinkServer proxy(false);
  const ProcessResult result = sandbox_.Backgraft(
      {"inspect", "http://example.invalid/status/404"},
      {.env = {{"http_proxy", proxy.base()}, {"XDG_CACHE_HOME", cache()}}});
  EXPECT_EQ(result.status, 4);
  EXPECT_THAT(proxy.log(), HasSubstr("http://example.invalid/status/404"));
}

TEST_F(LinkTest, SignaturesAreNotShownByWrongCommandLines) {
  const std::string link = Link("ok") + "?X-Amz-Signature=s3cr3t";
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"inspect", link, link},
        {link},
        {"restore", link, link},
        {"inspect", "ftp" + link}}) {
    const ProcessResult result = Try(args);
    EXPECT_NE(result.status, 0);
    EXPECT_THAT(result.out + result.err, Not(HasSubstr("s3cr3t")));
  }
}

}  // namespace
}  // namespace backgraft::commands
