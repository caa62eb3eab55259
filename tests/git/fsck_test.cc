#include "git/fsck.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/error.h"
#include "fsck_cases.h"
#include "object_forge.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using namespace std::string_literals;
using testing::Findings;
using testing::FsckCase;
using testing::FsckCases;
using ::testing::IsEmpty;
using testing::MemoryObjects;
using testing::OurFsck;
using testing::RawCommit;
using testing::RawEntry;
using testing::RawObject;
using testing::RawTree;
using testing::TempDir;

const Oid kSomeOid =
    Oid::MustFromHex("1111111111111111111111111111111111111111");
const Oid kOtherOid =
    Oid::MustFromHex("2222222222222222222222222222222222222222");
const std::string kIdent = "A U Thor <a@example.com> 1700000000 +0000\n";

class FsckTest : public ::testing::Test {
 protected:
  void SetUp() override { testing::InitBare(repository_); }

  void Add(const RawObject& object) {
    objects_.Add(object);
    testing::WriteLoose(repository_, object);
  }

  void Compare() {
    testing::ExpectSameFindings(objects_, testing::GitFsck(repository_),
                                OurFsck(objects_, FsckOptions()));
  }

  TempDir dir_;
  std::string repository_ = dir_ / "repo.git";
  MemoryObjects objects_;
};

TEST_F(FsckTest, EveryKindOfBadObjectIsFoundAsGitFindsIt) {
  for (const FsckCase& c : FsckCases()) {
    SCOPED_TRACE(c.what);
    RawObject object{c.type, c.content};
    Add(object);
    MemoryObjects one;
    one.Add(object);
    Findings ours = OurFsck(one, FsckOptions());
    EXPECT_EQ(ours[object.oid()], c.expected);
  }
  Compare();
}

TEST_F(FsckTest, GitmodulesContentIsJudgedAsGitDoes) {
  auto url = [](const std::string& value) {
    return "[submodule \"a\"]\n\turl = " + value + "\n";
  };
  std::vector<std::pair<std::string, std::set<std::string>>> cases = {
      {"", {}},
      {"[submodule \"a\"]\n\tpath = a\n\turl = https://example.com/a.git\n",
       {}},
      {"[submodule \"..\"]\n\turl = x\n", {"error gitmodulesName"}},
      {"[submodule \"a/../b\"]\n\turl = x\n", {"error gitmodulesName"}},
      {"[submodule \"a\\\\..\\\\b\"]\n\turl = x\n", {"error gitmodulesName"}},
      {"[submodule \"a..b\"]\n\turl = x\n", {}},
      {"[submodule \"\"]\n\turl = x\n", {"error gitmodulesName"}},
      {"[SubModule \"..\"] foo", {"error gitmodulesName"}},
      {"[submodule]\n\turl = -x\n", {}},
      {"[submodule.a]\n\turl = -x\n", {"error gitmodulesUrl"}},
      {url("-u./payload"), {"error gitmodulesUrl"}},
      {url("\"-u\""), {"error gitmodulesUrl"}},
      {url("./-u"), {}},
      {url("../../:x"), {"error gitmodulesUrl"}},
      {url(".././../:x"), {"error gitmodulesUrl"}},
      {url("..//example.com/x"), {"error gitmodulesUrl"}},
      {url("..\\\\:x"), {"error gitmodulesUrl"}},
      {url("../x"), {}},
      {url("./%0ahost=x"), {"error gitmodulesUrl"}},
      {url("./%0Ahost=x"), {"error gitmodulesUrl"}},
      {url("./a%0"), {}},
      {url("./%00a"), {}},
      {url("./a%0a:x"), {}},
      {url("git://host/%0a"), {"error gitmodulesUrl"}},
      {url("https://example.com/%0afoo"), {"error gitmodulesUrl"}},
      {url("https://%0aexample.com/foo"), {"error gitmodulesUrl"}},
      {url("https://%0aexample.com:80/foo"), {}},
      {url("https://u%0a:p@example.com/foo"), {"error gitmodulesUrl"}},
      {url("https://u:p%0a@example.com/foo"), {"error gitmodulesUrl"}},
      {url("https://u:p@example.com/foo"), {}},
      {url("https://u@example.com/foo"), {}},
      {url("https:///example.com/foo"), {"error gitmodulesUrl"}},
      {url("https://?x"), {"error gitmodulesUrl"}},
      {url("http::example.com/foo"), {"error gitmodulesUrl"}},
      {url("http::https://example.com/foo"), {}},
      {url("ftps::://example.com/foo"), {"error gitmodulesUrl"}},
      {url("ssh://x/%0a"), {}},
      {"[submodule \"a\"]\n\tpath = -x\n", {"error gitmodulesPath"}},
      {"[submodule \"a\"]\n\tupdate = !rm -rf /\n", {"error gitmodulesUpdate"}},
      {"[submodule \"a\"]\n\tupdate = rebase\n", {}},
      {"[submodule \"a\"\n", {"warning gitmodulesParse"}},
      {"[submodule \"a\"]\n\turl = \"x\n", {"warning gitmodulesParse"}},
      {"[submodule \"a\"]\n\turl = \\x\n", {"warning gitmodulesParse"}},
      {"[submodule \"a\"]\n\tupdate = !x\nbad line\n",
       {"error gitmodulesUpdate", "warning gitmodulesParse"}},
      {"\xef\xbb\xbf[submodule \"..\"]\n\turl = x\n",
       {"warning gitmodulesParse"}},
      {"# x\r\n[submodule \"a\"] ; y\r\n url = -x # z\r\n",
       {"error gitmodulesUrl"}},
      {"[submodule \"a\"] url = a \\\n -x\n", {}},
      {"\xff\n[submodule \"..\"]\n\turl = x\n", {}},
      {"[submodule \"a\"]\n\turl = -x\0y\n"s, {"error gitmodulesUrl"}},
      {"[submodule \"a\0..\"]\n\turl = -x\n"s, {}},
  };
  for (const auto& [content, expected] : cases) {
    RawObject blob{ObjectType::kBlob, content};
    RawObject tree{ObjectType::kTree,
                   RawEntry("100644", ".gitmodules", blob.oid())};
    Add(blob);
    Add(tree);
    std::set<std::string> ids;
    for (const FsckMessage& message :
         CheckGitmodulesBlob(blob.oid(), content, FsckOptions())) {
      ids.insert(
          (message.severity == FsckSeverity::kError ? "error " : "warning ") +
          std::string(FsckIdName(message.id)));
    }
    EXPECT_EQ(ids, expected) << content;
  }
  Compare();
}

