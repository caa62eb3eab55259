// A repository out of archives without history, seen from the outside.
#include <algorithm>
#include <random>

#include "commands/rebuild_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST_F(RebuildTest, MakesACommitForEachArchiveByDate) {
  WriteRelease("b.tar", "second\n", 1700000200);
  WriteRelease("a.tar", "third\n", 1700000300);
  WriteRelease("c.tar", "first\n", 1700000100);
  Rebuild({"site", "a.tar", "b.tar", "c.tar"});
  EXPECT_EQ(Log("%s %ad %cd"),
            "Add code from c.tar 1700000100 +0000 1700000100 +0000\n"
            "Add code from b.tar 1700000200 +0000 1700000200 +0000\n"
            "Add code from a.tar 1700000300 +0000 1700000300 +0000");
  EXPECT_EQ(Site({"symbolic-ref", "HEAD"}), "refs/heads/main");
  EXPECT_EQ(ReadFile(site() + "/text"), "third\n");
  EXPECT_EQ(Site({"ls-tree", "-r", "--name-only", "HEAD"}), "same.txt\ntext");
  ExpectSound();
}

TEST_F(RebuildTest, DrawsWhatIsNewAndCountsWhatChanges) {
  WriteRelease("a.tar", "first\n", 1700000100);
  Rebuild({"site", "a.tar"});
  const std::string before = Id().substr(0, 10);
  WriteRelease("b.tar", "second\n", 1700000200);
  const auto told = [&](const std::string& tip) {
    return AllOf(
        HasSubstr("changes: 0 added, 1 modified, 0 deleted\n"
                  "  M text\n"),
        HasSubstr("  * " + tip + " main\n  * " + before + " main before\n"));
  };
  const std::string plan = Rebuild({"site", "-n", "b.tar"}).out;
  const std::string result = Rebuild({"site", "b.tar"}).out;
  EXPECT_THAT(plan, told(Id().substr(0, 10)));
  EXPECT_THAT(result, told(Id().substr(0, 10)));
}

TEST_F(RebuildTest, TheTimeInTheNameWinsOverTheEntries) {
  const std::string early = "shop_live_2020-01-02T03-04-05_UTC_code.tar";
  const std::string late = "shop_live_2021-01-02T03-04-05_UTC_code.tar";
  WriteRelease(early, "early\n", 1700000200);
  WriteRelease(late, "late\n", 1700000100);
  Rebuild({"site", late, early});
  EXPECT_EQ(Log("%s %cd"),
            "Add code of shop live from 2020-01-02T03:04:05Z 1577934245 "
            "+0000\n"
            "Add code of shop live from 2021-01-02T03:04:05Z 1609556645 "
            "+0000");
}

TEST_F(RebuildTest, TrailersNameTheFile) {
  WriteRelease("a.tar", "a\n");
  Rebuild({"site", "./a.tar", "--exclude", "same.txt"});
  const std::string sha256 =
      testing::Run({"sha256sum", box_.path() + "/a.tar"}).out.substr(0, 64);
  EXPECT_EQ(Log("%(trailers:only)"),
            "Backgraft-Mode: rebuild\nBackgraft-Source: a.tar\n"
            "Backgraft-Source-SHA256: " +
                sha256 + "\nBackgraft-Exclude: same.txt\n");
  EXPECT_EQ(Site({"ls-tree", "-r", "--name-only", "HEAD"}), "text");
}

TEST_F(RebuildTest, VersionsAreOrderedAsPeopleDo) {
  const std::vector<std::string> names = {"lib-1.9.tar", "lib-1.10.tar",
                                          "lib-2.0-beta1.tar",
                                          "lib-2.0-rc1.tar", "lib-2.0.tar"};
  std::vector<std::string> args = {"site", "--order", "version"};
  for (const std::string& name : names) WriteRelease(name, name);
  args.insert(args.end(), names.rbegin(), names.rend());
  Rebuild(args);
  std::string expected;
  for (const std::string& name : names) {
    expected += (expected.empty() ? "" : "\n") + ("Add code from " + name);
  }
  EXPECT_EQ(Log("%s"), expected);
}

