#include "git/wildmatch.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>
#include <set>
#include <sstream>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

struct Row {
  const char* pattern;
  const char* text;
  // As git's t3070: plain, ignoring case, pathname, both.
  bool glob, iglob, pathname, ipathname;
};

// The expected values come from git's documentation of patterns and from
// running `git ls-files` with :(glob) and :(icase).
constexpr Row kRows[] = {
    {"foo", "foo", true, true, true, true},
    {"foo", "bar", false, false, false, false},
    {"", "", true, true, true, true},
    {"???", "foo", true, true, true, true},
    {"??", "foo", false, false, false, false},
    {"*", "foo", true, true, true, true},
    {"f*", "foo", true, true, true, true},
    {"*f", "foo", false, false, false, false},
    {"*ob*a*r*", "foobar", true, true, true, true},
    {"\\*\\\\", "*\\", true, true, true, true},
    {"[[:upper:]]", "a", false, true, false, true},
    {"[A-Z]", "a", false, true, false, true},
    {"[Z-y]", "z", false, true, false, true},
    {"[A]", "a", false, false, false, false},
    {"\\A", "a", false, false, false, false},
    {"A", "a", false, true, false, true},
    {"[]-]", "]", true, true, true, true},
    {"[!]a-]", "b", true, true, true, true},
    {"[a-c]b*", "bbb/x", true, true, false, false},
    {"foo*", "foo/bar", true, true, false, false},
    {"foo**", "foo/bar", true, true, false, false},
    {"foo/**", "foo/bar/baz", true, true, true, true},
    {"foo/**", "foo", false, false, false, false},
    {"foo/**/bar", "foo/bar", false, false, true, true},
    {"foo/**/**/bar", "foo/bar", false, false, true, true},
    {"foo/**/bar", "foo/a/b/bar", true, true, true, true},
    {"**/foo", "foo", false, false, true, true},
    {"**/foo", "XXX/foo", true, true, true, true},
    {"**/foo", "XXXfoo", false, false, false, false},
    {"*/foo", "bar/baz/foo", true, true, false, false},
    {"**/bar/*", "deep/foo/bar/baz", true, true, true, true},
    {"**/bar/*", "deep/foo/bar/baz/", true, true, false, false},
    {"**/bar/**", "deep/foo/bar/", true, true, true, true},
    {"foo?bar", "foo/bar", true, true, false, false},
    {"foo[^a]bar", "foo/bar", true, true, false, false},
    {"f[^eiu][^eiu]r", "f-br", true, true, true, true},
    {"[ab[:]", "[", true, true, true, true},
    {"[[:alpha:][:digit:]]", "5", true, true, true, true},
    {"[[:nosuch:]]", "a", false, false, false, false},
    {"[[:a]", "[", true, true, true, true},
    {"[\\\\-^]", "]", true, true, true, true},
    {"[a-]", "-", true, true, true, true},
    {"a\\", "a\\", false, false, false, false},
    {"[a", "a", false, false, false, false},
    {"-*-*-*-*-*-*-12-*", "-adobe-courier-bold-o-normal--12-120", true, true,
     true, true},
    {"**/*a*b*g*n*t", "abcd/abcdefg/abcdefghijk/abcdefghijklmnop.txt", true,
     true, true, true},
    {"*/*/*", "foo/bba/arr", true, true, true, true},
    {"*/*/*", "foo", false, false, false, false},
    {"foo/[*]", "foo/*", true, true, true, true},
};

TEST(WildmatchTest, FollowsGitsTable) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::string(row.pattern) + " against " + row.text);
    EXPECT_EQ(MatchesWild(row.pattern, row.text), row.glob);
    EXPECT_EQ(MatchesWild(row.pattern, row.text, {.casefold = true}),
              row.iglob);
    EXPECT_EQ(MatchesWild(row.pattern, row.text, {.pathname = true}),
              row.pathname);
    EXPECT_EQ(MatchesWild(row.pattern, row.text,
                          {.pathname = true, .casefold = true}),
              row.ipathname);
  }
}

TEST(WildmatchTest, HostilePatternsTakeLinearSteps) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a";
  std::string text(4000, 'a');
  for (bool pathname : {false, true}) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_FALSE(
        MatchesWild(pattern + "b[x]", text + "by", {.pathname = pathname}));
    EXPECT_LT(std::chrono::steady_clock::now() - start,
              std::chrono::seconds(5));
  }
}

std::string Pick(std::mt19937* random, std::string_view letters, int most) {
  std::string text;
  const auto length = (*random)() % static_cast<unsigned>(most) + 1;
  for (unsigned i = 0; i < length; ++i) {
    text += letters[(*random)() % letters.size()];
  }
  return text;
}

// Every path matched by `git ls-files -- :(glob)PATTERN` and the like, for
// random patterns against the same set of names.
TEST(WildmatchTest, AgreesWithGitOnRandomPatterns) {
  testing::TempDir dir;
  testing::Git(dir.path(), {"init", "-q"});
  std::mt19937 random(3070);
  std::set<std::string> paths;
  while (paths.size() < 300) {
    std::string path = Pick(&random, "abABc-]!", 3);
    for (auto depth = random() % 4; depth > 0; --depth) {
      path += "/" + Pick(&random, "abABc-]!^[", 3);
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
  // What the index holds: git drops names that clash with a directory.
  std::set<std::string> listed;
  std::istringstream all(testing::Git(dir.path(), {"ls-files"}));
  for (std::string line; std::getline(all, line);) listed.insert(line);
  ASSERT_GT(listed.size(), 100U);

  for (int round = 0; round < 150; ++round) {
    const std::string pattern = "*" + Pick(&random, "aabbABc//**??[]-!^\\:", 9);
    const bool pathname = random() % 2 == 0;
    const bool casefold = random() % 2 == 0;
    std::string magic;
    if (pathname) magic = "glob";
    if (casefold) magic += magic.empty() ? "icase" : ",icase";
    const auto result = testing::Run(
        {"git", "ls-files", "-z", "--", ":(" + magic + ")" + pattern},
        {.directory = dir.path()});
    // A leading part of a path that is a directory matches too; leave those
    // to the pathspec tests.
    if (result.status != 0 || pattern.back() == '/') continue;
    std::set<std::string> expected;
    std::istringstream out(result.out);
    for (std::string path; std::getline(out, path, '\0');) {
      expected.insert(path);
    }
    // git tidies "//", "./" and a last slash of a pathspec before it matches.
    if (pattern.find("//") != std::string::npos) continue;
    std::set<std::string> actual;
    const Wildmatch wild(pattern, {.pathname = pathname, .casefold = casefold});
    for (const auto& path : listed) {
      if (wild.Matches(path)) actual.insert(path);
    }
    EXPECT_EQ(actual, expected) << pattern << " with " << magic;
  }
}

}  // namespace
}  // namespace backgraft::git