TEST_F(FsckTest, GitattributesLimitsAreGits) {
  std::string just_short = std::string(2047, 'a') + "\n" + "x\n";
  std::string too_long = std::string(2048, 'a');
  std::string hidden_by_nul = std::string("x\n\0", 3) + too_long;
  int i = 0;
  for (const std::string& content : {just_short, too_long, hidden_by_nul}) {
    RawObject blob{ObjectType::kBlob, content};
    Add(blob);
    Add({ObjectType::kTree, RawEntry("100644", ".gitattributes", blob.oid())});
    EXPECT_EQ(CheckGitattributesBlob(blob.oid(), content, FsckOptions()).size(),
              i++ == 1 ? 1u : 0u);
  }
  Compare();
}

TEST_F(FsckTest, DotFilesThatAreNoBlobsOrMissing) {
  RawObject inner{ObjectType::kTree, RawTree({{"100644", "x"}})};
  Add(inner);
  Add({ObjectType::kTree, RawEntry("40000", ".gitmodules", inner.oid())});
  Add({ObjectType::kTree, RawEntry("40000", ".gitattributes", inner.oid())});
  Findings ours = OurFsck(objects_, FsckOptions());
  EXPECT_EQ(ours[inner.oid()], (std::set<std::string>{"error gitattributesBlob",
                                                      "error gitmodulesBlob"}));
  Compare();

  Add({ObjectType::kTree, RawEntry("100644", ".gitmodules", kSomeOid)});
  Add({ObjectType::kTree, RawEntry("160000", ".gitattributes", kOtherOid)});
  ours = OurFsck(objects_, FsckOptions());
  EXPECT_EQ(ours[kSomeOid], (std::set<std::string>{"error gitmodulesMissing"}));
  EXPECT_EQ(ours[kOtherOid],
            (std::set<std::string>{"error gitattributesMissing"}));
  Findings git = testing::GitFsck(repository_);
  EXPECT_EQ(git[kSomeOid], ours[kSomeOid]);
  EXPECT_EQ(git[kOtherOid], ours[kOtherOid]);
}

