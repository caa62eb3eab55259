#include "archive/root.h"

#include <gtest/gtest.h>

#include "archive/litter.h"
#include "base/error.h"

namespace backgraft::archive {
namespace {

// Names with a slash at the end are directories, all others files; "/" is the
// source's own root.
Root Find(const std::vector<std::string>& names) {
  RootFinder finder("backup.tar");
  for (const std::string& name : names) {
    const bool directory = name.ends_with('/');
    finder.Add(directory ? name.substr(0, name.size() - 1) : name,
               directory ? EntryKind::kDirectory : EntryKind::kRegular);
  }
  return finder.Finish();
}

TEST(RootFinderTest, TheDirectoryThatHoldsGitWhateverItsName) {
  for (const std::string prefix : {"code", "wp-content", "a b", "x.tar"}) {
    const Root root = Find({prefix + "/", prefix + "/.git/",
                            prefix + "/.git/HEAD", prefix + "/index.php"});
    EXPECT_EQ(root.prefix, prefix);
    EXPECT_TRUE(root.has_git);
    EXPECT_FALSE(root.bare);
  }
}

TEST(RootFinderTest, SeveralEnclosingDirectories) {
  const Root root = Find({"home/", "home/user/", "home/user/site/index.php",
                          "home/user/site/.git/HEAD"});
  EXPECT_EQ(root.prefix, "home/user/site");
  EXPECT_TRUE(root.has_git);
}

TEST(RootFinderTest, GitAtTheTop) {
  const Root root = Find({"/", ".git/HEAD", "site/index.php"});
  EXPECT_EQ(root.prefix, "");
  EXPECT_TRUE(root.has_git);
}

TEST(RootFinderTest, GitBelowARootEntry) {
  EXPECT_EQ(Find({"/", "site/", "site/.git/HEAD"}).prefix, "site");
}

TEST(RootFinderTest, TheShallowestGitCounts) {
  const Root root =
      Find({"site/vendor/lib/.git/HEAD", "site/vendor/lib/lib.php",
            "site/.git/HEAD", "site/index.php"});
  EXPECT_EQ(root.prefix, "site");
  EXPECT_TRUE(root.has_git);
}

TEST(RootFinderTest, AGitBesideOtherFilesIsNested) {
  const Root top = Find({"index.php", "lib/.git/HEAD", "lib/lib.php"});
  EXPECT_EQ(top.prefix, "");
  EXPECT_FALSE(top.has_git);
  const Root below =
      Find({"site/index.php", "site/a/.git/HEAD", "site/b/.git/HEAD"});
  EXPECT_EQ(below.prefix, "site");
  EXPECT_FALSE(below.has_git);
}

TEST(RootFinderTest, TwoRepositoriesSideBySideAreRefused) {
  try {
    Find({"b/.git/HEAD", "b/x", "a/.git/HEAD", "a/y"});
    FAIL();
  } catch (const Error& e) {
    EXPECT_EQ(e.kind(), ErrorKind::kBadSource);
    EXPECT_STREQ(e.what(),
                 "'backup.tar': both 'a' and 'b' hold a repository, and "
                 "nothing says which is meant");
  }
}

TEST(RootFinderTest, AGitfileMarksTheRootToo) {
  const Root root = Find({"site/.git", "site/index.php"});
  EXPECT_EQ(root.prefix, "site");
  EXPECT_TRUE(root.has_git);
}

TEST(RootFinderTest, ASingleTopDirectoryWithoutHistory) {
  const Root root = Find({"wordpress/", "wordpress/index.php"});
  EXPECT_EQ(root.prefix, "wordpress");
  EXPECT_FALSE(root.has_git);
  EXPECT_EQ(Find({"wordpress/a/b", "wordpress/a/c"}).prefix, "wordpress");
}

TEST(RootFinderTest, ARootEntryIsTheRoot) {
  EXPECT_EQ(Find({"/", "wp-content/", "wp-content/x.php"}).prefix, "");
}

TEST(RootFinderTest, SeveralTopsAreTheRoot) {
  EXPECT_EQ(Find({"a/x", "b/y"}).prefix, "");
  EXPECT_EQ(Find({"a/x", "readme"}).prefix, "");
  EXPECT_EQ(Find({"readme"}).prefix, "");
}

TEST(RootFinderTest, MacLitterDoesNotDisturb) {
  const Root root =
      Find({"__MACOSX/", "__MACOSX/._site", "__MACOSX/site/.git/._HEAD",
            "site/", "site/.git/HEAD", "._site", ".DS_Store"});
  EXPECT_EQ(root.prefix, "site");
  EXPECT_TRUE(root.has_git);
  EXPECT_EQ(Find({"site/x", "._site", ".DS_Store", "__MACOSX/._x"}).prefix,
            "site");
}

TEST(RootFinderTest, BareRepositories) {
  for (const std::string top : {"", "site.git/", "a/b/"}) {
    const Root root = Find({top + "HEAD", top + "config", top + "objects/",
                            top + "refs/heads/", top + "packed-refs"});
    EXPECT_EQ(root.prefix, top.substr(0, top.empty() ? 0 : top.size() - 1));
    EXPECT_TRUE(root.bare);
    EXPECT_FALSE(root.has_git);
  }
  // Its objects may be packed, its refs too.
  EXPECT_TRUE(Find({"HEAD", "objects/pack/x.pack", "packed-refs"}).bare);
}

TEST(RootFinderTest, ABareRepositoryAmongCodeIsCode) {
  const Root root = Find({"tests/repo.git/HEAD", "tests/repo.git/objects/",
                          "tests/repo.git/refs/heads/main", "index.php"});
  EXPECT_EQ(root.prefix, "");
  EXPECT_FALSE(root.bare);
}

TEST(MacLitterTest, IsRecognised) {
  for (const char* path : {"__MACOSX", "__MACOSX/a", "._a", "a/._b",
                           ".DS_Store", "a/b/.DS_Store"}) {
    EXPECT_TRUE(IsMacLitter(path)) << path;
  }
  for (const char* path : {"a", "a/__MACOSX/b", "__MACOSX2", "a._b", "_.a",
                           "DS_Store", ".DS_Store/a", "._a/b"}) {
    EXPECT_FALSE(IsMacLitter(path)) << path;
  }
}

}  // namespace
}  // namespace backgraft::archive