TEST_F(RebuildTest, TiesAndGivenKeepTheOrderGiven) {
  for (const char* name : {"a.tar", "b.tar", "c.tar"}) WriteRelease(name, name);
  Rebuild({"site", "b.tar", "c.tar", "a.tar"});
  EXPECT_EQ(Site({"log", "--format=%s"}),
            "Add code from a.tar\nAdd code from c.tar\nAdd code from b.tar");
  WriteRelease("late.tar", "late", 1800000000);
  Rebuild({"given", "--order", "given", "late.tar", "a.tar"});
  EXPECT_EQ(Git(box_.path() + "/given", {"log", "--format=%s"}),
            "Add code from a.tar\nAdd code from late.tar");
}

TEST_F(RebuildTest, TagsAreNamedAfterTheFile) {
  WriteRelease("lib-1.0.tar", "1");
  WriteRelease("lib 2..0~rc1.tar", "2");
  Rebuild(
      {"site", "--tag", "--order", "given", "lib-1.0.tar", "lib 2..0~rc1.tar"});
  EXPECT_EQ(Site({"tag"}), "lib-1.0\nlib-2.-0-rc1");
  EXPECT_EQ(Id("lib-1.0"), Id("HEAD~1"));
  EXPECT_EQ(Id("lib-2.-0-rc1"), Id("HEAD"));
}

TEST_F(RebuildTest, ATagThatIsTakenIsKeptOutAndTold) {
  WriteRelease("lib-1.tar", "1");
  WriteRelease("other/lib-1.tar", "2");
  ProcessResult result = Rebuild(
      {"site", "--tag", "--order", "given", "lib-1.tar", "other/lib-1.tar"});
  EXPECT_THAT(result.err,
              HasSubstr("tag 'lib-1' of 'lib-1.tar' is kept out: there is one "
                        "at"));
  EXPECT_EQ(Id("lib-1"), Id("HEAD~1"));
}

TEST_F(RebuildTest, ASecondRunAddsOnlyWhatIsNew) {
  std::vector<std::string> args = {"site"};
  for (int i = 1; i <= 20; ++i) {
    const std::string name = "lib-" + std::to_string(i) + ".tar";
    WriteRelease(name, name, 1700000000 + static_cast<uint64_t>(i));
    args.push_back(name);
  }
  Rebuild(args);
  const std::string twenty = Id();
  nlohmann::json again = JsonOf(Rebuild([&] {
    std::vector<std::string> json = args;
    json.insert(json.begin(), "--json");
    return json;
  }()));
  EXPECT_EQ(again["status"], "nothing-to-do");
  EXPECT_EQ(again["skipped"].size(), 20u);
  EXPECT_EQ(again["skipped"][19]["commit"], twenty);
  EXPECT_EQ(again["skipped"][19]["reason"], "'lib-20.tar' is recorded already");
  EXPECT_EQ(Id(), twenty);

  WriteRelease("lib-21.tar", "new", 1700000099);
  args.push_back("lib-21.tar");
  Rebuild(args);
  EXPECT_EQ(Id("HEAD~1"), twenty);
  EXPECT_EQ(Site({"rev-list", "--count", "HEAD"}), "21");
  EXPECT_EQ(ReadFile(site() + "/text"), "new");
  ExpectSound();

  // As if all had been there from the beginning.
  args[0] = "whole";
  Rebuild(args);
  EXPECT_EQ(Git(box_.path() + "/whole", {"rev-parse", "HEAD"}), Id());
}

// What the repository has is no part of the new pack, nor can its deltas build
// on it.
TEST_F(RebuildTest, ASecondRunMayGoOnFromAFileThatIsThere) {
  std::string text;
  for (int i = 0; i < 2000; ++i) text += std::to_string(i * i) + "\n";
  WriteRelease("a.tar", text, 1700000100);
  Rebuild({"site", "a.tar"});
  box_.WriteTar({{.name = "lib/text", .content = text, .mtime = 1700000200}},
                "b.tar");
  WriteRelease("c.tar", text + "more\n", 1700000300);
  WriteRelease("d.tar", text + "more still\n", 1700000400);
  Rebuild({"site", "b.tar", "c.tar", "d.tar"});
  ExpectSound();
  EXPECT_EQ(ReadFile(site() + "/text"), text + "more still\n");
  EXPECT_EQ(Site({"rev-list", "--count", "HEAD"}), "4");
}

