#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/sandbox.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;

class InspectTest : public ::testing::Test {
 protected:
  std::string Inspect(const std::string& source, int status = 0) {
    // Outside of any repository.
    ProcessResult result =
        testing::Backgraft(box_.path(), {"inspect", source},
                           {.env = {{"GIT_CEILING_DIRECTORIES", "/"}}});
    EXPECT_EQ(result.status, status) << result.err;
    EXPECT_LE(std::count(result.out.begin(), result.out.end(), '\n'), 24);
    return status == 0 ? result.out : result.err;
  }
  std::string Platform(std::vector<TarMember> members) {
    members.push_back({.name = "index.php", .content = "<?php\n"});
    std::string out = Inspect(box_.WriteTar(members));
    size_t at = out.find("platform      ");
    if (at == std::string::npos) return {};
    at += 14;
    return out.substr(at, out.find('\n', at) - at);
  }
  Sandbox box_;
};

TEST_F(InspectTest, NameFormatAndLayout) {
  std::string tar = box_.WriteTar(
      {{.name = "shop/index.php", .content = "12345", .mode = 0755},
       Symlink("shop/l", "x")},
      "shop_test_2026-11-20T14-00-00_UTC_code.tar");
  std::string out = Inspect(tar);
  EXPECT_THAT(out, HasSubstr("format        tar, code\n"));
  EXPECT_THAT(out, HasSubstr("site          shop, environment test\n"));
  EXPECT_THAT(out, HasSubstr("time          2026-11-20T14:00:00Z\n"));
  EXPECT_THAT(out, HasSubstr("root          'shop'\n"));
  EXPECT_THAT(out,
              HasSubstr("files         2 (5 bytes), 1 executable, 1 link\n"));
  EXPECT_THAT(out, HasSubstr("history       none\n"));
  EXPECT_THAT(out, HasSubstr("restore       record it as one commit"));
}

TEST_F(InspectTest, Platforms) {
  EXPECT_EQ(Platform({{.name = "wp-includes/version.php",
                       .content = "<?php\n/** @global string $wp_version */\n"
                                  "$wp_version = '6.4.2';\n"}}),
            "WordPress 6.4.2");
  EXPECT_EQ(Platform({{.name = "web/core/lib/Drupal.php",
                       .content = "<?php\nclass Drupal {\n  const VERSION = "
                                  "'10.1.6';\n"}}),
            "Drupal 10.1.6");
  EXPECT_EQ(Platform({{.name = "includes/bootstrap.inc",
                       .content = "<?php\ndefine('VERSION', '7.98');\n"
                                  "define('DRUPAL_CORE_COMPATIBILITY', "
                                  "'7.x');\n"}}),
            "Drupal 7.98");
  EXPECT_EQ(Platform({{.name = "core/includes/bootstrap.inc",
                       .content = "<?php\ndefine('BACKDROP_VERSION', "
                                  "'1.26.1');\n"}}),
            "Backdrop 1.26.1");
  EXPECT_EQ(Platform({{.name = "index.html", .content = "x"}}), "PHP");
}

TEST_F(InspectTest, DatabaseInEveryWrapping) {
  std::string dump =
      "-- MySQL dump 10.13\n--\nCREATE TABLE `a` (`b` int);\n"
      "-- Dump completed\n";
  std::string gz = Compressed({"gzip", "-nc"}, dump);
  EXPECT_THAT(Inspect(box_.Write("x", dump)), HasSubstr("sql, database\n"));
  EXPECT_THAT(Inspect(box_.Write("x", gz)), HasSubstr("sql.gz, database\n"));
  EXPECT_THAT(Inspect(box_.WriteTar({{.name = "d.sql.gz", .content = gz}})),
              HasSubstr("tar, database\n"));
  gz.pop_back();
  EXPECT_THAT(Inspect(box_.Write("x", gz), 3), HasSubstr("gzip"));
}

TEST_F(InspectTest, UploadsMayHoldWhatCodeMayNot) {
  std::string tar =
      box_.WriteTar({{.name = "files_live/a.jpg", .content = "x"},
                     {.name = "files_live/.GIT/x", .content = "x"}},
                    "shop_live_2026-11-20T14-00-00_UTC_files.tar");
  EXPECT_THAT(Inspect(tar), HasSubstr("tar, files\n"));
}

