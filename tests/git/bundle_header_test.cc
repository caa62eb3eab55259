// Bundles of git's, and headers made by hand.
#include "git/bundle_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/error.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using testing::TempDir;

const std::string kA = "0123456789012345678901234567890123456789";
const std::string kB = "abcdefabcdefabcdefabcdefabcdefabcdefabcd";

// Reads `bytes` in pieces of this size.
BundleHeader Read(const std::string& bytes, size_t piece = 7,
                  const BundleLimits& limits = {}) {
  size_t at = 0;
  auto next = [&] {
    const size_t n = std::min(piece, bytes.size() - at);
    at += n;
    return AsBytes(std::string_view(bytes).substr(at - n, n));
  };
  BundleHeader header = ReadBundleHeader(next, "site.bundle", limits);
  // Nothing was asked for behind the piece in which the header ends.
  EXPECT_LE(header.size, at);
  EXPECT_GT(header.size + piece, at);
  return header;
}

std::string Refusal(const std::string& bytes, const BundleLimits& limits = {}) {
  try {
    Read(bytes, 7, limits);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadSource);
    EXPECT_THAT(error.hints(), Not(IsEmpty()));
    EXPECT_THAT(error.what(), HasSubstr("the bundle 'site.bundle' "));
    return error.what();
  }
  return "";
}

class BundleHeaderTest : public ::testing::Test {
 protected:
  BundleHeaderTest() {
    Git(dir_.path(), {"init", "-q", "-b", "main", "."});
    for (const char* message : {"one", "two", "three"}) {
      Git(dir_.path(), {"commit", "-q", "--allow-empty", "-m", message});
    }
    Git(dir_.path(), {"tag", "-a", "-m", "tag", "v1", "main~1"});
    Git(dir_.path(), {"branch", "topic", "main~1"});
  }

  std::string Bundle(std::vector<std::string> args) {
    std::vector<std::string> all = {"bundle", "create", "-q", "--version=2",
                                    "x.bundle"};
    if (args.front().starts_with("--version")) {
      all[3] = args.front();
      args.erase(args.begin());
    }
    all.insert(all.end(), args.begin(), args.end());
    Git(dir_.path(), all);
    return ReadFile(dir_ / "x.bundle");
  }

  std::string Id(const std::string& revision) {
    return Git(dir_.path(), {"rev-parse", revision});
  }

  TempDir dir_;
};

TEST_F(BundleHeaderTest, BundlesOfGitAreRead) {
  for (int version : {2, 3}) {
    std::string bytes =
        Bundle({"--version=" + std::to_string(version), "--all", "HEAD"});
    for (size_t piece : {size_t{1}, size_t{7}, size_t{64}, bytes.size()}) {
      BundleHeader header = Read(bytes, piece);
      EXPECT_EQ(header.version, version);
      EXPECT_EQ(bytes.substr(header.size, 4), "PACK");
      EXPECT_THAT(header.prerequisites, IsEmpty());
      EXPECT_THAT(header.refs.rejected, IsEmpty());
      std::string heads;
      for (const auto& [name, oid] : header.refs.refs) {
        EXPECT_EQ(oid.Hex(), Id(name));
        heads += name + " ";
      }
      EXPECT_EQ(heads, "refs/heads/main refs/heads/topic refs/tags/v1 ");
      ASSERT_TRUE(header.refs.Tip());
      EXPECT_EQ(header.refs.Tip()->Hex(), Id("HEAD"));
    }
  }
}

TEST_F(BundleHeaderTest, PrerequisitesAreRead) {
  BundleHeader header = Read(Bundle({"main", "^main~2"}));
  ASSERT_EQ(header.prerequisites.size(), 1u);
  EXPECT_EQ(header.prerequisites[0].oid.Hex(), Id("main~2"));
  EXPECT_EQ(header.prerequisites[0].comment, "one");
}

