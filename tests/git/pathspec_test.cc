#include "git/pathspec.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "base/error.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

TEST(PathspecTest, MatchesFilesDirectoriesAndPatterns) {
  const Pathspec spec = Pathspec::Parse({"wp-content/uploads", "*.log"});
  EXPECT_TRUE(spec.Matches("wp-content/uploads", true));
  EXPECT_TRUE(spec.Matches("wp-content/uploads/a/b.jpg"));
  EXPECT_FALSE(spec.Matches("wp-content/uploads2"));
  EXPECT_TRUE(spec.Matches("a/b.log"));
  EXPECT_FALSE(Pathspec::Parse({":(glob)*.log"}).Matches("a/b.log"));
  EXPECT_TRUE(Pathspec::Parse({"dir/"}).Matches("dir", true));
  EXPECT_FALSE(Pathspec::Parse({"dir/"}).Matches("dir", false));
  EXPECT_TRUE(Pathspec().Matches("anything"));
}

TEST(PathspecTest, PrefixAndTop) {
  EXPECT_TRUE(Pathspec::Parse({"x"}, "sub/").Matches("sub/x"));
  EXPECT_FALSE(Pathspec::Parse({"x"}, "sub/").Matches("x"));
  EXPECT_TRUE(Pathspec::Parse({":/x"}, "sub/").Matches("x"));
  EXPECT_TRUE(Pathspec::Parse({"../x"}, "sub/").Matches("x"));
  EXPECT_TRUE(Pathspec::Parse({"."}, "sub/").Matches("sub/y"));
}

TEST(PathspecTest, OnlyExclusionsMeanEverythingElse) {
  const Pathspec spec = Pathspec::Parse({":!a", ":^b/"});
  EXPECT_FALSE(spec.Matches("a/x"));
  EXPECT_FALSE(spec.Matches("b/x"));
  EXPECT_TRUE(spec.Matches("c"));
  EXPECT_EQ(spec.size(), 0U);
}

TEST(PathspecTest, UnknownMagicIsUsage) {
  for (const char* spec : {":(nope)x", ":(top", ":%x", "", ":(attr:x)y", "../x",
                           ":(literal,glob)x", "/etc"}) {
    SCOPED_TRACE(spec);
    try {
      Pathspec::Parse({spec});
      ADD_FAILURE() << "nothing was thrown";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    }
  }
}

TEST(PathspecTest, AgreesWithGitOnRandomSpecs) {
  testing::TempDir dir;
  testing::Git(dir.path(), {"init", "-q"});
  std::mt19937 random(47);
  const std::vector<std::string> names = {"a",   "b",   "A",  "c.x",
                                          "d.X", "[a]", "e*", "!a"};
  std::set<std::string> paths;
  while (paths.size() < 250) {
    std::string path = names[random() % names.size()];
    for (auto depth = random() % 4; depth > 0; --depth) {
      path += "/" + names[random() % names.size()];
    }
    paths.insert(path);
  }
  std::string index;
  for (const auto& path : paths) {
    index += "100644 e69de29bb2d1d6434b8b29ae775ad8c2e48c5391\t" + path;
    index += '\0';
  }
  ASSERT_EQ(testing::Run({"git", "update-index", "-z", "--index-info"},
                         {.directory = dir.path(), .input = index})
                .status,
            0);
  dir.Write("a/b/keep", "");
  auto split = [](const std::string& out) {
    std::set<std::string> lines;
    for (size_t begin = 0; begin < out.size();) {
      const size_t end = out.find('\0', begin);
      lines.insert(out.substr(begin, end - begin));
      begin = end + 1;
    }
    return lines;
  };
  const auto listed = split(
      testing::Run({"git", "ls-files", "-z"}, {.directory = dir.path()}).out);
  ASSERT_GT(listed.size(), 100U);

  const std::vector<std::string> magic = {"",
                                          "",
                                          "",
                                          ":/",
                                          ":!",
                                          ":^",
                                          ":(top)",
                                          ":(glob)",
                                          ":(icase)",
                                          ":(literal)",
                                          ":(exclude)",
                                          ":(exclude,icase,glob)",
                                          ":(top,icase)",
                                          ":!/",
                                          ":(,top,)",
                                          ":(bad)",
                                          ":%",
                                          "::",
                                          ":/:"};
  const std::vector<std::string> pieces = {"a",  "b",  "A",   "c.x",  "/",  "/",
                                           "*",  "**", "?",   "[ab]", "..", ".",
                                           "\\", "!a", "[a]", "e\\*", "C.X"};
  size_t matched = 0;
  for (int round = 0; round < 150; ++round) {
    const bool below = random() % 3 == 0;
    std::vector<std::string> argv = {"git", "ls-files", "-z", "--full-name",
                                     "--"};
    std::vector<std::string> specs;
    std::string shown;
    for (auto n = random() % 3 + 1; n > 0; --n) {
      std::string spec = magic[random() % magic.size()];
      for (auto k = random() % 5 + 1; k > 0; --k) {
        spec += pieces[random() % pieces.size()];
      }
      // An absolute path may lie inside for git, which knows where it is.
      if (spec.front() == '/') spec = "a" + spec;
      specs.push_back(spec);
      argv.push_back(spec);
      shown += " '" + spec + "'";
    }
    const auto result =
        testing::Run(argv, {.directory = below ? dir / "a/b" : dir.path()});
    std::set<std::string> actual;
    bool refused = false;
    try {
      const Pathspec pathspec = Pathspec::Parse(specs, below ? "a/b/" : "");
      // ls-files takes exclusions alone as relative to where it runs.
      if (below && pathspec.size() == 0) continue;
      for (const auto& path : listed) {
        if (pathspec.Matches(path)) actual.insert(path);
      }
    } catch (const Error&) {
      refused = true;
    }
    ASSERT_EQ(refused, result.status != 0) << shown << ": " << result.err;
    if (refused) continue;
    const auto expected = split(result.out);
    matched += expected.size();
    EXPECT_EQ(actual, expected) << shown << (below ? " below a/b" : "");
  }
  EXPECT_GT(matched, 1000U);
}

}  // namespace
}  // namespace backgraft::git