TEST_F(InspectTest, WhatAPersonShouldKnow) {
  std::string pointer =
      "version https://git-lfs.github.com/spec/v1\noid sha256:"
      "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\n"
      "size 12345\n";
  std::string tar = box_.WriteTar(
      {{.name = "huge.bin", .content = std::string(100'000'001, 'h')},
       {.name = "large.bin", .content = std::string(50'000'001, 'l')},
       {.name = "edge.bin", .content = std::string(50'000'000, 'e')},
       {.name = "p.png", .content = pointer},
       {.name = "empty.js", .content = ""},
       {.name = "lib/.git/HEAD", .content = "x"},
       {.name = "lib/x", .content = "x"},
       {.name = "Readme", .content = "x"},
       {.name = "README", .content = "x"},
       {.name = "caf\xc3\xa9", .content = "x"},
       {.name = "cafe\xcc\x81", .content = "x"},
       {.name = ".gitmodules",
        .content = "[submodule \"s\"]\n\tpath = s\n\turl = "
                   "https://example.com/s\n"}});
  std::string out = Inspect(tar);
  EXPECT_THAT(out, HasSubstr("over 100 MB   1: "));
  EXPECT_THAT(out, HasSubstr("huge.bin (95.4 MiB)\n"));
  EXPECT_THAT(out, HasSubstr("over 50 MB    1: "));
  EXPECT_THAT(out, HasSubstr("LFS pointers  1: "));
  EXPECT_THAT(out, HasSubstr("nested .git   1: "));
  EXPECT_THAT(out, HasSubstr("submodules    1: "));
  EXPECT_THAT(out, HasSubstr("collisions    2: "));
  EXPECT_THAT(out, HasSubstr("'README', 'Readme'\n"));
}

TEST_F(InspectTest, NamesCannotSteerTheTerminal) {
  std::string tar = box_.WriteTar(
      {{.name = "\x1b[2J\xe2\x80\xae/x", .content = "x"}}, "b\x07.tar");
  std::string out = Inspect(tar);
  EXPECT_THAT(out, HasSubstr("source        b\\x07.tar\n"));
  EXPECT_THAT(out, HasSubstr("'\\x1b[2J\\xe2\\x80\\xae'"));
}

class VerifyTest : public ::testing::Test {
 protected:
  Sandbox box_;
};

TEST_F(VerifyTest, EqualAndDifferent) {
  std::string tar = box_.WriteTar({{.name = "old.txt", .content = "old\n"},
                                   {.name = "same.txt", .content = "same\n"}});
  ProcessResult equal = box_.Backgraft({"verify", tar});
  EXPECT_EQ(equal.status, 0);
  EXPECT_THAT(equal.out, HasSubstr("verified: tree " +
                                   box_.Git({"rev-parse", "HEAD^{tree}"}) +
                                   " equals the backup (2 files)\n"));
  box_.WriteRepo("same.txt", "SAME\n");
  box_.WriteRepo("third", "3\n");
  box_.Commit("more");
  ProcessResult different = box_.Backgraft({"verify", tar});
  EXPECT_EQ(different.status, 1);
  EXPECT_THAT(different.out, HasSubstr("  modified  same.txt\n"));
  EXPECT_THAT(different.out, HasSubstr("  added     third\n"));
  EXPECT_EQ(box_.Backgraft({"verify", tar, "HEAD^"}).status, 0);
}

TEST_F(VerifyTest, TakesFiltersAsFlattenDid) {
  std::string tar =
      box_.WriteTar({{.name = "a.txt", .content = "1\r\n"},
                     {.name = ".gitattributes", .content = "* text\n"}});
  for (const char* filters : {"apply", "raw"}) {
    const char* other = std::string(filters) == "raw" ? "apply" : "raw";
    ASSERT_EQ(box_.Backgraft({"flatten", tar, "--filters", filters}).status, 0);
    EXPECT_EQ(box_.Backgraft({"verify", tar, "--filters", filters}).status, 0);
    EXPECT_EQ(box_.Backgraft({"verify", tar, "--filters", other}).status, 1);
  }
}

TEST_F(VerifyTest, FindsADamagedObject) {
  std::string tar = box_.WriteTar({{.name = "old.txt", .content = "old\n"},
                                   {.name = "same.txt", .content = "same\n"}});
  std::string oid = box_.Git({"rev-parse", "HEAD:old.txt"});
  std::string path =
      box_.repo() + "/.git/objects/" + oid.substr(0, 2) + "/" + oid.substr(2);
  testing::Run({"rm", "-f", path});
  ProcessResult result = box_.Backgraft({"verify", tar});
  EXPECT_NE(result.status, 0);
  EXPECT_THAT(result.err, HasSubstr("error: "));
}

}  // namespace
}  // namespace backgraft::commands
