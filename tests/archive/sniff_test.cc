#include "archive/sniff.h"

#include <gtest/gtest.h>

#include "archive/memory_source.h"
#include "archive/reader.h"
#include "archive/tar_builder.h"
#include "archive/zip_builder.h"

namespace backgraft::archive {
namespace {

SourceType Look(const std::string& bytes, size_t chunk = SIZE_MAX) {
  MemorySource source(bytes, chunk);
  PeekableSource peekable(source);
  return Sniff(peekable);
}

const std::string& Tar() {
  static const std::string tar =
      MakeTar({.name = "a", .content = "text"}) + TarEnd();
  return tar;
}

TEST(SniffTest, NamesFormatsAsJsonDoes) {
  const std::string dump = "-- MySQL dump 10.13\n\nCREATE TABLE `x`;\n";
  EXPECT_EQ(Look(Tar()).format(), "tar");
  EXPECT_EQ(Look(CompressWith("gzip", Tar())).format(), "tar.gz");
  EXPECT_EQ(Look(CompressWith("bzip2", Tar())).format(), "tar.bz2");
  EXPECT_EQ(Look(CompressWith("xz", Tar())).format(), "tar.xz");
  EXPECT_EQ(Look(CompressWith("zstd", Tar())).format(), "tar.zst");
  EXPECT_EQ(Look(MakeZip({{.name = "a"}})).format(), "zip");
  EXPECT_EQ(Look(dump).format(), "sql");
  EXPECT_EQ(Look(CompressWith("gzip", dump)).format(), "sql.gz");
  // As 2>&1 leaves it.
  EXPECT_EQ(Look("mysqldump: Deprecated program name. It will be removed in a "
                 "future release, use ...\n" +
                 dump)
                .format(),
            "sql");
  EXPECT_EQ(Look("# v2 git bundle\n").format(), "bundle");
  EXPECT_EQ(Look("# v3 git bundle\n").format(), "bundle");
  EXPECT_EQ(Look("text").format(), "");
}

TEST(SniffTest, ReadsOfV7TarsAndArrivesInPieces) {
  const std::string v7 = MakeTar({.name = "a", .magic = ""}) + TarEnd();
  EXPECT_EQ(Look(v7).container, Container::kTar);
  EXPECT_EQ(Look(CompressWith("gzip", v7), 1).container, Container::kTar);
}

TEST(SniffTest, FindsTheFirstBlockOfBzip2HoweverFarItReaches) {
  std::string noise;
  uint32_t state = 1;
  while (noise.size() < 1500000) {
    state = state * 1664525 + 1013904223;
    noise += static_cast<char>(state >> 24);
  }
  const std::string tar = MakeTar({.name = "a", .content = noise}) + TarEnd();
  EXPECT_EQ(Look(CompressWith("bzip2", tar)).format(), "tar.bz2");
}

TEST(SniffTest, RecognisesDumps) {
  for (const char* text :
       {"-- MySQL dump 10.19  Distrib 10.3.38-MariaDB\n--\n",
        "-- MariaDB dump 10.19\n", "-- phpMyAdmin SQL Dump\n",
        "/*!999999\\- enable the sandbox mode */ \n-- MariaDB dump\n",
        "/*!40101 SET NAMES utf8 */;\n", "\xef\xbb\xbf-- x\nDROP TABLE a;",
        "\n\ncreate table x (id int);", "INSERT INTO x VALUES (1);",
        "SET NAMES utf8mb4;", "# comment\nLOCK TABLES `x` WRITE;"}) {
    EXPECT_EQ(Look(text).container, Container::kSql) << text;
  }
  for (const char* text : {"# v4 git bundle\n", "# Readme\n\nSet up:\n",
                           "-- a lua comment\nlocal x = 1\n", "select", "--"}) {
    EXPECT_NE(Look(text).container, Container::kSql) << text;
  }
}

TEST(SniffTest, RecognisesErrorPages) {
  for (const char* text :
       {"<!DOCTYPE html><html>", "\n <HTML><body>", "<?xml version=\"1.0\"?>",
        "<Error><Code>AccessDenied</Code></Error>"}) {
    EXPECT_EQ(Look(text).container, Container::kPage) << text;
    EXPECT_EQ(Refusal(text),
              "'backup': it is an HTML or XML page, not an archive: the "
              "download may have failed");
  }
}

TEST(SniffTest, LeavesWhatItLookedAtInFront) {
  MemorySource source(CompressWith("gzip", Tar()), 3);
  PeekableSource peekable(source);
  Sniff(peekable);
  EXPECT_EQ(Sniff(peekable).format(), "tar.gz");
  std::string all(10000, '\0');
  size_t size = 0;
  while (const size_t got = peekable.Read(
             std::as_writable_bytes(std::span(all)).subspan(size))) {
    size += got;
  }
  EXPECT_EQ(all.substr(0, size), CompressWith("gzip", Tar()));
}

TEST(OpenArchiveTest, SaysWhatTheSourceLooksLike) {
  const auto looks = [](const std::string& what) {
    return "'backup': it looks like " + what +
           ", which is no archive that can be read (tar, plain or with gzip, "
           "bzip2, xz or zstd, and zip are)";
  };
  EXPECT_EQ(Refusal("7z\xbc\xaf\x27\x1c"), looks("a 7-Zip archive"));
  EXPECT_EQ(Refusal("Rar!\x1a\x07\x01"), looks("a RAR archive"));
  EXPECT_EQ(Refusal("\x1f\x9d\x90"), looks("a file compressed by compress(1)"));
  EXPECT_EQ(Refusal("!<arch>\ndebian"),
            looks("an ar archive or Debian package"));
  EXPECT_EQ(Refusal("070701"), looks("a cpio archive"));
  EXPECT_EQ(Refusal("hello\n"), looks("a text file"));
  EXPECT_EQ(Refusal(std::string(600, '\x01')), looks("unknown data"));
  EXPECT_EQ(Refusal(CompressWith("xz", "hello")),
            looks("a text file inside an xz file"));
  EXPECT_EQ(Refusal("PK\x07\x08"), looks("a part of a split zip file"));
}

TEST(OpenArchiveTest, RefusesASecondLayerOfCompression) {
  EXPECT_EQ(Refusal(CompressWith("gzip", CompressWith("gzip", Tar()))),
            "'backup': it looks like a gzip file inside a gzip file, which is "
            "no archive that can be read (tar, plain or with gzip, bzip2, xz "
            "or zstd, and zip are)");
  EXPECT_EQ(Refusal(CompressWith("gzip", MakeZip({{.name = "a"}}))),
            "'backup': it is a zip file inside a gzip file: only one layer of "
            "compression is read");
}

TEST(OpenArchiveTest, RefusesDumpsBundlesAndNothing) {
  EXPECT_EQ(Refusal(""), "'backup': it is empty");
  EXPECT_EQ(Refusal("-- MySQL dump\n"),
            "'backup': it is a database dump, not an archive of files");
  EXPECT_EQ(Refusal("# v2 git bundle\n"),
            "'backup': it is a git bundle, which cannot be read yet");
  EXPECT_EQ(Refusal(CompressWith("gzip", "")),
            "'backup': it looks like nothing inside a gzip file, which is no "
            "archive that can be read (tar, plain or with gzip, bzip2, xz or "
            "zstd, and zip are)");
}

TEST(OpenArchiveTest, DamageAtTheStartIsCalledDamage) {
  const std::string gzip = CompressWith("gzip", Tar());
  EXPECT_EQ(Refusal(gzip.substr(0, 5)),
            "'backup': the gzip data is cut off in a header");
  EXPECT_EQ(Refusal(CompressWith("xz", Tar()).substr(0, 20)),
            "'backup': the xz data is cut off");
}

TEST(OpenArchiveTest, EveryFormatIsReadToItsEnd) {
  for (const char* program : {"gzip", "bzip2", "xz", "zstd"}) {
    const std::string good = CompressWith(program, Tar());
    EXPECT_EQ(ReadArchive(good).at(0).content, "text") << program;
    // Everything the tar needs is there; the last checksum is not.
    EXPECT_NE(Refusal(good.substr(0, good.size() - 1)), "") << program;
    EXPECT_NE(Refusal(good + "x"), "") << program;
  }
}

TEST(OpenArchiveTest, AReaderMayBeDroppedInTheMiddle) {
  const std::string tar =
      MakeTar({.name = "a", .content = std::string(30 << 20, 'a')}) + TarEnd();
  for (const char* program : {"gzip", "zstd"}) {
    MemorySource source(CompressWith(program, tar));
    const std::unique_ptr<Reader> reader = OpenArchive(source, {});
    ASSERT_TRUE(reader->Next());
    EXPECT_FALSE(reader->Read().empty());
  }
}

}  // namespace
}  // namespace backgraft::archive