// Random changes to good and to bad objects: bytes, lines, and the tokens that
// the checks look for.
TEST_F(FsckTest, MutatedObjectsAreJudgedAsGitDoes) {
  std::mt19937 random(4);
  auto pick = [&](size_t n) {
    return std::uniform_int_distribution<size_t>(0, n - 1)(random);
  };
  const std::vector<std::string> tokens = {
      "\n",
      "\0"s,
      " ",
      "<",
      ">",
      "0",
      "9",
      "-",
      "+",
      "\n\n",
      "author ",
      "parent ",
      "tag ",
      "tree ",
      "type ",
      "blob",
      "tagger ",
      ".git",
      "/",
      "..",
      "\\",
      "~1",
      ".",
      "\xe2\x80\x8c",
      "\xff",
      "40000 ",
      "100644 ",
      "gitmodules",
      "\t",
      "\r",
      "1111111111111111111111111111111111111111"};
  std::vector<FsckCase> cases = FsckCases();
  for (int i = 0; i < 2000; ++i) {
    const FsckCase& c = cases[pick(cases.size())];
    std::string bytes = c.content;
    for (size_t changes = pick(3) + 1; changes > 0; --changes) {
      size_t at = pick(bytes.size() + 1);
      switch (pick(5)) {
        case 0:
          if (at < bytes.size()) bytes[at] = static_cast<char>(pick(256));
          break;
        case 1:
          bytes.erase(at, pick(30));
          break;
        case 2:
          bytes.insert(at, tokens[pick(tokens.size())]);
          break;
        case 3: {
          std::string piece = bytes.substr(at, pick(40));
          bytes.insert(pick(bytes.size() + 1), piece);
          break;
        }
        case 4:
          if (c.type == ObjectType::kTree) {
            bytes += RawTree({{"100644", pick(2) == 0 ? "a" : "z"}});
          } else {
            bytes.resize(at);
          }
          break;
      }
    }
    Add({c.type, bytes});
  }
  Compare();
  // The comparison would hold as well if neither found anything.
  EXPECT_GT(testing::GitFsck(repository_).size(), 1000u);
}

TEST(FsckOptionsTest, RepositoryMayPermitAnId) {
  FsckOptions options;
  EXPECT_TRUE(options.Override("MISSINGEMAIL", "warn"));
  EXPECT_TRUE(options.Override("missingAuthor", "ignore"));
  EXPECT_FALSE(options.Override("noSuchId", "warn"));
  EXPECT_THROW(options.Override("missingEmail", "perhaps"), Error);
  EXPECT_THROW(options.Override("nulInHeader", "warn"), Error);

  std::string bytes = RawCommit("A 1 +0000\n", kIdent);
  auto messages = CheckObject(ObjectType::kCommit, kSomeOid, bytes, options);
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_EQ(messages[0].severity, FsckSeverity::kWarn);
  EXPECT_NO_THROW(ThrowOnFsckError(messages));
  EXPECT_THAT(CheckObject(ObjectType::kCommit, kSomeOid,
                          "tree 3333333333333333333333333333333333333333\n"
                          "committer " +
                              kIdent + "\n",
                          options),
              IsEmpty());
}

TEST(FsckOptionsTest, ListedObjectsAreSkipped) {
  FsckOptions options;
  std::string bytes = RawCommit("A 1 +0000\n", kIdent);
  options.skip_list.insert(kSomeOid);
  EXPECT_THAT(CheckObject(ObjectType::kCommit, kSomeOid, bytes, options),
              IsEmpty());
  EXPECT_EQ(CheckObject(ObjectType::kCommit, kOtherOid, bytes, options).size(),
            1u);
}

TEST(FsckOptionsTest, RefusalNamesObjectIdAndCommand) {
  auto messages = CheckObject(ObjectType::kCommit, kSomeOid,
                              RawCommit("A 1 +0000\n", kIdent), FsckOptions());
  try {
    ThrowOnFsckError(messages);
    FAIL() << "not refused";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadSource);
    EXPECT_STREQ(error.what(),
                 "git fsck refuses commit "
                 "'1111111111111111111111111111111111111111': missingEmail: "
                 "an email address is missing");
    ASSERT_EQ(error.hints().size(), 1u);
    EXPECT_EQ(error.hints()[0], "git config fetch.fsck.missingEmail warn");
  }
}

}  // namespace
}  // namespace backgraft::git
