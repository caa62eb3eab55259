// Sources that hold their own history: which of their files are taken, and
// what of it is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "commands/sandbox.h"

namespace backgraft::commands {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

// path/site is a repository of another history: "tracked" and an ignored but
// tracked file, beside them what was never committed.
class SourceHistoryTest : public ::testing::Test {
 protected:
  SourceHistoryTest() {
    Site({"init", "-q", "-b", "main", "."}, box_.path());
    box_.Write("site/tracked", "tracked\n");
    box_.Write("site/.gitignore", "*.log\n/cache/\n");
    box_.Write("site/kept.log", "tracked, though ignored\n");
    Site({"add", "-f", "."});
    Site({"commit", "-q", "-m", "First"});
    first_ = Site({"rev-parse", "HEAD"});
    box_.Write("site/tracked", "tracked, second\n");
    Site({"commit", "-q", "-a", "-m", "Second"});
    Site({"tag", "-a", "-m", "Release", "v1", first_});
    Site({"branch", "old", first_});
  }

  std::string Site(std::vector<std::string> args, std::string directory = "") {
    if (directory.empty()) directory = box_.path() + "/site";
    if (args[0] == "init") args.back() = directory + "/site";
    return testing::Git(directory, args);
  }

  // path/<name> as `tar` makes it of path/site.
  std::string Tar(const std::string& name = "site.tar") {
    std::string path = box_.path() + "/" + name;
    ProcessResult result =
        testing::Run({"tar", "-cf", path, "-C", box_.path(), "site"}, {});
    EXPECT_EQ(result.status, 0) << result.err;
    return path;
  }

  ProcessResult Run(std::vector<std::string> args, int status = 0) {
    ProcessResult result = box_.Backgraft(args);
    EXPECT_EQ(result.status, status) << result.out << result.err;
    return result;
  }