TEST_F(RebuildTest, AnOlderArchiveThatComesLateIsAddedOnTopAndTold) {
  WriteRelease("new.tar", "new", 1700000200);
  WriteRelease("old.tar", "old", 1700000100);
  Rebuild({"site", "new.tar"});
  ProcessResult result = Rebuild({"site", "new.tar", "old.tar"});
  EXPECT_THAT(result.err,
              HasSubstr("'old.tar' is older (2023-11-14T22:15:00Z) than the "
                        "newest commit of 'main': it is added on top, with its "
                        "own date"));
  EXPECT_EQ(Log("%s %cd"),
            "Add code from new.tar 1700000200 +0000\n"
            "Add code from old.tar 1700000100 +0000");
}

TEST_F(RebuildTest, IdenticalTreesMakeNoCommit) {
  WriteRelease("a.tar", "a", 1700000100);
  WriteRelease("b.tar", "a", 1700000200);
  WriteRelease("c.tar", "c", 1700000300);
  nlohmann::json json =
      JsonOf(Rebuild({"--json", "site", "--tag", "a.tar", "b.tar", "c.tar"}));
  EXPECT_EQ(json["counts"]["commits"], 2);
  ASSERT_EQ(json["skipped"].size(), 1u);
  EXPECT_EQ(json["skipped"][0]["commit"], Id("HEAD~1"));
  EXPECT_EQ(json["skipped"][0]["reason"], "'b.tar' holds the same tree");
  EXPECT_EQ(Id("b"), Id("a"));
  // What made no commit makes none later either.
  const std::string before = Id();
  Rebuild({"site", "a.tar", "b.tar", "c.tar"});
  EXPECT_EQ(Id(), before);
}

TEST_F(RebuildTest, NeitherUmaskNorZoneNorClockNorConfigurationMatters) {
  for (int i = 0; i < 6; ++i) {
    WriteRelease("lib-" + std::to_string(i) + ".tar", std::to_string(i),
                 1700000000 + static_cast<uint64_t>(i));
  }
  const std::string run =
      "'" + testing::ProgramPath() + "' rebuild \"$0\" --tag lib-*.tar";
  ProcessResult first =
      testing::Run({"sh", "-c", "umask 077 && " + run, "first"},
                   {.directory = box_.path(),
                    .env = {{"TZ", "Asia/Kathmandu"},
                            {"GIT_AUTHOR_DATE", "@1 +0100"},
                            {"GIT_COMMITTER_DATE", "@2 +0100"}}});
  ASSERT_EQ(first.status, 0) << first.err;
  const std::string config =
      box_.Write("config", "[init]\n defaultBranch = trunk\n");
  ProcessResult second =
      testing::Run({"sh", "-c", "umask 002 && " + run, "second"},
                   {.directory = box_.path(),
                    .env = {{"TZ", "America/New_York"},
                            {"SOURCE_DATE_EPOCH", "77"},
                            {"GIT_CONFIG_GLOBAL", config}}});
  ASSERT_EQ(second.status, 0) << second.err;
  const std::vector<std::string> refs = {"for-each-ref"};
  EXPECT_EQ(Git(box_.path() + "/first", refs),
            Git(box_.path() + "/second", refs));
  // The identity is git's, and so are the ids.
  EXPECT_EQ(Git(box_.path() + "/first", {"rev-parse", "main"}),
            Git(box_.path() + "/second", {"rev-parse", "main"}));
}

