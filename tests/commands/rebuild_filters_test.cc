// Files that filters may change, over releases with and without the rules that
// make them do so.
#include "commands/rebuild_fixture.h"

namespace backgraft::commands {
namespace {

TEST_F(RebuildTest, TheRulesOfEachReleaseAreThoseOfItsOwnFiles) {
  const std::string windows = "one\r\ntwo\r\n";
  std::string large = "other\r\n";
  while (large.size() < 200'000) large += large;
  struct Release {
    std::string rules, text;
    std::string large;
  };
  const std::vector<Release> releases = {
      {"", windows, large},               // as they are
      {"* text=auto\n", windows, large},  // converted, the bytes same
      {"* text=auto\n", windows, large},  // nothing new
      {"* text=auto\n", windows + "3\r\n", large},
      {"", windows + "3\r\n", large + "\r\n"},  // as they are again
      {"", windows + "3\r\n", large + "\r\n"},
      {"*.txt text=auto\n", windows, large + "\r\n"},
  };
  std::vector<std::string> args = {"site", "--order", "given"};
  for (size_t i = 0; i < releases.size(); ++i) {
    const std::string name = std::to_string(i) + ".tar";
    const Release& release = releases[i];
    const std::string root = "lib-" + std::to_string(i) + "/";
    // The rules come last: the files have been read by then.
    box_.WriteTar({{.name = root + "a.txt", .content = release.text},
                   {.name = root + "large", .content = release.large},
                   {.name = root + "link", .type = '1', .link = root + "a.txt"},
                   {.name = root + "z/.gitattributes", .content = "* -text\n"},
                   {.name = root + "z/kept", .content = release.text},
                   {.name = root + ".gitattributes", .content = release.rules}},
                  name);
    args.push_back(name);
  }
  Rebuild(args);
  EXPECT_EQ(Site({"fsck", "--strict", "--full", "--no-progress"}), "");
  const std::string hand = box_.path() + "/hand";
  std::string trees, previous;
  for (size_t i = 0; i < releases.size(); ++i) {
    testing::Run({"rm", "-rf", hand});
    testing::Run({"git", "init", "-q", hand});
    testing::Run({"tar", "xf", box_.path() + "/" + std::to_string(i) + ".tar",
                  "-C", hand, "--strip-components=1"});
    Git(hand, {"add", "--all"});
    const std::string tree = Git(hand, {"write-tree"});
    if (tree == previous) continue;
    previous = tree;
    trees += (trees.empty() ? "" : "\n") + tree;
  }
  EXPECT_EQ(Log("%T"), trees);
}

}  // namespace
}  // namespace backgraft::commands
