// Which files flatten records, seen with git's eyes.
#include <filesystem>

#include "commands/flatten_fixture.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;

TEST_F(FlattenTest, ReplaceMakesTheTreeEqualTheBackup) {
  std::string tar =
      box_.WriteTar({{.name = "site/same.txt", .content = "same\n"},
                     {.name = "site/new.txt", .content = "new\n"}});
  ProcessResult result = Flatten({tar});
  EXPECT_EQ(box_.Files(), "100644 new.txt\n100644 same.txt");
  EXPECT_EQ(box_.Git({"rev-list", "--count", "HEAD"}), "2");
  EXPECT_EQ(box_.Read("repo/new.txt"), "new\n");
  EXPECT_FALSE(std::filesystem::exists(box_.repo() + "/old.txt"));
  box_.ExpectClean();
  EXPECT_THAT(result.out, HasSubstr("backup.tar: tar, 2 files, root 'site'\n"));
  EXPECT_THAT(result.out,
              HasSubstr("changes: 1 added, 0 modified, 1 deleted\n"));
  EXPECT_THAT(result.out, HasSubstr("verified: tree " +
                                    box_.Git({"rev-parse", "HEAD^{tree}"}) +
                                    " equals the backup (2 files)\n"));
  EXPECT_EQ(result.err, "");
}

TEST_F(FlattenTest, OverlayKeepsWhatTheBackupLacks) {
  std::string tar = box_.WriteTar({{.name = "new.txt", .content = "new\n"},
                                   {.name = "d/x", .content = "x\n"}});
  ProcessResult result = Flatten({tar, "--mode", "overlay"});
  EXPECT_EQ(box_.Files(),
            "100644 d/x\n100644 new.txt\n100644 old.txt\n100644 same.txt");
  box_.ExpectClean();
  EXPECT_THAT(result.out, HasSubstr(" holds the backup (2 files)\n"));
}

TEST_F(FlattenTest, OverlayLetsTheBackupWinFileAgainstDirectory) {
  box_.WriteRepo("a", "file\n");
  box_.WriteRepo("b/inside", "inside\n");
  box_.Commit("clash");
  std::string tar = box_.WriteTar(
      {{.name = "a/x", .content = "x\n"}, {.name = "b", .content = "file\n"}});
  Flatten({tar, "--mode", "overlay"});
  EXPECT_EQ(box_.Files(),
            "100644 a/x\n100644 b\n100644 old.txt\n100644 same.txt");
  box_.ExpectClean();
}

TEST_F(FlattenTest, PrefixReplacesThatDirectoryAlone) {
  box_.WriteRepo("web/gone.php", "gone\n");
  box_.WriteRepo("website.txt", "stays\n");
  box_.Commit("web");
  std::string tar = box_.WriteTar({{.name = "index.php", .content = "i\n"}});
  Flatten({tar, "--prefix", "./web/"});
  EXPECT_EQ(box_.Files(),
            "100644 old.txt\n100644 same.txt\n100644 web/index.php\n100644 "
            "website.txt");
  box_.ExpectClean();
}

TEST_F(FlattenTest, PrefixTakesThePlaceOfAFile) {
  std::string tar = box_.WriteTar({{.name = "x", .content = "x\n"}});
  Flatten({tar, "--prefix", "old.txt"});
  EXPECT_EQ(box_.Files(), "100644 old.txt/x\n100644 same.txt");
  box_.ExpectClean();
}

TEST_F(FlattenTest, KeepTakesTheRepositorysVersionAndSaysSoInATrailer) {
  box_.WriteRepo("wp-config.php", "ours\n");
  box_.WriteRepo("conf/a", "ours\n");
  box_.Commit("config");
  std::string tar =
      box_.WriteTar({{.name = "wp-config.php", .content = "theirs\n"},
                     {.name = "conf/b", .content = "theirs\n"},
                     {.name = "index.php", .content = "i\n"}});
  ProcessResult result =
      Flatten({tar, "--keep", "wp-config.php", "--keep", "conf", "-v"});
  // A kept path that the repository lacks (conf/b) comes from the source.
  EXPECT_EQ(box_.Files(),
            "100644 conf/a\n100644 conf/b\n100644 index.php\n100644 "
            "wp-config.php");
  EXPECT_EQ(box_.Blob("wp-config.php"), "ours\n");
  EXPECT_EQ(Show("%(trailers:key=Backgraft-Keep)"),
            "Backgraft-Keep: wp-config.php\nBackgraft-Keep: conf\n");
  EXPECT_THAT(result.out, HasSubstr("kept from the repository: 2 files\n"));
  EXPECT_THAT(result.out,
              HasSubstr("  wp-config.php  (kept as the repository has it)\n"));
  box_.ExpectClean();
}

