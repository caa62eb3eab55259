#include "git/message.h"

#include <gtest/gtest.h>

#include <random>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::TempDir;

std::string RandomText(std::mt19937* random,
                       const std::vector<std::string>& pieces, unsigned most) {
  std::string text;
  for (auto n = (*random)() % most; n > 0; --n) {
    text += pieces[(*random)() % pieces.size()];
  }
  return text;
}

TEST(MessageTest, CleansAsCommitDoes) {
  EXPECT_EQ(CleanMessage("\n\n  a  \n\n\n\n# b\t\r\nc"), "  a\n\n# b\nc\n");
  EXPECT_EQ(CleanMessage(" \n\t\n"), "");
  EXPECT_EQ(CleanMessage(JoinParagraphs({"one", "", "two\n", "three"})),
            "one\n\ntwo\n\nthree\n");
}

TEST(MessageTest, AgreesWithGitStripspace) {
  std::mt19937 random(5);
  for (int round = 0; round < 80; ++round) {
    const std::string text = RandomText(
        &random, {"a", " ", "\t", "\n", "\n", "\r", "# b", "x y"}, 14);
    EXPECT_EQ(CleanMessage(text),
              testing::Run({"git", "stripspace"}, {.input = text}).out)
        << text;
  }
}

TEST(MessageTest, SeveralParagraphsAgreeWithGitCommit) {
  TempDir dir;
  testing::Git(dir.path(), {"init", "-q"});
  std::mt19937 random(6);
  for (int round = 0; round < 25; ++round) {
    std::vector<std::string> paragraphs = {"s"};
    std::vector<std::string> argv = {"commit", "-q", "--allow-empty", "-m",
                                     "s"};
    for (auto n = random() % 3; n > 0; --n) {
      paragraphs.push_back(
          RandomText(&random, {"a", " ", "\n", "# b", "x y"}, 6));
      argv.push_back("-m");
      argv.push_back(paragraphs.back());
    }
    testing::Git(dir.path(), argv);
    const auto commit = testing::Run({"git", "cat-file", "commit", "HEAD"},
                                     {.directory = dir.path()})
                            .out;
    EXPECT_EQ(CleanMessage(JoinParagraphs(paragraphs)),
              commit.substr(commit.find("\n\n") + 2));
  }
}

TEST(MessageTest, TrailersFollowABlankLineOrJoinTheBlock) {
  const std::vector<Trailer> mode = {{"Backgraft-Mode", "flatten"}};
  EXPECT_EQ(AddTrailers("subject\n", mode),
            "subject\n\nBackgraft-Mode: flatten\n");
  EXPECT_EQ(AddTrailers("subject\n\nSigned-off-by: A <a@x>\n", mode),
            "subject\n\nSigned-off-by: A <a@x>\nBackgraft-Mode: flatten\n");
  EXPECT_EQ(AddTrailers("fix: it\n", mode),
            "fix: it\n\nBackgraft-Mode: flatten\n");
}

TEST(MessageTest, TrailerValuesAreOneHarmlessLine) {
  EXPECT_EQ(AddTrailers("s\n", {{"Backgraft-Source", "a\nEvil: b\x1b[2J"}}),
            "s\n\nBackgraft-Source: a\\x0aEvil: b\\x1b[2J\n");
}

TEST(MessageTest, ReadsBackTrailers) {
  const auto trailers =
      ReadTrailers("s\n\nbody: no\nmore\n\nA: 1\nB-c: two\n  lines\n");
  ASSERT_EQ(trailers.size(), 2U);
  EXPECT_EQ(trailers[0].key, "A");
  EXPECT_EQ(trailers[1].key, "B-c");
  EXPECT_EQ(trailers[1].value, "two\n  lines");
}

TEST(MessageTest, TrailersAgreeWithGit) {
  std::mt19937 random(8);
  const std::vector<std::string> pieces = {"\n",
                                           "\n",
                                           "\n",
                                           "subject\n",
                                           "Key: value\n",
                                           "Mode: flatten\n",
                                           "mode: FLATTEN\n",
                                           "K:v\n",
                                           "K : v\n",
                                           "  more\n",
                                           "text here\n",
                                           "Signed-off-by: A <a@x>\n",
                                           "# comment\n",
                                           "(cherry picked from commit 12)\n",
                                           "Conflicts:\n",
                                           "\tpath\n",
                                           "a b: c\n",
                                           ": x\n",
                                           "---\n"};
  TempDir dir;
  for (int round = 0; round < 150; ++round) {
    // With a newline at the end, as clean messages have: git glues a trailer to
    // the last line otherwise.
    const std::string text = RandomText(&random, pieces, 9);
    const std::vector<Trailer> trailers = {
        {"Mode", "flatten"}, {"Mode", "flatten"}, {"Backgraft-Keep", "a b"}};
    std::vector<std::string> argv = {"git", "interpret-trailers",
                                     "--no-divider"};
    for (const auto& trailer : trailers) {
      argv.push_back("--trailer");
      argv.push_back(trailer.key + ": " + trailer.value);
    }
    EXPECT_EQ(AddTrailers(text, trailers),
              testing::Run(argv, {.directory = dir.path(), .input = text}).out)
        << "--- for ---\n"
        << text;
  }
}

}  // namespace
}  // namespace backgraft::git
