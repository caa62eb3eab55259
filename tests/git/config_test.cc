#include "git/config.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <random>

#include "base/error.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using testing::TempDir;

// `git config --list -z` of a repository with these variables set, as entries.
std::vector<ConfigEntry> GitsEntries(
    const std::string& directory, const std::map<std::string, std::string>& env,
    const std::string& git_dir = "") {
  std::vector<std::string> argv = {"env", "-u", "GIT_CONFIG_GLOBAL", "-u",
                                   "GIT_CONFIG_NOSYSTEM"};
  for (const auto& [name, value] : env) argv.push_back(name + "=" + value);
  argv.push_back("git");
  if (!git_dir.empty()) argv.push_back("--git-dir=" + git_dir);
  for (const char* arg : {"config", "--list", "--includes", "-z"}) {
    argv.push_back(arg);
  }
  const auto result = testing::Run(argv, {.directory = directory});
  if (result.status != 0) throw std::runtime_error(result.err);
  std::vector<ConfigEntry> entries;
  size_t begin = 0;
  while (begin < result.out.size()) {
    const size_t end = result.out.find('\0', begin);
    const std::string record = result.out.substr(begin, end - begin);
    const size_t newline = record.find('\n');
    if (newline == std::string::npos) {
      entries.push_back({record});
    } else {
      entries.push_back(
          {record.substr(0, newline), record.substr(newline + 1)});
    }
    begin = end + 1;
  }
  return entries;
}

std::string Show(const std::vector<ConfigEntry>& entries) {
  std::string text;
  for (const auto& entry : entries) {
    text += entry.key + (entry.value ? "=" + *entry.value : "") + "\n";
  }
  return text;
}

class ConfigTest : public ::testing::Test {
 protected:
  ConfigTest() {
    Git(dir_.path(), {"init", "-q", "-b", "main", "repo"});
    env_ = {{"HOME", dir_ / "home"},
            {"GIT_CONFIG_SYSTEM", dir_ / "system"},
            {"LC_ALL", "C"}};
    dir_.Write("home/.keep", "");
  }

  Config Load() const {
    return Config::Load(dir_ / "repo/.git", dir_ / "repo/.git",
                        Environment(env_));
  }

  void ExpectSameAsGit() const {
    EXPECT_EQ(Show(Load().entries()), Show(GitsEntries(dir_ / "repo", env_)));
  }

  void Append(const std::string& text) const {
    const auto path = dir_ / "repo/.git/config";
    const auto old = testing::Run({"cat", path}).out;
    dir_.Write("repo/.git/config", old + text);
  }

  TempDir dir_;
  std::map<std::string, std::string> env_;
};

TEST_F(ConfigTest, ReadsEveryLevelInGitsOrder) {
  dir_.Write("system", "[a]\n\tb = system\n");
  dir_.Write("home/.config/git/config", "[a]\n\tb = xdg\n");
  dir_.Write("home/.gitconfig", "[a]\n\tb = global\n\tglobal\n");
  Append("[A]\n\tB = local\n[extensions]\n\tworktreeConfig = true\n");
  dir_.Write("repo/.git/config.worktree", "[a]\n\tb = worktree\n");
  env_["GIT_CONFIG_COUNT"] = "1";
  env_["GIT_CONFIG_KEY_0"] = "A.b";
  env_["GIT_CONFIG_VALUE_0"] = "counted";
  env_["GIT_CONFIG_PARAMETERS"] = "'a.b'='it'\\''s' 'a.c=old' 'a.d'=";
  ExpectSameAsGit();
  EXPECT_EQ(Load().GetAll("a.B"),
            (std::vector<std::string>{"system", "xdg", "global", "local",
                                      "worktree", "counted", "it's"}));
  EXPECT_EQ(Load().GetString("a.b"), "it's");
  EXPECT_EQ(Load().GetBool("a.d"), true);
  EXPECT_EQ(Load().GetBool("a.global"), true);
  EXPECT_EQ(Load().GetString("a.none"), std::nullopt);
}

TEST_F(ConfigTest, EnvironmentNamesOtherFiles) {
  dir_.Write("system", "[a]\n\tb = system\n");
  dir_.Write("home/.gitconfig", "[a]\n\tb = global\n");
  dir_.Write("xdg/git/config", "[a]\n\tb = xdg\n");
  dir_.Write("other", "[a]\n\tb = other\n");
  env_["XDG_CONFIG_HOME"] = dir_ / "xdg";
  ExpectSameAsGit();
  EXPECT_EQ(Load().ExcludesFile(), dir_ / "xdg/git/ignore");
  env_["GIT_CONFIG_GLOBAL"] = dir_ / "other";
  ExpectSameAsGit();
  env_["GIT_CONFIG_NOSYSTEM"] = "yes";
  ExpectSameAsGit();
  EXPECT_EQ(Load().GetAll("a.b"), (std::vector<std::string>{"other"}));
}