TEST_F(FlattenTest, KeptPathsWinFileAgainstDirectory) {
  box_.WriteRepo("a", "file\n");
  box_.WriteRepo("b/inside", "inside\n");
  box_.Commit("clash");
  std::string tar = box_.WriteTar(
      {{.name = "a/x", .content = "x\n"}, {.name = "b", .content = "file\n"}});
  ProcessResult result = Flatten({tar, "--keep", "a", "--keep", "b", "-v"});
  EXPECT_EQ(box_.Files(), "100644 a\n100644 b/inside");
  EXPECT_THAT(result.out, HasSubstr("  a/x  (in the way of a kept path)\n"));
  EXPECT_THAT(result.out, HasSubstr("  b  (in the way of a kept path)\n"));
}

TEST_F(FlattenTest, ExcludedPathsCountAsAbsent) {
  std::string tar = box_.WriteTar({{.name = "same.txt", .content = "other\n"},
                                   {.name = "cache/x", .content = "x\n"},
                                   {.name = "index.php", .content = "i\n"}});
  Flatten({tar, "--exclude", "same.txt", "--exclude", "cache/"});
  EXPECT_EQ(box_.Files(), "100644 index.php");
  EXPECT_EQ(Show("%(trailers:key=Backgraft-Exclude)"),
            "Backgraft-Exclude: same.txt\nBackgraft-Exclude: cache/\n");
}

TEST_F(FlattenTest, IgnoreRulesHideNothingUnlessAsked) {
  std::vector<TarMember> members = {
      {.name = ".gitignore", .content = "*.log\nsettings.php\n"},
      {.name = "a.log", .content = "log\n"},
      {.name = "settings.php", .content = "s\n"},
      {.name = "index.php", .content = "i\n"}};
  std::string tar = box_.WriteTar(members);
  Flatten({tar, "-n", "--select", "tracked"}, 2);
  ProcessResult unignored = Flatten({tar, "--select", "unignored", "-v"});
  EXPECT_EQ(box_.Files(), "100644 .gitignore\n100644 index.php");
  EXPECT_THAT(unignored.out,
              HasSubstr("  a.log  (ignored by the source's own .gitignore)\n"));
  Flatten({tar});
  EXPECT_EQ(box_.Files(),
            "100644 .gitignore\n100644 a.log\n100644 index.php\n100644 "
            "settings.php");
  EXPECT_EQ(box_.Git({"status", "--porcelain"}), "");
}

TEST_F(FlattenTest, LineEndingsFollowTheAttributesOfTheTree) {
  std::vector<TarMember> members = {
      {.name = "a.txt", .content = "1\r\n2\r\n"},
      {.name = ".gitattributes", .content = "*.txt text\nz.bin -text\n"},
      {.name = "z.bin", .content = "1\r\n"},
      {.name = "z.txt", .content = "1\r\n"}};
  std::string tar = box_.WriteTar(members);
  Flatten({tar});
  EXPECT_EQ(box_.Blob("a.txt"), "1\n2\n");
  EXPECT_EQ(box_.Blob("z.txt"), "1\n");
  EXPECT_EQ(box_.Blob("z.bin"), "1\r\n");
  box_.ExpectClean();
  Flatten({tar, "--filters", "raw"});
  EXPECT_EQ(box_.Blob("a.txt"), "1\r\n2\r\n");
}