// What the source before held is known by its bytes; whatever else is about a
// file has to come from its own source.
TEST_F(RebuildTest, FilesThatChangeALittleAreTakenAsTheyAre) {
  const std::string text = "one line\nanother line\nand a third\n";
  const std::string binary("\0\r\n$Id$", 7);
  auto release = [&](const std::string& name, const std::string& root,
                     const std::string& content, unsigned mode) {
    box_.WriteTar({{.name = root + "same", .content = "same\n"},
                   {.name = root + "binary", .content = binary},
                   {.name = root + "script", .content = text, .mode = mode},
                   {.name = root + "text", .content = content}},
                  name);
  };
  release("1.tar", "lib-1/", text, 0644);
  // As long, another first byte; then another last one; then longer, shorter.
  std::string first = text;
  first.front() = 'O';
  std::string last = text;
  last.back() = '.';
  release("2.tar", "lib-2/", first, 0755);
  release("3.tar", "lib-3/", last, 0755);
  release("4.tar", "", last + "more", 0644);
  release("5.tar", "deep/er/", text.substr(0, 5), 0644);
  release("6.tar", "lib-6/", "", 0644);
  box_.WriteTar({{.name = "lib-7/same", .content = "same\n"},
                 {.name = "lib-7/text", .type = '2', .link = "same"},
                 {.name = "lib-7/script", .type = '1', .link = "lib-7/same"}},
                "7.tar");
  release("8.tar", "lib-8/", text, 0644);
  std::vector<std::string> args = {"site", "--order", "given", "--filters",
                                   "raw"};
  for (int i = 1; i <= 8; ++i) args.push_back(std::to_string(i) + ".tar");
  Rebuild(args);
  ExpectSound();
  const std::string hand = box_.path() + "/hand";
  testing::Run({"git", "init", "-q", hand});
  for (int i = 1; i <= 8; ++i) {
    const std::string tar = box_.path() + "/" + std::to_string(i) + ".tar";
    testing::Run({"find", hand, "-mindepth", "1", "-maxdepth", "1", "!",
                  "-name", ".git", "-exec", "rm", "-rf", "{}", "+"});
    const int strip = i == 4 ? 0 : 1;
    testing::Run({"tar", "xf", tar, "-C", hand,
                  "--strip-components=" + std::to_string(strip)});
    // Files of one size and time are the same ones to an index.
    Git(hand, {"read-tree", "--empty"});
    Git(hand, {"add", "--all"});
    EXPECT_EQ(Id("HEAD~" + std::to_string(8 - i) + "^{tree}"),
              Git(hand, {"write-tree"}))
        << tar;
  }
}

TEST_F(RebuildTest, OfTwoBadSourcesTheFirstIsTold) {
  WriteRelease("a.tar", "a");
  testing::Run({"dd", "if=/dev/zero", "of=" + box_.path() + "/b.tar", "bs=1",
                "count=700"});
  Rebuild({"site", "--order", "given", "a.tar", "b.tar", "gone.tar"}, 3);
  const ProcessResult result =
      Rebuild({"site", "--order", "given", "b.tar", "gone.tar"}, 3);
  EXPECT_THAT(result.err, HasSubstr("'b.tar'"));
  EXPECT_THAT(result.err, Not(HasSubstr("gone")));
  EXPECT_FALSE(std::filesystem::exists(site()));
}

TEST_F(RebuildTest, BareHasNoWorkingTree) {
  WriteRelease("a.tar", "a");
  Rebuild({"site", "--bare", "a.tar", "--branch", "trunk"});
  EXPECT_EQ(Site({"rev-parse", "--is-bare-repository"}), "true");
  EXPECT_EQ(Site({"for-each-ref", "--format=%(refname)", "refs/heads"}),
            "refs/heads/trunk");
  EXPECT_FALSE(std::filesystem::exists(site() + "/text"));
}

TEST_F(RebuildTest, EnvironmentVariablesOfGitLeadNowhereElse) {
  WriteRelease("a.tar", "a");
  const auto before = testing::Snapshot(box_.repo());
  Rebuild({"site", "a.tar"}, 0,
          {.env = {{"GIT_DIR", box_.repo() + "/.git"},
                   {"GIT_WORK_TREE", box_.repo()},
                   {"GIT_OBJECT_DIRECTORY", box_.repo() + "/.git/objects"}}});
  EXPECT_EQ(Site({"rev-list", "--count", "main"}), "1");
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box_.repo())),
              IsEmpty());
}

