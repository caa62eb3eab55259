// Refs read from bytes, against git's reading of the same files.
#include "git/foreign_refs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <sstream>

#include "base/error.h"
#include "git/ref_name.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::TempDir;

// A foreign repository's files by name: HEAD, packed-refs, refs/….
using Files = std::map<std::string, std::string>;

ForeignRefs ReadFiles(const Files& files) {
  ForeignRefsBuilder builder("backup.tar");
  for (const auto& [name, bytes] : files) {
    if (name == "HEAD") {
      builder.AddHead(bytes);
    } else if (name == "packed-refs") {
      builder.AddPackedRefs(bytes);
    } else {
      builder.AddLoose(name, bytes);
    }
  }
  return builder.Finish();
}

std::string Refusal(const Files& files) {
  try {
    ReadFiles(files);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kBadSource);
    EXPECT_THAT(error.hints(), ::testing::Not(IsEmpty()));
    return error.what();
  }
  return "";
}

std::map<std::string, std::string> Rejected(const ForeignRefs& refs) {
  std::map<std::string, std::string> result;
  for (const RejectedRef& ref : refs.rejected) result[ref.name] = ref.reason;
  return result;
}

class ForeignRefsTest : public ::testing::Test {
 protected:
  ForeignRefsTest() {
    Git(dir_.path(), {"init", "-q", "--bare", "-b", "main", "."});
    for (int i = 0; i < 3; ++i) {
      ids_.push_back(Git(dir_.path(), {"commit-tree", "-m", std::to_string(i),
                                       Git(dir_.path(), {"mktree"})}));
    }
  }

  // What git says of the same files: nothing where it dies.
  struct GitsView {
    bool dies = false;
    std::map<std::string, std::string> refs{};
    std::string tip{};
  };

  GitsView AskGit(const Files& files) {
    TempDir dir;
    Git(dir.path(), {"init", "-q", "--bare", "."});
    for (const auto& [name, bytes] : files) dir.Write(name, bytes);
    const std::map<std::string, std::string> env = {
        {"GIT_ALTERNATE_OBJECT_DIRECTORIES", dir_ / "objects"}};
    GitsView view;
    auto result = testing::Run({"git", "--git-dir=.", "for-each-ref",
                                "--format=%(refname) %(objectname)"},
                               {.directory = dir.path(), .env = env});
    view.dies = result.status != 0;
    std::istringstream lines(result.out);
    for (std::string name, oid; lines >> name >> oid;) view.refs[name] = oid;
    result = testing::Run(
        {"git", "--git-dir=.", "rev-parse", "-q", "--verify", "HEAD"},
        {.directory = dir.path(), .env = env});
    if (result.status == 0) view.tip = result.out.substr(0, 40);
    return view;
  }

  void ExpectAsGit(const Files& files) {
    GitsView view = AskGit(files);
    std::string shown;
    for (const auto& [name, bytes] : files) {
      shown += name + ": " + bytes.substr(0, 200) + "\n";
    }
    SCOPED_TRACE(shown);
    ASSERT_FALSE(view.dies);
    ForeignRefs refs = ReadFiles(files);
    std::map<std::string, std::string> found;
    for (const auto& [name, oid] : refs.refs) found[name] = oid.Hex();
    EXPECT_EQ(found, view.refs);
    EXPECT_EQ(refs.Tip() ? refs.Tip()->Hex() : "", view.tip);
  }

  Files With(Files files) const {
    files.emplace("HEAD", "ref: refs/heads/main\n");
    return files;
  }

  TempDir dir_;
  std::vector<std::string> ids_;
};

