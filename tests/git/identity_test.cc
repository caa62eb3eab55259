#include "git/identity.h"

#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using Variables = std::map<std::string, std::string>;
using testing::TempDir;

constexpr int64_t kNow = 1700000000;

Config LoadConfig(const TempDir& dir, const std::string& text, Variables* env) {
  const auto path = dir.Write("global", text);
  (*env)["GIT_CONFIG_NOSYSTEM"] = "1";
  (*env)["GIT_CONFIG_GLOBAL"] = path;
  return Config::Load("", "", Environment(*env));
}

Identity Resolve(const std::string& config, Variables env,
                 const IdentityOptions& options = {}) {
  TempDir dir;
  const Config loaded = LoadConfig(dir, config, &env);
  return ResolveIdentity(loaded, Environment(env), options, kNow);
}

TEST(IdentityTest, ConfigurationInGitsOrder) {
  const auto both = Resolve(
      "[user]\nname = U\nemail = u@x\n[author]\nname = A\n"
      "[committer]\nemail = c@x\n",
      {});
  EXPECT_EQ(both.author.ToPerson(), "A <u@x>");
  EXPECT_EQ(both.committer.ToPerson(), "U <c@x>");
  const auto env = Resolve("[user]\nname = U\nemail = u@x\n",
                           {{"GIT_AUTHOR_NAME", "E"},
                            {"GIT_COMMITTER_EMAIL", "e@x"},
                            {"EMAIL", "never@x"}});
  EXPECT_EQ(env.author.ToPerson(), "E <u@x>");
  EXPECT_EQ(env.committer.ToPerson(), "U <e@x>");
}

TEST(IdentityTest, AddressFromEmailVariable) {
  EXPECT_EQ(
      Resolve("[user]\nname = U\n", {{"EMAIL", " m@x "}}).author.ToPerson(),
      "U <m@x>");
  EXPECT_THROW(
      Resolve("[user]\nname = U\nuseConfigOnly = true\n", {{"EMAIL", "m@x"}}),
      Error);
}

TEST(IdentityTest, MissingIdentityIsRefusedWithAdvice) {
  try {
    Resolve("[user]\nname = U\n", {});
    FAIL() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kRefused);
    EXPECT_STREQ(error.what(),
                 "author identity unknown: no email is configured");
    ASSERT_FALSE(error.hints().empty());
    EXPECT_NE(error.hints()[0].find(
                  "git config --global user.email \"you@example.com\""),
              std::string::npos);
  }
}

TEST(IdentityTest, DatesInOrder) {
  const std::string config = "[user]\nname = U\nemail = u@x\n";
  const Variables all = {{"GIT_AUTHOR_DATE", "@100 +0100"},
                         {"GIT_COMMITTER_DATE", "@200 +0200"},
                         {"SOURCE_DATE_EPOCH", "300"}};
  auto id = Resolve(config, all, {.date = "@400 +0300", .author_time = 500});
  EXPECT_EQ(id.author.ToHeader(), "U <u@x> 400 +0300");
  EXPECT_EQ(id.committer.ToHeader(), "U <u@x> 200 +0200");
  id = Resolve(config, all, {.author_time = 500});
  EXPECT_EQ(id.author.ToHeader(), "U <u@x> 100 +0100");
  id = Resolve(config, {{"SOURCE_DATE_EPOCH", "300"}}, {.author_time = 500});
  EXPECT_EQ(id.author.ToHeader(), "U <u@x> 500 +0000");
  EXPECT_EQ(id.committer.ToHeader(), "U <u@x> 300 +0000");
  id = Resolve(config, {{"SOURCE_DATE_EPOCH", "300"}});
  EXPECT_EQ(id.author.seconds, 300);
  id = Resolve(config, {});
  EXPECT_EQ(id.author.seconds, kNow);
  EXPECT_EQ(id.committer.seconds, kNow);
  EXPECT_THROW(Resolve(config, {{"GIT_AUTHOR_DATE", "nonsense"}}), Error);
  EXPECT_THROW(Resolve(config, {{"SOURCE_DATE_EPOCH", "12x"}}), Error);
  EXPECT_THROW(Resolve(config, {}, {.date = "nonsense"}), Error);
}

TEST(IdentityTest, AuthorOption) {
  const std::string config = "[user]\nname = U\nemail = u@x\n";
  EXPECT_EQ(Resolve(config, {}, {.author = "N. N. <n@n>"}).author.ToPerson(),
            "N. N <n@n>");
  EXPECT_THROW(Resolve(config, {}, {.author = "Nobody"}), Error);
  EXPECT_THROW(Resolve(config, {}, {.author = "<n@n>"}), Error);
}

// `git var` shows what a commit would be signed with.
TEST(IdentityTest, AgreesWithGitOnRandomNames) {
  std::mt19937 random(31);
  const std::vector<std::string> pieces = {
      "Jane", "Doe", " ",  ".",  ",",        ":",    ";",   "<", ">", "\"",
      "\\",   "'",   "\n", "\t", "\xc3\xa9", "\x01", "Jr.", "@", "x"};
  TempDir dir;
  for (int round = 0; round < 100; ++round) {
    std::string name;
    std::string email;
    for (auto n = random() % 6; n > 0; --n) {
      name += pieces[random() % pieces.size()];
    }
    for (auto n = random() % 4; n > 0; --n) {
      email += pieces[random() % pieces.size()];
    }
    Variables env = {{"GIT_AUTHOR_NAME", name}, {"GIT_AUTHOR_EMAIL", email}};
    const auto git = testing::Run({"git", "var", "GIT_AUTHOR_IDENT"},
                                  {.directory = dir.path(), .env = env});
    env["GIT_COMMITTER_NAME"] = "C";
    env["GIT_COMMITTER_EMAIL"] = "c@x";
    env["GIT_AUTHOR_DATE"] = "1700000000 +0000";
    std::string actual = "refused";
    try {
      actual = Resolve("", env).author.ToHeader() + "\n";
    } catch (const Error&) {
      // What git refuses, we refuse.
    }
    EXPECT_EQ(actual, git.status == 0 ? git.out : "refused")
        << "name '" << name << "', email '" << email << "'";
  }
}

TEST(SignatureTest, ParsesWhatItWrites) {
  const Signature signature{"A U Thor", "a@x", 1700000000, -210};
  EXPECT_EQ(signature.ToHeader(), "A U Thor <a@x> 1700000000 -0330");
  EXPECT_EQ(Signature::Parse(signature.ToHeader()), signature);
  EXPECT_EQ(Signature::Parse("A <a@x>")->seconds, 0);
  EXPECT_EQ(Signature::Parse("A <a@x"), std::nullopt);
  EXPECT_EQ(Signature::Parse("nobody"), std::nullopt);
}

}  // namespace
}  // namespace backgraft::git