TEST_F(BundleHeaderTest, HeadIsTheLineOrTheOnlyBranch) {
  BundleHeader one = Read(Bundle({"topic", "v1"}));
  EXPECT_EQ(one.refs.head.ref, "refs/heads/topic");
  EXPECT_EQ(one.refs.Tip()->Hex(), Id("topic"));
  EXPECT_EQ(Read(Bundle({"topic", "main"})).refs.Tip(), std::nullopt);
  EXPECT_EQ(Read(Bundle({"v1"})).refs.Tip(), std::nullopt);
  Git(dir_.path(), {"checkout", "-q", "--detach", "main~1"});
  EXPECT_EQ(Read(Bundle({"HEAD", "main", "topic"})).refs.Tip()->Hex(),
            Id("main~1"));
}

TEST(BundleHeaderByHand, LinesAreReadAsGitReadsThem) {
  BundleHeader header =
      Read("# v3 git bundle\n@object-format=sha1\n-" + kA + "\n-" + kB +
           " a subject \r\n" + kA + " refs/heads/x\r\n" + kB +
           "\trefs/tags/y  \n\nPACK");
  EXPECT_EQ(header.prerequisites.size(), 2u);
  EXPECT_EQ(header.prerequisites[1].comment, "a subject");
  EXPECT_EQ(header.refs.refs.size(), 2u);
  EXPECT_EQ(header.refs.refs.at("refs/tags/y").Hex(), kB);
  EXPECT_THAT(Read("# v2 git bundle\n\n").refs.refs, IsEmpty());
}

TEST(BundleHeaderByHand, BadNamesAreRejected) {
  BundleHeader header =
      Read("# v2 git bundle\n" + kA + " refs/heads/a..b\n" + kA +
           " refs/heads/with space\n" + kA + " main\n" + kA +
           " refs/../../x\n" + kA + " refs/heads/twice\n" + kB +
           " refs/heads/twice\n" + std::string(40, '0') +
           " refs/heads/zeros\n" + kA + " refs/heads/good\n\n");
  EXPECT_EQ(header.refs.rejected.size(), 6u);
  EXPECT_EQ(header.refs.refs.size(), 1u);
  EXPECT_EQ(header.refs.head.ref, "refs/heads/good");
}

TEST(BundleHeaderByHand, DamageIsRefused) {
  const std::string v2 = "# v2 git bundle\n";
  for (const std::string& bytes : std::vector<std::string>{
           "", "# v2 git bundle", "# v1 git bundle\n\n",
           "# v2 git bundle\r\n\n", "PACK", v2, v2 + kA + " refs/heads/x\n",
           v2 + kA + "\n\n", v2 + kA + "x refs/heads/x\n\n",
           v2 + kA.substr(1) + " refs/x\n\n", v2 + "--" + kA + "\n\n",
           v2 + " \n\n", v2 + "\r\n\n", v2 + "@object-format=sha1\n\n",
           v2 + kA + " HEAD\n" + kB + " HEAD\n\n",
           v2 + std::string(40, '0') + " HEAD\n\n"}) {
    EXPECT_NE(Refusal(bytes), "") << bytes;
  }
}

TEST(BundleHeaderByHand, WhatWeCannotReadIsRefused) {
  const std::string v3 = "# v3 git bundle\n";
  EXPECT_THAT(Refusal(v3 + "@object-format=sha256\n\n"), HasSubstr("SHA-256"));
  EXPECT_THAT(Refusal(v3 + "@filter=blob:none\n\n"), HasSubstr("a filter"));
  EXPECT_THAT(Refusal(v3 + "@object-format=md5\n\n"),
              HasSubstr("'object-format=md5'"));
  EXPECT_THAT(Refusal(v3 + "@x\x1b[2J\n\n"), HasSubstr("'x\\x1b[2J'"));
}

TEST(BundleHeaderByHand, TheHeadersSizeIsLimited) {
  BundleLimits limits{.header_bytes = 1000};
  std::string bytes = "# v2 git bundle\n";
  while (bytes.size() < 900) bytes += kA + " refs/heads/x\n";
  EXPECT_EQ(Refusal(bytes + "\n", limits), "");
  EXPECT_THAT(Refusal(bytes + bytes.substr(16) + "\n", limits),
              HasSubstr("over the limit"));
  EXPECT_THAT(Refusal(std::string(5000, '#'), limits),
              HasSubstr("over the limit"));
}

}  // namespace
}  // namespace backgraft::git