TEST_F(ForeignRefsTest, SoundFilesAreReadAsGitReadsThem) {
  const std::string& a = ids_[0];
  const std::string& b = ids_[1];
  const std::string& c = ids_[2];
  ExpectAsGit(With({}));
  ExpectAsGit(With({{"refs/heads/main", a + "\n"}}));
  ExpectAsGit(With({{"refs/heads/main", a}, {"refs/tags/v1", b + "\n"}}));
  ExpectAsGit(With({{"refs/heads/main", a + " more\n"},
                    {"refs/heads/x", b + "\r\n"},
                    {"refs/heads/y", "  " + b + "\n"}}));
  ExpectAsGit({{"HEAD", a + "\n"}, {"refs/heads/main", b + "\n"}});
  ExpectAsGit({{"HEAD", a + "\tdetached\n"}});
  ExpectAsGit({{"HEAD", "ref:refs/heads/main"}, {"refs/heads/main", a}});
  ExpectAsGit(
      {{"HEAD", "ref: \t\n refs/heads/main \r\n\n"}, {"refs/heads/main", a}});
  ExpectAsGit(With(
      {{"packed-refs",
        "# pack-refs with: peeled fully-peeled "
        "sorted \n" +
            a + " refs/heads/main\n" + b + " refs/tags/v1\n^" + c + "\n"}}));
  // Unsorted, without a header, with a ref of one's own on top.
  ExpectAsGit(
      With({{"packed-refs", b + " refs/tags/v1\n^" + c + "\n" + a +
                                " refs/heads/main\n" + b + "\trefs/heads/x\n"},
            {"refs/heads/main", c + "\n"}}));
  ExpectAsGit(With(
      {{"packed-refs", "# pack-refs with: \r\n" + a + " refs/heads/main\r\n" +
                           b + " refs/heads/x\n"}}));
}

TEST_F(ForeignRefsTest, SymbolicRefsAreFollowedAsFarAsGitFollowsThem) {
  const std::string& a = ids_[0];
  Files chain = With({{"refs/heads/main", "ref: refs/heads/1\n"},
                      {"refs/heads/1", "ref: refs/heads/2\n"},
                      {"refs/heads/2", "ref: refs/heads/3\n"},
                      {"refs/heads/3", a + "\n"},
                      {"refs/remotes/origin/HEAD", "ref: refs/heads/3\n"},
                      {"refs/remotes/x/HEAD", "ref: HEAD\n"}});
  ExpectAsGit(chain);
  EXPECT_EQ(Rejected(ReadFiles(chain))["refs/remotes/x/HEAD"],
            "leads over too many symbolic refs, or in a circle");
  chain["refs/heads/0"] = "ref: refs/heads/main\n";
  ExpectAsGit(chain);
  // One more, and HEAD leads nowhere.
  chain["HEAD"] = "ref: refs/heads/0\n";
  EXPECT_EQ(AskGit(chain).tip, "");
  EXPECT_THAT(Refusal(chain), HasSubstr("too many symbolic refs"));
}

TEST_F(ForeignRefsTest, BrokenRefsAreLeftOutAndTold) {
  const std::string& a = ids_[0];
  Files files = With({{"refs/heads/main", a},
                      {"refs/heads/.hidden", a},
                      {"refs/heads/x.lock", a},
                      {"refs/heads/with space", a},
                      {"refs/heads/a..b", a},
                      {"refs/heads/bell\a", a},
                      {"refs/heads/star*", a},
                      {"refs/heads/q@{u}", a},
                      {"refs/heads/dot.", a},
                      {"refs/heads/empty", ""},
                      {"refs/heads/short", a.substr(1)},
                      {"refs/heads/long", a + "0"},
                      {"refs/heads/zeros", std::string(40, '0')},
                      {"refs/heads/dangling", "ref: refs/heads/nowhere\n"},
                      {"refs/heads/me", "ref: refs/heads/me\n"},
                      {"refs/heads/ping", "ref: refs/heads/pong\n"},
                      {"refs/heads/pong", "ref: refs/heads/ping\n"},
                      {"refs/heads/out", "ref: ../../../etc/passwd\n"},
                      {"refs/heads/at-broken", "ref: refs/heads/empty\n"},
                      {"packed-refs", "# pack-refs with: sorted\n" + a +
                                          " refs/heads/bad..name\n" + a +
                                          " refs/heads/empty\n"}});
  ExpectAsGit(files);
  auto rejected = Rejected(ReadFiles(files));
  EXPECT_EQ(rejected.size(), files.size() - 2);
  EXPECT_EQ(rejected["refs/heads/a..b"], "has '..' in it");
  EXPECT_EQ(rejected["refs/heads/bell\a"], "has a control byte in it");
  EXPECT_EQ(rejected["refs/heads/dangling"],
            "points at 'refs/heads/nowhere', which does not exist");
  EXPECT_EQ(rejected["refs/heads/at-broken"],
            "points at 'refs/heads/empty', which has no object id in it");
  EXPECT_EQ(rejected["refs/heads/out"],
            "points at a name that is not below refs/");
  EXPECT_EQ(rejected["refs/heads/empty"], "has no object id in it");
}