// Versions of a text that grows and changes here and there, and of one that has
// nothing in common with itself.
TEST_F(RebuildTest, ChangedFilesAreStoredAsDeltas) {
  std::mt19937 random(11);
  std::string text;
  for (int i = 0; i < 4000; ++i) {
    text += "line " + std::to_string(random()) + "\n";
  }
  std::vector<std::string> args = {"site", "--order", "version"};
  std::vector<std::string> texts;
  for (int i = 0; i < 40; ++i) {
    text.insert(random() % text.size(), std::to_string(random()));
    texts.push_back(text);
    const std::string name = "lib-" + std::to_string(i) + ".tar";
    std::string noise(500, '\0');
    for (char& c : noise) c = static_cast<char>(random() & 255u);
    box_.WriteTar({{.name = "d/text", .content = text},
                   {.name = "d/noise", .content = noise}},
                  name);
    args.push_back(name);
  }
  Rebuild(args);
  ExpectSound();
  for (size_t i = 0; i < texts.size(); ++i) {
    const std::string revision = "HEAD~" + std::to_string(39 - i) + ":text";
    EXPECT_EQ(testing::Run({"git", "cat-file", "blob", revision},
                           {.directory = site()})
                  .out,
              texts[i]);
  }
  const std::string counts = Site({"count-objects", "-v"});
  const size_t at = counts.find("size-pack: ") + 11;
  // One text deflated has some 40 KB.
  EXPECT_LT(std::stoul(counts.substr(at)), 150u) << counts;
  EXPECT_THAT(counts, AllOf(HasSubstr("packs: 1\n"), HasSubstr("count: 0\n")));
  const std::string packs = Site({"rev-parse", "--git-path", "objects/pack"});
  for (const auto& file :
       std::filesystem::directory_iterator(site() + "/" + packs)) {
    if (file.path().extension() != ".pack") continue;
    Site({"verify-pack", file.path()});
    Site({"index-pack", "--strict", "-o", box_.path() + "/again.idx",
          file.path()});
  }
}

TEST_F(RebuildTest, JsonTellsTheOutcome) {
  WriteRelease("a.tar", "a");
  nlohmann::json json = JsonOf(Rebuild({"--json", "site", "a.tar"}));
  EXPECT_EQ(json["command"], "rebuild");
  EXPECT_EQ(json["status"], "ok");
  EXPECT_EQ(json["branch"], "main");
  EXPECT_FALSE(json.contains("before"));
  EXPECT_EQ(json["after"], Id());
  EXPECT_EQ(json["tree"], Id("HEAD^{tree}"));
  EXPECT_EQ(json["verified"], true);
  EXPECT_EQ(json["source"]["name"], "a.tar");
  EXPECT_EQ(json["counts"]["files"], 2);
  EXPECT_EQ(json["counts"]["added"], 2);
  EXPECT_EQ(json["counts"]["commits"], 1);
}

TEST_F(RebuildTest, DryRunWritesNothingAndTellsTheSameIds) {
  WriteRelease("a.tar", "a", 1700000100);
  WriteRelease("b.tar", "b", 1700000200);
  const auto before = testing::Snapshot(box_.path());
  nlohmann::json plan =
      JsonOf(Rebuild({"--json", "-n", "sub/site", "a.tar", "b.tar"}));
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(box_.path())),
              IsEmpty());
  EXPECT_FALSE(plan.contains("verified"));
  Rebuild({"site", "a.tar", "b.tar"});
  EXPECT_EQ(plan["after"], Id());
  EXPECT_EQ(plan["tree"], Id("HEAD^{tree}"));

  WriteRelease("c.tar", "c", 1700000300);
  const auto made = testing::Snapshot(site());
  plan = JsonOf(Rebuild({"--json", "-n", "site", "c.tar"}));
  EXPECT_THAT(testing::Changes(made, testing::Snapshot(site())), IsEmpty());
  Rebuild({"site", "c.tar"});
  EXPECT_EQ(plan["after"], Id());
}

}  // namespace
}  // namespace backgraft::commands
