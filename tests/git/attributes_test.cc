#include "git/attributes.h"

#include <gtest/gtest.h>

#include <chrono>
#include <random>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::TempDir;

std::string Show(const std::map<std::string, AttributeValue>& values) {
  std::string text;
  for (const auto& [name, value] : values) {
    switch (value.state) {
      case AttributeValue::State::kSet:
        text += name + "=set\n";
        break;
      case AttributeValue::State::kUnset:
        text += name + "=unset\n";
        break;
      case AttributeValue::State::kValue:
        text += name + "=" + value.value + "\n";
        break;
      case AttributeValue::State::kUnspecified:
        break;
    }
  }
  return text;
}

Attributes Build(const std::map<std::string, std::string>& files) {
  Attributes::Builder builder;
  for (const auto& [directory, bytes] : files) builder.Add(directory, bytes);
  return builder.Finish();
}

std::string Ask(const std::map<std::string, std::string>& files,
                const std::string& path) {
  const Attributes attributes = Build(files);
  return Show(attributes.Find(path).All());
}

TEST(AttributesTest, States) {
  EXPECT_EQ(Ask({{"", "*.a set -unset value=x !gone\n"}}, "d/f.a"),
            "set=set\nunset=unset\nvalue=x\n");
  const Attributes attributes = Build({{"", "*.a x=1 !y\n"}});
  const PathAttributes found = attributes.Find("f.a");
  EXPECT_TRUE(found.Get("x").Is("1"));
  EXPECT_EQ(found.Get("y").state, AttributeValue::State::kUnspecified);
  EXPECT_EQ(found.Get("never").state, AttributeValue::State::kUnspecified);
  EXPECT_TRUE(attributes.HasRules());
  EXPECT_FALSE(Build({}).HasRules());
}

TEST(AttributesTest, DeeperFilesAndLaterLinesWin) {
  EXPECT_EQ(Ask({{"", "f x=root\n"}, {"d", "f x=first\nf x=last\n"}}, "d/f"),
            "x=last\n");
  Attributes::Builder builder;
  builder.Add("", "f x=root\n");
  builder.AddGlobal("f x=global y=global\n");
  builder.AddInfo("f x=info\n");
  const Attributes attributes = builder.Finish();
  EXPECT_EQ(Show(attributes.Find("f").All()), "x=info\ny=global\n");
}

TEST(AttributesTest, MacrosExpand) {
  EXPECT_EQ(Ask({{"", "*.png binary\n"}}, "x.png"),
            "binary=set\ndiff=unset\nmerge=unset\ntext=unset\n");
  EXPECT_EQ(Ask({{"", "[attr]m x -y\n*.a m y=1\n"}}, "f.a"),
            "m=set\nx=set\ny=1\n");
  EXPECT_EQ(Ask({{"d", "[attr]m x\n*.a m\n"}}, "d/f.a"), "m=set\n");
}

TEST(AttributesTest, LongLinesAreIgnored) {
  EXPECT_EQ(Ask({{"", "f x " + std::string(2044, 'y') + "\n"}}, "f"), "");
  EXPECT_EQ(Ask({{"", "f x" + std::string(2043, ' ') + "y\n"}}, "f"),
            "x=set\ny=set\n");
}

std::string RandomPath(std::mt19937* random) {
  const char* const names[] = {"a", "b", "c.x", "d.y", "e f", "A", "\xc3\xa9"};
  std::string path = names[(*random)() % 7];
  for (auto depth = (*random)() % 4; depth > 0; --depth) {
    path += std::string("/") + names[(*random)() % 7];
  }
  return path;
}