TEST_F(ForeignRefsTest, DangerousNamesAreRejectedAndNotFatal) {
  const std::string& a = ids_[0];
  ForeignRefs refs = ReadFiles(With(
      {{"packed-refs", a + " refs/../../x\n" + a + " HEAD\n" + a +
                           " refs//x\n" + a + " refs/heads/\n" + a +
                           " refs/heads/" + std::string(5000, 'x') + "\n" + a +
                           " refs/heads/" + std::string(251, 'y') + "\n" + a +
                           " refs/heads/" + std::string(250, 'z') + "\n"}}));
  EXPECT_EQ(refs.rejected.size(), 6u);
  EXPECT_EQ(refs.refs.size(), 1u);
  for (const RejectedRef& ref : refs.rejected) {
    EXPECT_LE(ref.name.size(), 4095u);
    EXPECT_NE(ref.reason, "");
  }
}

TEST_F(ForeignRefsTest, WhatHeadNeedsMustBeSound) {
  const std::string& a = ids_[0];
  EXPECT_THAT(Refusal({{"refs/heads/main", a}}), HasSubstr("has no HEAD"));
  for (const std::string& head :
       {std::string(), std::string("x"), a.substr(0, 39), a + "x",
        std::string(40, '0'), std::string("ref: "), std::string("ref: main"),
        std::string("ref: HEAD"), std::string("ref: ../x"),
        std::string("ref: refs/heads/a..b"), std::string("ref: refs/heads/"),
        std::string("ref: refs/heads/a b"), "xref: refs/heads/main " + a}) {
    Files files = {{"HEAD", head}, {"refs/heads/main", a}};
    // git says "yes" to an id of zeros.
    if (!head.starts_with('0')) {
      EXPECT_EQ(AskGit(files).tip, "") << head;
    }
    EXPECT_THAT(Refusal(files), HasSubstr("HEAD of 'backup.tar' is damaged"))
        << head;
  }
  EXPECT_THAT(Refusal(With({{"refs/heads/main", "junk"}})),
              HasSubstr("points at 'refs/heads/main', which has no object id"));
  EXPECT_THAT(Refusal(With({{"refs/heads/main", "ref: refs/heads/main"}})),
              HasSubstr("circle"));
  // An unborn branch is no damage.
  ForeignRefs unborn =
      ReadFiles(With({{"refs/heads/main", "ref: refs/heads/nowhere"}}));
  EXPECT_EQ(unborn.head.ref, "refs/heads/main");
  EXPECT_EQ(unborn.Tip(), std::nullopt);
  EXPECT_EQ(unborn.rejected.size(), 1u);
}