  Sandbox box_;
  std::string first_;
};

TEST_F(SourceHistoryTest, TakesTrackedFilesAndWhatIsNotIgnored) {
  box_.Write("site/new.txt", "never committed\n");
  box_.Write("site/debug.log", "ignored\n");
  box_.Write("site/cache/page", "ignored\n");
  ProcessResult result = Run({"flatten", Tar(), "-v"});
  EXPECT_EQ(box_.Files(),
            "100644 .gitignore\n100644 kept.log\n100644 new.txt\n"
            "100644 tracked");
  EXPECT_THAT(result.out, HasSubstr("debug.log"));
  EXPECT_THAT(result.out, HasSubstr("cache/page"));
  box_.ExpectClean();
}

// The workers that hash what may be converted ask the source's history, and
// must be done before it goes.
TEST_F(SourceHistoryTest, LargeTextsLeaveNoWorkerBehind) {
  for (int i = 0; i < 60; ++i) {
    std::string text;
    while (text.size() < 300'000) text += std::to_string(i) + " lines\r\n";
    box_.Write("site/text/" + std::to_string(i), text);
  }
  const std::string tar = Tar();
  for (int i = 0; i < 10; ++i) {
    EXPECT_THAT(Run({"inspect", tar}).out, HasSubstr("60 added"));
    if (HasFailure()) return;
  }
  box_.ExpectClean();
}

TEST_F(SourceHistoryTest, SelectsAllOrTrackedOnly) {
  box_.Write("site/new.txt", "never committed\n");
  box_.Write("site/debug.log", "ignored\n");
  box_.Write("site/tracked", "edited\n");
  std::string tar = Tar();
  Run({"flatten", tar, "--select", "all"});
  EXPECT_EQ(box_.Files(),
            "100644 .gitignore\n100644 debug.log\n100644 kept.log\n"
            "100644 new.txt\n100644 tracked");
  EXPECT_EQ(box_.Blob("tracked"), "edited\n");
  Run({"flatten", tar, "--select", "tracked"});
  EXPECT_EQ(box_.Git({"rev-parse", "HEAD^{tree}"}),
            Site({"rev-parse", "HEAD^{tree}"}));
  Run({"verify", tar, "--select", "tracked"});
  Run({"verify", tar}, 1);
  box_.ExpectClean();
}

TEST_F(SourceHistoryTest, AnotherRefIsTakenAsItWasCommitted) {
  box_.Write("site/new.txt", "never committed\n");
  std::string tar = Tar();
  for (const std::string ref : {"v1", "old", "refs/heads/old"}) {
    Run({"flatten", tar, "--ref", ref});
    EXPECT_EQ(box_.Git({"rev-parse", "HEAD^{tree}"}),
              Site({"rev-parse", first_ + "^{tree}"}));
  }
  ProcessResult missing = Run({"flatten", tar, "--ref", "nowhere"}, 2);
  EXPECT_THAT(missing.err, HasSubstr("has no ref 'nowhere'"));
}

// However the objects are stored: loose, packed with and without an index, with
// every kind of file that says once more what packs hold.
TEST_F(SourceHistoryTest, ReadsEveryWayInWhichObjectsAreStored) {
  const std::string tree = Site({"rev-parse", "HEAD^{tree}"});
  auto expect_tree = [&](const std::string& source) {
    Run({"flatten", source});
    EXPECT_EQ(box_.Git({"rev-parse", "HEAD^{tree}"}), tree);
    EXPECT_THAT(Run({"inspect", source}).out, HasSubstr("2 commits"));
    box_.Write("repo/other", source);
    box_.Commit("Something else");
  };
  expect_tree(Tar("loose.tar"));
  Site({"gc", "-q"});
  Site({"multi-pack-index", "write"});
  Site({"commit-graph", "write"});
  expect_tree(Tar("packed.tar"));
  ProcessResult found = testing::Run(
      {"find", box_.path() + "/site/.git", "-name", "*.idx", "-delete"}, {});
  EXPECT_EQ(found.status, 0);
  expect_tree(Tar("no-index.tar"));
  expect_tree(box_.path() + "/site");
}

TEST_F(SourceHistoryTest, ABareRepositoryAndABundleAreTheirTip) {
  const std::string tree = Site({"rev-parse", "HEAD^{tree}"});
  Site({"clone", "-q", "--bare", ".", "../bare.git"});
  testing::Run(
      {"tar", "-cf", box_.path() + "/bare.tar", "-C", box_.path(), "bare.git"},
      {});
  Site({"bundle", "create", "-q", "../site.bundle", "--all", "HEAD"});
  for (const std::string name : {"bare.git", "bare.tar", "site.bundle"}) {
    Run({"flatten", box_.path() + "/" + name});
    EXPECT_EQ(box_.Git({"rev-parse", "HEAD^{tree}"}), tree) << name;
    box_.ExpectClean();
    json got = JsonOf(Run({"inspect", box_.path() + "/" + name, "--json"}));
    EXPECT_EQ(got["source"]["tip"], Site({"rev-parse", "HEAD"})) << name;
    EXPECT_EQ(got["relation"], "unrelated") << name;
    box_.Write("repo/other", name);
    box_.Commit("Something else");
  }
}

TEST_F(SourceHistoryTest, TheBlobOfACleanFileStays) {
  // Committed with CRLF before there were attributes: git calls such a file
  // modified only once it is touched.
  box_.Write("site/crlf.txt", "a\r\nb\r\n");
  Site({"add", "."});
  Site({"commit", "-q", "-m", "CRLF"});
  box_.Write("site/.gitattributes", "* text=auto\n");
  box_.Write("site/new.txt", "c\r\n");
  Site({"add", ".gitattributes"});
  Site({"commit", "-q", "-m", "Attributes"});
  Run({"flatten", Tar()});
  EXPECT_EQ(box_.Git({"rev-parse", "HEAD:crlf.txt"}),
            Site({"rev-parse", "HEAD:crlf.txt"}));
  EXPECT_EQ(box_.Blob("new.txt"), "c\n");
}

TEST_F(SourceHistoryTest, AGitlinkWithAnEmptyDirectoryIsKept) {
  Site({"update-index", "--add", "--cacheinfo", "160000," + first_ + ",sub"});
  Site({"commit", "-q", "-m", "Submodule"});
  testing::Run({"mkdir", box_.path() + "/site/sub"}, {});
  std::string tar = Tar();
  Run({"flatten", tar});
  EXPECT_THAT(box_.Files(), HasSubstr("160000 sub"));
  box_.Write("site/sub/file", "not empty\n");
  Run({"flatten", Tar()});
  EXPECT_THAT(box_.Files(), Not(HasSubstr("160000 sub")));
  EXPECT_THAT(box_.Files(), HasSubstr("100644 sub/file"));
}

TEST_F(SourceHistoryTest, InspectTellsHistoryAndRelation) {
  box_.Write("site/new.txt", "never committed\n");
  std::string tar = Tar();
  ProcessResult result = Run({"inspect", tar, "-v"});
  EXPECT_THAT(result.out, HasSubstr("2 commits"));
  EXPECT_THAT(result.out, HasSubstr("2 branches, 1 tag"));
  EXPECT_THAT(result.out, HasSubstr("tag v1"));
  EXPECT_THAT(result.out, HasSubstr("1 added, 0 modified, 0 deleted"));
  EXPECT_THAT(result.out,
              HasSubstr("unrelated: no commit in common with main"));

  // The same history, seen from clones that are at other commits.
  struct Row {
    std::string at, relation, text;
  };
  Site({"checkout", "-q", "--detach"});
  for (const Row& row :
       {Row{"main", "identical", "identical: at pantheon_live_2"},
        Row{"old", "ahead", "1 commit ahead of v1"},
        Row{"next", "behind", "1 commit behind next"},
        Row{"side", "diverged", "1 commit that side lacks"}}) {
    std::string clone = box_.path() + "/" + row.at;
    Site({"clone", "-q", "-b", row.at == "side" ? "old" : "main", ".", clone});
    if (row.at == "main") testing::Git(clone, {"tag", "pantheon_live_2"});
    if (row.at == "old") testing::Git(clone, {"reset", "-q", "--hard", first_});
    if (row.at == "next" || row.at == "side") {
      testing::Git(clone, {"checkout", "-q", "-b", row.at});
      testing::Git(clone, {"commit", "-q", "--allow-empty", "-m", "Own"});
    }
    ProcessResult text = testing::Backgraft(clone, {"inspect", tar});
    EXPECT_THAT(text.out, HasSubstr(row.text));
    json got = JsonOf(testing::Backgraft(clone, {"inspect", tar, "--json"}));
    EXPECT_EQ(got["relation"], row.relation);
  }
}

TEST_F(SourceHistoryTest, AGitfileIsNoHistory) {
  std::string tar =
      box_.WriteTar({{.name = ".git", .content = "gitdir: ../elsewhere\n"},
                     {.name = ".gitignore", .content = "*.log\n"},
                     {.name = "a.log", .content = "a\n"}});
  Run({"flatten", tar});
  EXPECT_EQ(box_.Files(), "100644 .gitignore\n100644 a.log");
  EXPECT_EQ(JsonOf(Run({"inspect", tar, "--json"}))["relation"], "no-history");
}

// Nothing is left behind, in the repository or in TMPDIR.
TEST_F(SourceHistoryTest, LooksWithoutLeavingAnything) {
  std::string tar = Tar();
  testing::Run({"mkdir", box_.path() + "/tmp"}, {});
  auto list = [&] {
    return testing::Run({"find", box_.repo(), box_.path() + "/tmp"}, {}).out;
  };
  std::string before = list();
  for (const std::vector<std::string>& args :
       {std::vector<std::string>{"inspect", tar},
        {"verify", tar},
        {"flatten", "-n", tar}}) {
    box_.Backgraft(args, {.env = {{"TMPDIR", box_.path() + "/tmp"}}});
  }
  EXPECT_EQ(list(), before);
}

TEST_F(SourceHistoryTest, DamageInAPackIsFound) {
  Site({"gc", "-q"});
  std::string tar = Tar();
  std::string bytes = box_.Read("site.tar");
  size_t pack = bytes.find("PACK");
  ASSERT_NE(pack, std::string::npos);
  bytes[pack + 40] = static_cast<char>(bytes[pack + 40] ^ 0x10);
  std::string damaged = box_.Write("damaged.tar", bytes);
  const std::string before = box_.Git({"for-each-ref"});
  for (const std::string command : {"inspect", "flatten", "verify"}) {
    EXPECT_THAT(Run({command, damaged}, 3).err, HasSubstr("is damaged"));
  }
  EXPECT_EQ(box_.Git({"for-each-ref"}), before);
  // The files are whole, and can be had.
  EXPECT_THAT(Run({"flatten", damaged, "--select", "all"}).err,
              HasSubstr("warning: its history cannot be read"));
  EXPECT_EQ(box_.Git({"rev-parse", "HEAD^{tree}"}),
            Site({"rev-parse", "HEAD^{tree}"}));
}

}  // namespace
}  // namespace backgraft::commands