TEST_F(FlattenTest, AttributesOfTheRepositoryCountWhereTheyStay) {
  box_.WriteRepo(".gitattributes", "*.txt text\n");
  box_.Commit("attributes");
  std::string tar = box_.WriteTar({{.name = "a.txt", .content = "1\r\n"}});
  Flatten({tar, "--mode", "overlay"});
  EXPECT_EQ(box_.Blob("a.txt"), "1\n");
  // They go with replace, and their rules with them.
  Flatten({tar});
  EXPECT_EQ(box_.Blob("a.txt"), "1\r\n");
}

TEST_F(FlattenTest, IdentIsCollapsed) {
  std::string tar =
      box_.WriteTar({{.name = "a.c", .content = "/* $Id: 0123 $ */\n"},
                     {.name = ".gitattributes", .content = "*.c ident\n"}});
  Flatten({tar});
  EXPECT_EQ(box_.Blob("a.c"), "/* $Id$ */\n");
}

TEST_F(FlattenTest, LfsNeedsPointers) {
  std::string attributes = "*.png filter=lfs diff=lfs merge=lfs -text\n";
  std::string pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:"
      "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
      "size 12345\n";
  std::string good =
      box_.WriteTar({{.name = ".gitattributes", .content = attributes},
                     {.name = "a.png", .content = pointer}});
  Flatten({good});
  EXPECT_EQ(box_.Blob("a.png"), pointer);
  std::string bad =
      box_.WriteTar({{.name = "a.png", .content = pointer},
                     {.name = "b.png", .content = "\x89PNG"},
                     {.name = ".gitattributes", .content = attributes}},
                    "bad.tar");
  ProcessResult refused = Flatten({bad}, 2);
  EXPECT_THAT(refused.err, HasSubstr("'b.png'"));
  EXPECT_THAT(refused.err, HasSubstr("--filters raw"));
  Flatten({bad, "--filters", "raw"});
  EXPECT_EQ(box_.Blob("b.png"), "\x89PNG");
}

TEST_F(FlattenTest, ModesLinksAndEmptyDirectories) {
  std::string tar =
      box_.WriteTar({{.name = "run", .content = "r", .mode = 04755},
                     {.name = "own", .content = "o", .mode = 0100},
                     {.name = "all", .content = "a", .mode = 0666},
                     {.name = "group", .content = "g", .mode = 0670},
                     Symlink("link", "../outside"),
                     Directory("empty"),
                     Directory("deep/er"),
                     Hardlink("hard", "run")});
  ProcessResult result = Flatten({tar, "-v"});
  EXPECT_EQ(box_.Files(),
            "100644 all\n100644 group\n100755 hard\n120000 link\n100755 "
            "own\n100755 run");
  EXPECT_EQ(box_.Blob("link"), "../outside");
  EXPECT_THAT(result.out, HasSubstr("left out: 2 (empty directory)\n"));
  EXPECT_THAT(result.out, HasSubstr("  deep/er  (empty directory)\n"));
  box_.ExpectClean();
}

TEST_F(FlattenTest, NestedRepositoriesAreFlattened) {
  std::string tar = box_.WriteTar(
      {{.name = "index.php", .content = "i\n"},
       {.name = "lib/.git/HEAD", .content = "ref: refs/heads/main\n"},
       {.name = "lib/code.php", .content = "c\n"},
       {.name = "sub/.git", .content = "gitdir: ../.git/modules/sub\n"},
       {.name = "sub/s.php", .content = "s\n"}});
  ProcessResult result = Flatten({tar, "-v"});
  EXPECT_EQ(box_.Files(),
            "100644 index.php\n100644 lib/code.php\n100644 sub/s.php");
  EXPECT_THAT(result.out, HasSubstr("  lib/.git  (nested repository)\n"));
  EXPECT_THAT(result.out, HasSubstr("  sub/.git  (nested repository)\n"));
  box_.ExpectClean();
}

TEST_F(FlattenTest, MacLitterIsLeftOutAndCounted) {
  std::string tar =
      box_.WriteTar({{.name = "./._site", .content = "x"},
                     {.name = "site/.DS_Store", .content = "x"},
                     {.name = "__MACOSX/site/._a", .content = "x"},
                     {.name = "site/a", .content = "a\n"}});
  ProcessResult result = Flatten({tar});
  EXPECT_EQ(box_.Files(), "100644 a");
  EXPECT_THAT(result.out, HasSubstr("left out: 3 (macOS metadata)\n"));
}

