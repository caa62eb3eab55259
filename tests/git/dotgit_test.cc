#include "git/dotgit.h"

#include <gtest/gtest.h>

namespace backgraft::git {
namespace {

TEST(DotGitTest, FormsThatSomeSystemTakesForDotGit) {
  for (std::string_view name :
       {".git", ".GIT", ".Git", "git~1", "GIT~1", ".git ", ".git.", ".git . .",
        "git~1.", ".git::$INDEX_ALLOCATION", ".git:x", ".git\\x", "a\\.git",
        "a\\b\\GIT~1 ", ".g\u200cit", "\u200e.git", ".git\ufeff",
        ".gi\u206ft\u202a", ".git\xff"}) {
    EXPECT_TRUE(IsDotGitAnywhere(name)) << name;
  }
}

TEST(DotGitTest, OrdinaryNamesAreNot) {
  for (std::string_view name :
       {"", ".", "git", ".gi", ".gitx", ".git x", "git~2", "git~10",
        ".gitmodules", "x.git", ".g\u200bit", "a\\b.git", ".g\xffit", "..git",
        ".git\u00e9"}) {
    EXPECT_FALSE(IsDotGitAnywhere(name)) << name;
  }
}

TEST(DotGitTest, FormsOfGitmodules) {
  for (std::string_view name :
       {".gitmodules", ".GitModules", ".gitmodules .", ".gitmodules:x",
        "gitmod~1", "GITMOD~4 ", "gi7eba~1", "gi7eb~10", "g~123456", "~1000000",
        ".git\u200cmodules", "a\\.gitmodules"}) {
    EXPECT_TRUE(IsDotGitmodulesAnywhere(name)) << name;
  }
  for (std::string_view name :
       {".git", "gitmodules", ".gitmodulesx", "gitmod~5", "gi7eba~0",
        "gi7ebb~1", "gi7eba~1x", "~0000000", "gi7eb~1", ".gitattributes"}) {
    EXPECT_FALSE(IsDotGitmodulesAnywhere(name)) << name;
  }
}

TEST(DotGitTest, OtherDotFiles) {
  EXPECT_TRUE(IsDotFile(".gitattributes", DotFile::kGitattributes));
  EXPECT_TRUE(IsDotFile("gitatt~1", DotFile::kGitattributes));
  EXPECT_TRUE(IsDotFile("gi7d29~1", DotFile::kGitattributes));
  EXPECT_TRUE(IsDotFile("gi250a~9", DotFile::kGitignore));
  EXPECT_TRUE(IsDotFile("MAILMA~1", DotFile::kMailmap));
  EXPECT_TRUE(IsDotFile("maba30~1", DotFile::kMailmap));
  EXPECT_FALSE(IsDotFile(".gitignore", DotFile::kGitattributes));
}

}  // namespace
}  // namespace backgraft::git
