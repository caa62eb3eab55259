#include "git/ignore.h"

#include <gtest/gtest.h>

#include <random>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::TempDir;

TEST(IgnoreTest, LaterRulesWin) {
  IgnoreRules rules;
  rules.Add("", "*.log\n!keep.log\n/build/\n");
  rules.Add("sub", "!*.log\n");
  EXPECT_TRUE(rules.IsIgnored("a/b.log", false));
  EXPECT_FALSE(rules.IsIgnored("a/keep.log", false));
  EXPECT_FALSE(rules.IsIgnored("sub/b.log", false));
  EXPECT_TRUE(rules.IsIgnored("build", true));
  EXPECT_FALSE(rules.IsIgnored("build", false));
  EXPECT_FALSE(rules.IsIgnored("sub/build", true));
}

TEST(IgnoreTest, NothingComesBackFromAHiddenDirectory) {
  IgnoreRules rules;
  rules.Add("", "/wp-content/uploads/\n!/wp-content/uploads/keep.txt\n");
  rules.Add("wp-content/uploads", "!*\n");
  EXPECT_TRUE(rules.IsIgnored("wp-content/uploads/keep.txt", false));
  EXPECT_TRUE(rules.IsIgnored("wp-content/uploads/2026/x.jpg", false));
}

TEST(IgnoreTest, ExcludesAreWeakerThanAnyGitignore) {
  IgnoreRules rules;
  rules.AddExcludes("core.excludesFile", "*.tmp\n*.bak\n");
  rules.AddExcludes("info/exclude", "!a.tmp\n");
  rules.Add("", "!*.bak\n");
  EXPECT_TRUE(rules.IsIgnored("x.tmp", false));
  EXPECT_FALSE(rules.IsIgnored("a.tmp", false));
  EXPECT_FALSE(rules.IsIgnored("x.bak", false));
}

std::string RandomFile(std::mt19937* random) {
  const std::vector<std::string> patterns = {
      "*",       "*.x",  "a",        "/a",     "a/b",  "b/",   "**/b", "a/**",
      "c.x",     "[ab]", "e f",      "?",      "d.*",  "\\!a", "#c",   "\\#c",
      "a**/c.x", "*/b",  "/**/",     "A",      "/",    "\\",   "a\\",  "d.y",
      "e\\ f",   "b/*",  "/a/*/c.x", "*.[xy]", "e f/", "c*",   "a/",   ""};
  std::string text;
  if ((*random)() % 8 == 0) text = "\xef\xbb\xbf";
  for (auto lines = (*random)() % 7; lines > 0; --lines) {
    if ((*random)() % 3 == 0) text += "!";
    text += patterns[(*random)() % patterns.size()];
    const char* const tails[] = {" ", "  ", "\\ ", "\t", " \\ \\ ", "\\"};
    if ((*random)() % 5 == 0) text += tails[(*random)() % 6];
    text += (*random)() % 6 == 0 ? "\r\n" : "\n";
  }
  if ((*random)() % 4 == 0) text += "a";  // no newline at the end
  return text;
}

TEST(IgnoreTest, AgreesWithGitOnRandomFiles) {
  std::mt19937 random(43);
  TempDir dir;
  testing::Git(dir.path(), {"init", "-q"});
  // Every name as a directory and as a file, three deep.
  struct Path {
    std::string name;
    bool is_directory;
  };
  std::vector<Path> paths;
  std::string input;
  std::vector<std::string> level = {""};
  for (int depth = 0; depth < 3; ++depth) {
    std::vector<std::string> next;
    for (const auto& parent : level) {
      for (const char* name : {"a", "b", "e f"}) {
        paths.push_back({parent + name, true});
        next.push_back(parent + name + "/");
      }
      for (const char* name : {"c.x", "d.y", "A", "#c", "!a", "e f "}) {
        dir.Write(parent + name, "");
        paths.push_back({parent + name, false});
      }
    }
    level = next;
  }
  for (const auto& parent : level) dir.Write(parent + "c.x", "");
  for (const auto& path : paths) input += path.name + '\0';

  size_t decided = 0;
  for (int round = 0; round < 120; ++round) {
    IgnoreRules rules;
    std::string description;
    for (const std::string directory : {"a/b", "", "a", "b"}) {
      const std::string prefix = directory.empty() ? "" : directory + "/";
      const std::string bytes = RandomFile(&random);
      dir.Write(prefix + ".gitignore", bytes);
      rules.Add(directory, bytes);
      description += "--- " + prefix + ".gitignore\n" + bytes;
    }
    const std::string global = RandomFile(&random);
    const std::string global_path = dir.Write(".git/global", global);
    rules.AddExcludes(global_path, global);
    const std::string info = RandomFile(&random);
    dir.Write(".git/info/exclude", info);
    rules.AddExcludes(".git/info/exclude", info);
    description += "--- global\n" + global + "--- info\n" + info;

    const auto result = testing::Run(
        {"git", "-c", "core.excludesFile=" + global_path, "check-ignore",
         "--stdin", "-z", "-v", "-n", "--no-index"},
        {.directory = dir.path(), .input = input});
    ASSERT_LE(result.status, 1) << result.err;
    size_t begin = 0;
    auto field = [&] {
      const size_t end = result.out.find('\0', begin);
      std::string text = result.out.substr(begin, end - begin);
      begin = end + 1;
      return text;
    };
    for (const auto& path : paths) {
      std::string expected = field();
      expected += ":" + field();
      expected += ":" + field();
      ASSERT_EQ(field(), path.name);
      const auto* rule = rules.Find(path.name, path.is_directory);
      std::string actual = "::";
      if (rule != nullptr) {
        ++decided;
        actual = rule->source + ":" + std::to_string(rule->line) + ":" +
                 rule->pattern.text();
      }
      ASSERT_EQ(actual, expected) << path.name << "\n" << description;
    }
  }
  EXPECT_GT(decided, 1000U);
}

}  // namespace
}  // namespace backgraft::git