TEST_F(ForeignRefsTest, PackedRefsThatGitDiesOfAreRefused) {
  const std::string& a = ids_[0];
  const std::string sorted = "# pack-refs with: peeled fully-peeled sorted \n";
  for (const std::string& packed :
       {std::string("junk\n"), std::string("\n"), std::string("# other\n"),
        std::string("# pack-refs with: sorted"), a + " refs/heads/x", a + "\n",
        a + " \n", a + "x refs/heads/x\n",
        a.substr(1) + " refs/heads/long-enough\n", "^" + a + "\n",
        a + " refs/heads/x\n^" + a, a + " refs/heads/x\n^" + a + "\r\n",
        a + " refs/heads/x\n^" + a.substr(1) + "\n",
        a + " refs/heads/x\n^" + a + "\n^" + a + "\n", a + " refs/heads/x\n\n",
        a + " refs/heads/x\n# comment\n", a + " refs/heads/x\n" + sorted}) {
    for (const std::string& start : {std::string(), sorted}) {
      Files files = With({{"packed-refs", start + packed}});
      EXPECT_TRUE(AskGit(files).dies) << start << packed;
      EXPECT_THAT(Refusal(files), HasSubstr("packed-refs of 'backup.tar'"))
          << start << packed;
    }
  }
}

TEST_F(ForeignRefsTest, NamesThatNoRepositoryHoldsTogetherAreRejected) {
  const std::string& a = ids_[0];
  Files files =
      With({{"packed-refs",
             a + " refs/heads/a\n" + a + " refs/heads/a-b\n" + a +
                 " refs/heads/a/b\n" + a + " refs/heads/a/b/c\n" + a +
                 " refs/heads/twice\n" + ids_[1] + " refs/heads/twice\n"}});
  ForeignRefs refs = ReadFiles(files);
  auto rejected = Rejected(refs);
  EXPECT_EQ(rejected["refs/heads/a/b"], "is below the ref 'refs/heads/a'");
  EXPECT_EQ(rejected["refs/heads/a/b/c"], "is below the ref 'refs/heads/a'");
  EXPECT_EQ(rejected["refs/heads/twice"], "is listed with two object ids");
  EXPECT_EQ(refs.refs.size(), 2u);

  files["HEAD"] = "ref: refs/heads/a/b\n";
  refs = ReadFiles(files);
  EXPECT_EQ(refs.Tip()->Hex(), a);
  rejected = Rejected(refs);
  EXPECT_EQ(rejected["refs/heads/a"], "is in the way of 'refs/heads/a/b'");
  EXPECT_EQ(rejected["refs/heads/a/b/c"], "is below the ref 'refs/heads/a/b'");
}

TEST_F(ForeignRefsTest, ManyRefsTakeLinearTime) {
  std::string packed;
  for (int i = 300'000; i > 0; --i) {
    packed += ids_[0] + " refs/heads/branch/" + std::to_string(i) + "/x\n";
  }
  auto start = std::chrono::steady_clock::now();
  ForeignRefs refs = ReadFiles(With({{"packed-refs", packed}}));
  EXPECT_EQ(refs.refs.size(), 300'000u);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20));
}

TEST_F(ForeignRefsTest, NamesAreGoodWhereGitTakesThem) {
  const std::vector<std::string> parts = {
      "a",  "/",    ".",        "..",   ".lock", "@",   "{",  "@{",
      "~",  "^",    ":",        "?",    "*",     "[",   "\\", " ",
      "\t", "\x7f", "\xc3\xa9", "\xff", "-",     "lock"};
  // Each with some others before and behind it: every pair would start git for
  // a minute.
  std::vector<std::string> names;
  for (size_t i = 0; i < parts.size(); ++i) {
    for (size_t j = i % 5; j < parts.size(); j += 5) {
      const std::string& x = parts[i];
      const std::string& y = parts[j];
      names.push_back(j % 3 == 0   ? "refs/" + x + y
                      : j % 3 == 1 ? "refs/heads/b" + x + y + "c"
                                   : "refs/heads/" + x + "d" + y);
    }
  }
  for (const std::string& name : names) {
    bool git = testing::Run({"git", "check-ref-format", name}).status == 0;
    EXPECT_EQ(RefNameProblem(name).empty(), git) << name;
  }
}

}  // namespace
}  // namespace backgraft::git