TEST_F(FlattenTest, DuplicatesWithEqualContentAreOne) {
  std::string tar = box_.WriteTar(
      {{.name = "a", .content = "a\n"}, {.name = "./a", .content = "a\n"}});
  Flatten({tar});
  EXPECT_EQ(box_.Files(), "100644 a");
}

TEST_F(FlattenTest, NamesWithOddBytes) {
  std::string tar = box_.WriteTar({{.name = "new\nline", .content = "1"},
                                   {.name = "\xff\xfe", .content = "2"},
                                   {.name = "-rf", .content = "3"},
                                   {.name = "a\\b", .content = "4"},
                                   {.name = "\"q\" 'r'", .content = "5"},
                                   {.name = "trail. ", .content = "6"},
                                   {.name = ":(top)x", .content = "7"}});
  ProcessResult result = Flatten({tar, "-v"});
  EXPECT_EQ(box_.Git({"ls-tree", "-r", "--name-only", "-z", "HEAD"}),
            std::string("\"q\" 'r'\0-rf\0:(top)x\0a\\b\0new\nline\0trail. "
                        "\0\xff\xfe\0",
                        44));
  box_.ExpectClean();
  EXPECT_THAT(result.out, HasSubstr("  A new\\x0aline\n"));
  EXPECT_THAT(result.out, HasSubstr("  A \\xff\\xfe\n"));
}

TEST_F(FlattenTest, LargeFileIsStreamed) {
  std::string large(20'000'000, 'x');
  for (size_t i = 0; i < large.size(); i += 97) {
    large[i] = static_cast<char>(i * 31 / 97);
  }
  box_.WriteTar({{.name = "large", .content = large}});
  Flatten({box_.path() + "/backup.tar"});
  EXPECT_TRUE(box_.Read("repo/large") == large);
  EXPECT_EQ(box_.Git({"rev-parse", "HEAD:large"}),
            box_.Git({"hash-object", "--no-filters", "large"}));
  box_.ExpectClean();
}

TEST_F(FlattenTest, EveryFormatGivesTheSameTree) {
  std::string tar = TarOf({{.name = "site/a", .content = "a\n"},
                           {.name = "site/b", .content = "b\n", .mode = 0755},
                           Symlink("site/l", "a")});
  box_.Write("plain", tar);
  std::map<std::string, std::vector<std::string>> programs = {
      {"tar.gz", {"gzip", "-nc"}},
      {"tar.bz2", {"bzip2", "-c"}},
      {"tar.xz", {"xz", "-c"}},
      {"tar.zst", {"zstd", "-qc"}}};
  for (const auto& [format, program] : programs) {
    box_.Write("wrong-" + format + ".zip", Compressed(program, tar));
  }
  Git(box_.path(), {"init", "-q", "--bare", "bare"});
  testing::Run({"tar", "xf", box_.path() + "/plain"},
               {.directory = box_.path()});
  ASSERT_EQ(
      testing::Run({"zip", "-qry", "z", "site"}, {.directory = box_.path()})
          .status,
      0);
  auto tree = [&](const std::string& source, const std::string& format,
                  const ProcessOptions& options = {}) {
    nlohmann::json json = JsonOf(Flatten({source, "-n", "--json"}, 0, options));
    EXPECT_EQ(json["source"]["format"], format);
    return json["tree"].get<std::string>();
  };
  std::string expected = tree(box_.path() + "/plain", "tar");
  for (const auto& [format, program] : programs) {
    EXPECT_EQ(tree(box_.path() + "/wrong-" + format + ".zip", format),
              expected);
  }
  EXPECT_EQ(tree(box_.path() + "/z.zip", "zip"), expected);
  EXPECT_EQ(tree(box_.path() + "/site", "directory"), expected);
  EXPECT_EQ(tree("-", "tar", {.input = tar}), expected);
}

}  // namespace
}  // namespace backgraft::commands