TEST_F(ConfigTest, FollowsIncludes) {
  dir_.Write("home/.gitconfig",
             "[include]\n\tpath = ~/more\n\tpath = missing\n"
             "[includeIf \"gitdir:repo/\"]\n\tpath = byname\n"
             "[includeIf \"gitdir:~/\"]\n\tpath = nothome\n"
             "[includeIf \"gitdir/i:/**/REPO/**\"]\n\tpath = icase\n"
             "[includeIf \"gitdir:./repo/\"]\n\tpath = nothere\n"
             "[includeIf \"onbranch:ma*\"]\n\tpath = branch\n"
             "[includeIf \"hasconfig:remote.*.url:https://h/**\"]\n"
             "\tpath = url\n[z]\n\tend = 1\n");
  for (const char* name :
       {"more", "byname", "nothome", "icase", "nothere", "branch", "url"}) {
    dir_.Write(std::string("home/") + name,
               "[a]\n\tfrom = " + std::string(name) + "\n");
  }
  ExpectSameAsGit();
  EXPECT_EQ(Load().GetAll("a.from"),
            (std::vector<std::string>{"more", "byname", "icase", "branch"}));
  Append("[remote \"o\"]\n\turl = https://h/x/y\n");
  ExpectSameAsGit();
  EXPECT_EQ(Load().GetString("a.from"), "url");
  dir_.Write("home/more", "[include]\n\tpath = more\n");
  EXPECT_THROW(Load(), Error);
}

TEST_F(ConfigTest, SubsectionsKeepTheirCase) {
  Append("[Url \"HTTPS://x.Y\"]\n\tInsteadOf = \"a b\" # why\n");
  EXPECT_EQ(Load().GetString("URL.HTTPS://x.Y.insteadof"), "a b");
  EXPECT_EQ(Load().GetString("url.https://x.y.insteadof"), std::nullopt);
}

TEST_F(ConfigTest, ParsesBooleansAndNumbersAsGit) {
  for (const char* value :
       {"true",  "YES",        "On",    "1",   "-1", "0",    "00",
        "false", "no",         "off",   "",    "2k", "0x10", "1g",
        "3G",    "9999999999", "maybe", "1kk", " 7", "2m"}) {
    SCOPED_TRACE(value);
    dir_.Write("repo/.git/config",
               "[core]\n\trepositoryformatversion = 0\n[t]\n\tv = \"" +
                   std::string(value) + "\"\n");
    const auto as_bool = testing::Run({"git", "config", "--type=bool", "t.v"},
                                      {.directory = dir_ / "repo"});
    if (as_bool.status == 0) {
      EXPECT_EQ(Load().GetBool("t.v"), as_bool.out == "true\n");
    } else {
      EXPECT_THROW(Load().GetBool("t.v"), Error);
    }
    const auto as_int = testing::Run({"git", "config", "--type=int", "t.v"},
                                     {.directory = dir_ / "repo"});
    if (as_int.status == 0) {
      EXPECT_EQ(std::to_string(*Load().GetInt("t.v")) + "\n", as_int.out);
    } else {
      EXPECT_THROW(Load().GetInt("t.v"), Error);
    }
  }
}

TEST_F(ConfigTest, AgreesWithGitOnRandomFiles) {
  const std::vector<std::string> pieces = {
      "[",     "]",         "\"", "a",  "B",      "=",
      " ",     "\t",        "\n", "\n", "\r\n",   "\\n",
      "\\\\",  "\\\n",      "#",  ";",  "[core]", "[s \"Sub\"]\n",
      "k = v", "x=\"q r\"", ".",  "-",  "1",      "\n[b.C]\n"};
  std::mt19937 random(7);
  int accepted = 0;
  for (int round = 0; round < 120; ++round) {
    std::string text = "[core]\n";
    for (auto n = random() % 12; n > 0; --n) {
      text += pieces[random() % pieces.size()];
    }
    const std::string path = dir_.Write("file", text);
    const auto expected =
        testing::Run({"git", "config", "--file", path, "--list", "-z"});
    std::string actual;
    try {
      for (const auto& entry : ParseConfigFile(text, "file")) {
        actual += entry.key + (entry.value ? "\n" + *entry.value : "");
        actual += '\0';
      }
    } catch (const Error&) {
      actual = "refused";
    }
    EXPECT_EQ(actual, expected.status == 0 ? expected.out : "refused") << text;
    if (expected.status == 0) ++accepted;
  }
  EXPECT_GT(accepted, 25);
}

}  // namespace
}  // namespace backgraft::git
