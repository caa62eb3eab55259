#include "archive/zip_reader.h"

#include <gtest/gtest.h>

#include <filesystem>
#include "archive/memory_source.h"
#include "archive/zip_builder.h"
#include "base/error.h"
#include "testing/temp_dir.h"

namespace backgraft::archive {
namespace {

std::string Deflate(const std::string& bytes) {
  const std::string gzip = CompressWith("gzip", bytes);
  return gzip.substr(10, gzip.size() - 18);
}

Entry OnlyEntry(const ZipFile& file) {
  const std::vector<ReadEntry> entries = ReadArchive(MakeZip({file}));
  EXPECT_EQ(entries.size(), 1U);
  return entries.at(0).entry;
}

std::string Refused(const ZipFile& file) { return Refusal(MakeZip({file})); }

std::string Entry_a(const std::string& reason) {
  return "'backup': entry 'a': " + reason;
}

TEST(ZipReaderTest, ReadsEveryMethod) {
  std::string text;
  for (int i = 0; i < 100000; ++i) text += std::to_string(i) + "\n";
  const std::vector<ReadEntry> entries =
      ReadArchive(MakeZip({{.name = "stored", .content = text},
                           {.name = "deflated",
                            .content = text,
                            .method = 8,
                            .data = Deflate(text)},
                           {.name = "bzip2",
                            .content = text,
                            .method = 12,
                            .data = CompressWith("bzip2", text)},
                           {.name = "xz",
                            .content = text,
                            .method = 95,
                            .data = CompressWith("xz", text)},
                           {.name = "zstd",
                            .content = text,
                            .method = 93,
                            .data = CompressWith("zstd", text)},
                           {.name = "empty"}}));
  ASSERT_EQ(entries.size(), 6U);
  for (size_t i = 0; i < 5; ++i) {
    EXPECT_EQ(entries[i].content, text) << entries[i].entry.path;
    EXPECT_EQ(entries[i].entry.size, text.size());
    EXPECT_EQ(entries[i].entry.mtime, 1763640000);
  }
  EXPECT_EQ(entries[5].content, "");
}

TEST(ZipReaderTest, ReadsDataDescriptorsWithAndWithoutSignature) {
  for (const bool signature : {true, false}) {
    const std::vector<ReadEntry> entries =
        ReadArchive(MakeZip({{.name = "a",
                              .content = "text",
                              .flags = 8,
                              .descriptor_signature = signature},
                             {.name = "b", .content = "more"}}));
    EXPECT_EQ(entries.at(0).content, "text");
    EXPECT_EQ(entries.at(1).content, "more");
  }
}

TEST(ZipReaderTest, ReadsZip64) {
  const ZipFile file{.name = "a",
                     .content = "text",
                     .extra = Le16(1) + Le16(16) + Le64(4) + Le64(4),
                     .size = 0xffffffff,
                     .compressed = 0xffffffff};
  const std::string bytes = MakeZip({file}, {.zip64 = true});
  EXPECT_EQ(ReadArchive(bytes).at(0).content, "text");
  EXPECT_EQ(Refusal(MakeZip({file}, {.zip64 = true, .zip64_entries_off = 1})),
            "'backup': the zip file's two end records disagree");
  ZipFile missing = file;
  missing.extra = "";
  EXPECT_NE(Refused(missing), "");
}

TEST(ZipReaderTest, TakesKindsFromUnixModes) {
  EXPECT_EQ(OnlyEntry({.name = "x", .mode = 0100755}).executable, true);
  EXPECT_EQ(OnlyEntry({.name = "x", .mode = 0100755}).mode, 0755U);
  EXPECT_EQ(OnlyEntry({.name = "x", .mode = 0100600}).executable, false);
  EXPECT_EQ(OnlyEntry({.name = "x", .mode = 0}).mode, 0644U);
  EXPECT_EQ(OnlyEntry({.name = "d/", .mode = 040755}).kind,
            EntryKind::kDirectory);
  EXPECT_EQ(OnlyEntry({.name = "d/", .mode = 0}).kind, EntryKind::kDirectory);
  EXPECT_EQ(OnlyEntry({.name = "p", .mode = 010644}).kind, EntryKind::kFifo);
  EXPECT_EQ(OnlyEntry({.name = "s", .mode = 0140644}).kind, EntryKind::kSocket);
  EXPECT_EQ(OnlyEntry({.name = "c", .mode = 020644}).kind, EntryKind::kDevice);
  const Entry link =
      OnlyEntry({.name = "l", .content = "../target", .mode = 0120777});
  EXPECT_EQ(link.kind, EntryKind::kSymlink);
  EXPECT_EQ(link.link_target, "../target");
  EXPECT_EQ(link.size, 0U);
  // What the upper half of the attributes means is the host's affair.
  EXPECT_EQ(OnlyEntry({.name = "x", .mode = 0120777, .host = 0}).kind,
            EntryKind::kRegular);
}

TEST(ZipReaderTest, ReadsBackslashesAsUnzipDoes) {
  EXPECT_EQ(OnlyEntry({.name = "a\\b.txt", .host = 0}).path, "a/b.txt");
  EXPECT_EQ(OnlyEntry({.name = "a\\", .host = 0}).kind, EntryKind::kDirectory);
  EXPECT_EQ(OnlyEntry({.name = "a/b\\c", .host = 0}).path, "a/b\\c");
  EXPECT_EQ(OnlyEntry({.name = "a\\b.txt", .host = 3}).path, "a\\b.txt");
  EXPECT_EQ(Refused({.name = "..\\x", .host = 0}),
            "'backup': entry '../x': the path has a '..' component");
}

TEST(ZipReaderTest, NamesAreBytes) {
  EXPECT_EQ(OnlyEntry({.name = "caf\x82"}).path, "caf\x82");
  EXPECT_EQ(OnlyEntry({.name = "caf\xc3\xa9", .flags = 0x800}).path,
            "caf\xc3\xa9");
}

TEST(ZipReaderTest, TakesTheUnicodePathThatBelongsToTheName) {
  const auto field = [](const std::string& of, const std::string& path) {
    return Le16(0x7075) + Le16(5 + path.size()) + "\x01" + Le32(Crc32(of)) +
           path;
  };
  EXPECT_EQ(
      OnlyEntry({.name = "caf\x82", .extra = field("caf\x82", "caf\xc3\xa9")})
          .path,
      "caf\xc3\xa9");
  EXPECT_EQ(Refused({.name = "caf\x82", .extra = field("other", "x")}),
            "'backup': the zip file has two names for one entry");
  EXPECT_EQ(Refused({.name = "a",
                     .extra = field("a", "b"),
                     .local_extra = field("a", "c")}),
            "'backup': entry 'b': its two headers in the zip file disagree "
            "about its name");
}

TEST(ZipReaderTest, TakesTheTimeOfTheExtendedTimestamp) {
  EXPECT_EQ(OnlyEntry({.name = "a",
                       .extra = Le16(0x5455) + Le16(5) + "\x01" + Le32(77)})
                .mtime,
            77);
}

TEST(ZipReaderTest, RefusesHeadersThatDisagree) {
  const auto about = [](const char* what) {
    return Entry_a("its two headers in the zip file disagree about its " +
                   std::string(what));
  };
  EXPECT_EQ(Refused({.name = "a", .local_name = "b"}), about("name"));
  EXPECT_EQ(Refused({.name = "a", .local_method = 8}),
            about("compression method"));
  EXPECT_EQ(Refused({.name = "a", .local_flags = 0x800}), about("flags"));
  EXPECT_EQ(Refused({.name = "a", .local_crc = 1}), about("checksum"));
  EXPECT_EQ(Refused({.name = "a", .content = "x", .local_size = 2}),
            about("size"));
  EXPECT_EQ(Refused({.name = "a", .content = "x", .local_compressed = 0}),
            about("compressed size"));
  EXPECT_EQ(Refused({.name = "a", .flags = 8, .local_crc = 1}),
            about("checksum"));
}

TEST(ZipReaderTest, RefusesEncryptionPatchesAndUnknownMethods) {
  EXPECT_EQ(Refused({.name = "a", .flags = 1}), Entry_a("it is encrypted"));
  EXPECT_EQ(Refused({.name = "a", .flags = 0x40}), Entry_a("it is encrypted"));
  EXPECT_EQ(Refused({.name = "a", .flags = 0x2000}),
            Entry_a("it is encrypted"));
  EXPECT_EQ(Refused({.name = "a", .flags = 0x20}),
            Entry_a("it is a patch, which is not supported"));
  for (const uint16_t method : std::vector<uint16_t>{1, 6, 9, 14, 98, 99}) {
    EXPECT_EQ(Refused({.name = "a", .method = method}),
              Entry_a("the zip compression method " + std::to_string(method) +
                      " is not supported"));
  }
}

TEST(ZipReaderTest, RefusesWrongChecksumsAndSizes) {
  EXPECT_EQ(Refused({.name = "a", .content = "text", .crc = 1}),
            Entry_a("it is damaged: wrong checksum"));
  EXPECT_EQ(Refused({.name = "a",
                     .content = "text",
                     .method = 8,
                     .data = Deflate("text"),
                     .size = 3}),
            Entry_a("it is larger than the zip file says"));
  EXPECT_EQ(Refused({.name = "a",
                     .content = "text",
                     .method = 8,
                     .data = Deflate("text"),
                     .size = 5}),
            Entry_a("it is smaller than the zip file says"));
  EXPECT_EQ(Refused({.name = "a",
                     .content = "text",
                     .method = 8,
                     .data = Deflate("text") + "x"}),
            Entry_a("bytes that do not belong to it follow the deflate data"));
}

TEST(ZipReaderTest, RefusesWhatLiesBetweenEntriesAndAround) {
  const ZipFile file{.name = "a", .content = "text"};
  EXPECT_EQ(Refused({.name = "a", .content = "text", .junk_behind = "junk"}),
            Entry_a("something follows it in the zip file"));
  EXPECT_EQ(Refusal(MakeZip({file}, {}, "junk")),
            Entry_a("something follows it in the zip file"));
  EXPECT_NE(Refusal(MakeZip({file}) + "junk"), "");
  EXPECT_EQ(Refusal("PK\x03\x04junk" + MakeZip({file})),
            "'backup': the zip file is damaged: its central directory is not "
            "where the end record says, or something precedes the archive");
  EXPECT_EQ(
      Refused({.name = "a", .content = "text", .flags = 8, .junk_behind = "j"}),
      Entry_a("its data descriptor in the zip file is damaged"));
  EXPECT_EQ(Refusal(MakeZip({file}, {.comment = "a comment"})), "");
}

TEST(ZipReaderTest, RefusesOverlaps) {
  EXPECT_EQ(Refusal(MakeZip({{.name = "a", .content = "text"},
                             {.name = "a", .content = "text", .offset = 0}})),
            Entry_a("it overlaps another entry of the zip file"));
  // The whole second entry inside the first one's data.
  const std::string inner = MakeZip({{.name = "b", .content = "inner"}});
  const std::string data = inner.substr(0, 30 + 1 + 5);
  const std::string zip =
      MakeZip({{.name = "a", .content = data},
               {.name = "b", .content = "inner", .offset = 31}});
  EXPECT_EQ(Refusal(zip), Entry_a("it overlaps another entry of the zip file"));
  EXPECT_EQ(Refused({.name = "a", .content = "text", .compressed = 5000}),
            Entry_a("it overlaps another entry of the zip file"));
  EXPECT_EQ(Refused({.name = "a", .content = "text", .offset = 4}),
            "'backup': something precedes the zip file's first entry");
}

TEST(ZipReaderTest, RefusesAmbiguousSplitAndEmptyFiles) {
  const ZipFile file{.name = "a", .content = "text"};
  const std::string other_end = MakeZip({});
  EXPECT_EQ(Refusal(MakeZip({file}, {.comment = other_end})),
            "'backup': the zip file has two ends: its comment holds one");
  EXPECT_EQ(Refusal(MakeZip({file}, {.disk = 1})),
            "'backup': the zip file is a part of a split one");
  EXPECT_EQ(Refusal(MakeZip({})), "'backup': the zip file has no entries");
  EXPECT_EQ(Refusal(MakeZip({file}, {.entries = 2})),
            "'backup': the zip file's central directory has not as many "
            "entries as the end record says");
}

TEST(ZipReaderTest, RefusesMalformedExtraFields) {
  const std::string message =
      "'backup': the zip file has a malformed extra field";
  EXPECT_EQ(Refused({.name = "a", .extra = Le16(9) + Le16(5) + "x"}), message);
  EXPECT_EQ(Refused({.name = "a", .extra = "x"}), message);
  EXPECT_EQ(Refused({.name = "a", .extra = std::string(3, '\0')}), "");
  EXPECT_EQ(
      Refused({.name = "a", .extra = Le16(1) + Le16(0) + Le16(1) + Le16(0)}),
      "'backup': the zip file has two zip64 fields");
}

TEST(ZipReaderTest, RefusesUnsafeNamesAndLinks) {
  EXPECT_EQ(Refused({.name = "/a"}),
            "'backup': entry '/a': the path is absolute");
  EXPECT_EQ(Refused({.name = "a/../b"}),
            "'backup': entry 'a/../b': the path has a '..' component");
  EXPECT_EQ(Refused({.name = std::string("a\0b", 3)}),
            "'backup': entry 'a\\x00b': the name holds a NUL byte");
  EXPECT_EQ(Refused({.name = ""}), "'backup': an entry has an empty name");
  EXPECT_EQ(Refused({.name = "a", .mode = 0120777}),
            Entry_a("the symbolic link has no target"));
  EXPECT_EQ(
      Refused(
          {.name = "a", .content = std::string("x\0y", 3), .mode = 0120777}),
      Entry_a("the symbolic link's target holds a NUL byte"));
  EXPECT_EQ(
      Refused(
          {.name = "a", .content = std::string(5000, 'x'), .mode = 0120777}),
      Entry_a("the symbolic link's target is longer than 4095 bytes"));
  EXPECT_EQ(Refused({.name = "a/", .mode = 0120777}),
            "'backup': entry 'a/': its name is a directory's, its mode is not");
  EXPECT_EQ(Refused({.name = "a/", .content = "x", .mode = 040755}),
            "'backup': entry 'a/': it declares content, but is not a regular "
            "file");
}

TEST(ZipReaderTest, RefusesEveryPrefixAndEveryBitFlipOrYieldsTheSame) {
  const std::string zip =
      MakeZip({{.name = "a", .content = "some text", .flags = 8},
               {.name = "b",
                .content = "text text text text",
                .method = 8,
                .data = Deflate("text text text text")}});
  ASSERT_EQ(Refusal(zip), "");
  for (size_t size = 0; size < zip.size(); ++size) {
    ASSERT_NE(Refusal(zip.substr(0, size)), "") << size;
  }
  size_t refused = 0;
  for (size_t bit = 0; bit < zip.size() * 8; ++bit) {
    std::string flipped = zip;
    flipped[bit / 8] = static_cast<char>(flipped[bit / 8] ^ (1 << (bit % 8)));
    std::vector<ReadEntry> entries;
    try {
      entries = ReadArchive(flipped);
    } catch (const Error& e) {
      ASSERT_EQ(e.kind(), ErrorKind::kBadSource) << e.what();
      ++refused;
      continue;
    }
    // Times and modes, and so kinds, have no checksum in the format.
    ASSERT_EQ(entries.size(), 2U) << "bit " << bit;
    const auto content = [&entries](size_t i) {
      return entries[i].content + entries[i].entry.link_target;
    };
    ASSERT_EQ(entries[0].entry.path, "a") << "bit " << bit;
    ASSERT_EQ(content(0), "some text") << "bit " << bit;
    ASSERT_EQ(entries[1].entry.path, "b") << "bit " << bit;
    ASSERT_EQ(content(1), "text text text text") << "bit " << bit;
  }
  EXPECT_GT(refused, zip.size() * 8 / 2);
}

TEST(ZipReaderTest, DeliversInTheOrderOfTheFile) {
  ZipFile first{.name = "first", .content = "1"};
  ZipFile second{.name = "second", .content = "2"};
  const std::string straight = MakeZip({first, second});
  const uint32_t offset = 30 + 5 + 1;
  // The central directory names them the other way round.
  first.offset = 0;
  second.offset = offset;
  const std::string locals = straight.substr(0, offset + 30 + 6 + 1);
  const std::string swapped = MakeZip({second, first});
  const std::string zip = locals + swapped.substr(locals.size());
  const std::vector<ReadEntry> entries = ReadArchive(zip);
  EXPECT_EQ(entries.at(0).entry.path, "first");
  EXPECT_EQ(entries.at(1).entry.path, "second");
}

TEST(ZipReaderTest, APipeIsSpooledAndNothingIsLeft) {
  const testing::TempDir temp;
  ASSERT_EQ(setenv("TMPDIR", temp.path().c_str(), 1), 0);
  MemorySource source(MakeZip({{.name = "a", .content = "text"}}));
  {
    const std::unique_ptr<Reader> reader = OpenArchive(source, {});
    EXPECT_EQ(reader->format(), "zip");
    EXPECT_TRUE(std::filesystem::is_empty(temp.path()));
    EXPECT_EQ(reader->Next()->path, "a");
  }
  ASSERT_EQ(unsetenv("TMPDIR"), 0);
}

}  // namespace
}  // namespace backgraft::archive