std::string RandomFile(std::mt19937* random) {
  const std::vector<std::string> patterns = {
      "*",        "*.x",      "a",       "/a",      "a/b",     "b/",
      "**/b",     "a/**",     "a/*/c.x", "[ab]",    "\"e f\"", "\"\\303\\251\"",
      "?",        "d.*",      "!a",      "\\!a",    "a**/c.x", "\"a\\x\"",
      "[attr]m1", "[attr]m2", "*/b",     "/**/d.y", "A",       "e"};
  const std::vector<std::string> states = {
      "t",      "-t",        "!t",      "t=v",   "m1",      "-m1",  "m2",
      "binary", "u",         "u=1",     "-u=2",  "!m1",     "bad$", "-",
      "w=",     "text=auto", "-binary", "t=v=w", "x.y-z_1", "--q"};
  std::string text;
  if ((*random)() % 8 == 0) text = "\xef\xbb\xbf";
  for (auto lines = (*random)() % 6; lines > 0; --lines) {
    if ((*random)() % 10 == 0) text += "# comment";
    if ((*random)() % 6 == 0) text += " \t";
    text += patterns[(*random)() % patterns.size()];
    for (auto n = (*random)() % 4; n > 0; --n) {
      text += (*random)() % 5 == 0 ? "\t " : " ";
      text += states[(*random)() % states.size()];
    }
    text += (*random)() % 6 == 0 ? "\r\n" : "\n";
  }
  return text;
}

TEST(AttributesTest, AgreesWithGitOnRandomFiles) {
  std::mt19937 random(41);
  std::vector<std::string> paths;
  std::string input;
  for (int i = 0; i < 120; ++i) {
    paths.push_back(RandomPath(&random));
    input += paths.back() + '\0';
  }
  size_t specified = 0;
  for (int round = 0; round < 60; ++round) {
    TempDir dir;
    testing::Git(dir.path(), {"init", "-q"});
    Attributes::Builder builder;
    std::string description;
    for (const std::string directory : {"a/b", "", "a", "b"}) {
      const std::string bytes = RandomFile(&random);
      const std::string prefix = directory.empty() ? "" : directory + "/";
      dir.Write(prefix + ".gitattributes", bytes);
      builder.Add(directory, bytes);
      description += "--- " + prefix + ".gitattributes\n" + bytes;
    }
    const std::string info = RandomFile(&random);
    dir.Write(".git/info/attributes", info);
    builder.AddInfo(info);
    const std::string global = RandomFile(&random);
    const std::string global_path = dir.Write(".git/global", global);
    builder.AddGlobal(global);
    description += "--- info\n" + info + "--- global\n" + global;
    const Attributes attributes = builder.Finish();

    const auto result =
        testing::Run({"git", "-c", "core.attributesFile=" + global_path,
                      "check-attr", "--stdin", "-z", "-a"},
                     {.directory = dir.path(),
                      .input = input,
                      .env = {{"GIT_ATTR_NOSYSTEM", "1"}}});
    ASSERT_EQ(result.status, 0) << result.err;
    std::map<std::string, std::map<std::string, std::string>> expected;
    std::vector<std::string> fields;
    for (size_t begin = 0; begin < result.out.size();) {
      const size_t end = result.out.find('\0', begin);
      fields.push_back(result.out.substr(begin, end - begin));
      begin = end + 1;
    }
    for (size_t i = 0; i + 2 < fields.size(); i += 3) {
      expected[fields[i]][fields[i + 1]] = fields[i + 2];
    }
    for (const auto& path : paths) {
      std::string lines;
      for (const auto& [name, value] : expected[path]) {
        lines += name + "=" + value + "\n";
      }
      if (!lines.empty()) ++specified;
      ASSERT_EQ(Show(attributes.Find(path).All()), lines) << path << "\n"
                                                          << description;
    }
  }
  EXPECT_GT(specified, 1000U);
}

TEST(AttributesTest, AnswersForManyPathsQuickly) {
  std::string bytes;
  for (int i = 0; i < 40; ++i) {
    bytes += "*.e" + std::to_string(i) + " text\n";
  }
  bytes += "/vendor/**/*.min.[jc]s -text\n";
  const Attributes attributes = Build({{"", bytes}, {"d1", "*.php text\n"}});
  const auto start = std::chrono::steady_clock::now();
  size_t found = 0;
  for (int i = 0; i < 13000; ++i) {
    const std::string path = "d" + std::to_string(i % 10) + "/sub/dir/file" +
                             std::to_string(i) + ".php";
    if (attributes.Find(path).Get("text").IsSet()) ++found;
  }
  EXPECT_EQ(found, 1300U);
  // Generous for a sanitized build on a busy machine; 0.02 s when optimised.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(5));
}

}  // namespace
}  // namespace backgraft::git
