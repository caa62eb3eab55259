#include "archive/tar_reader.h"

#include <gtest/gtest.h>

#include "archive/memory_source.h"
#include "archive/tar_builder.h"

namespace backgraft::archive {
namespace {

std::string Archive(const std::string& members) { return members + TarEnd(); }

Entry OnlyEntry(const std::string& members) {
  const std::vector<ReadEntry> entries = ReadArchive(Archive(members));
  EXPECT_EQ(entries.size(), 1U);
  return entries.at(0).entry;
}

std::string Refused(const std::string& members) {
  return Refusal(Archive(members));
}

TEST(TarReaderTest, ReadsFilesWithTheirContent) {
  const std::vector<ReadEntry> entries = ReadArchive(
      Archive(MakeTar({.name = "a.txt", .content = "hello"}) +
              MakeTar({.name = "b", .content = std::string(512, 'b')}) +
              MakeTar({.name = "run", .mode = 04755, .mtime = 12})));
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].entry.path, "a.txt");
  EXPECT_EQ(entries[0].entry.kind, EntryKind::kRegular);
  EXPECT_EQ(entries[0].entry.size, 5U);
  EXPECT_EQ(entries[0].entry.mtime, 1700000000);
  EXPECT_FALSE(entries[0].entry.executable);
  EXPECT_EQ(entries[0].content, "hello");
  EXPECT_EQ(entries[1].content, std::string(512, 'b'));
  EXPECT_TRUE(entries[2].entry.executable);
  EXPECT_EQ(entries[2].entry.mode, 04755U);
  EXPECT_EQ(entries[2].entry.mtime, 12);
}

TEST(TarReaderTest, ContentThatIsNotReadIsPassedOver) {
  MemorySource source(
      Archive(MakeTar({.name = "a", .content = std::string(3000000, 'a')}) +
              MakeTar({.name = "b", .content = "b"})));
  const std::unique_ptr<Reader> reader = OpenArchive(source, {});
  EXPECT_EQ(reader->format(), "tar");
  ASSERT_EQ(reader->Next()->path, "a");
  EXPECT_FALSE(reader->Read().empty());
  ASSERT_EQ(reader->Next()->path, "b");
  EXPECT_EQ(reader->Next(), std::nullopt);
  EXPECT_EQ(reader->Next(), std::nullopt);
}

TEST(TarReaderTest, DeliversEveryKind) {
  const auto kind = [](char type) {
    return OnlyEntry(MakeTar({.name = "x", .type = type, .link = "t"})).kind;
  };
  EXPECT_EQ(kind('0'), EntryKind::kRegular);
  EXPECT_EQ(kind('\0'), EntryKind::kRegular);
  EXPECT_EQ(kind('7'), EntryKind::kRegular);
  EXPECT_EQ(kind('1'), EntryKind::kHardlink);
  EXPECT_EQ(kind('2'), EntryKind::kSymlink);
  EXPECT_EQ(kind('3'), EntryKind::kDevice);
  EXPECT_EQ(kind('4'), EntryKind::kDevice);
  EXPECT_EQ(kind('5'), EntryKind::kDirectory);
  EXPECT_EQ(kind('6'), EntryKind::kFifo);
  EXPECT_EQ(OnlyEntry(MakeTar({.name = "d/", .magic = ""})).kind,
            EntryKind::kDirectory);
}

TEST(TarReaderTest, LinksKeepTheirTargets) {
  EXPECT_EQ(OnlyEntry(MakeTar({.name = "s", .type = '2', .link = "../../etc"}))
                .link_target,
            "../../etc");
  EXPECT_EQ(OnlyEntry(MakeTar({.name = "h", .type = '1', .link = "./a//b"}))
                .link_target,
            "a/b");
}

TEST(TarReaderTest, MakesNamesPlain) {
  EXPECT_EQ(OnlyEntry(MakeTar({.name = "./a/./b//c"})).path, "a/b/c");
  EXPECT_EQ(OnlyEntry(MakeTar({.name = "a/b/", .type = '5'})).path, "a/b");
  EXPECT_EQ(OnlyEntry(MakeTar({.name = "./", .type = '5'})).path, "");
  EXPECT_EQ(OnlyEntry(MakeTar({.name = ".", .type = '5'})).path, "");
}

TEST(TarReaderTest, JoinsThePrefixOfUstarAlone) {
  EXPECT_EQ(OnlyEntry(MakeTar({.name = "c", .prefix = "a/b"})).path, "a/b/c");
  EXPECT_EQ(OnlyEntry(MakeTar({.name = "c",
                               .magic = std::string("ustar  \0", 8),
                               .prefix = "000"}))
                .path,
            "c");
  EXPECT_EQ(
      OnlyEntry(MakeTar({.name = "c", .magic = "", .prefix = "junk"})).path,
      "c");
  // star keeps times behind a shorter prefix.
  EXPECT_EQ(
      OnlyEntry(PatchHeader(PatchHeader(MakeTar({.name = "c", .prefix = "a"}),
                                        345 + 131, "01234567012 "),
                            508, std::string("tar\0", 4)))
          .path,
      "a/c");
}

TEST(TarReaderTest, ReadsNumbersInBase256) {
  std::string size("\x80\0\0\0\0\0\0\0\0\0\0\x03", 12);
  const std::string member =
      MakeTar({.name = "a", .content = "abc", .raw_size = size});
  EXPECT_EQ(ReadArchive(Archive(member)).at(0).content, "abc");
  const std::string before_1970 = PatchHeader(MakeTar({.name = "a"}), 136,
                                              std::string(11, '\xff') + '\xfe');
  EXPECT_EQ(OnlyEntry(before_1970).mtime, -2);
  size[1] = '\x01';
  EXPECT_EQ(Refused(MakeTar({.name = "a", .raw_size = size})),
            "'backup': entry 'a': the header's size is not a number");
}

TEST(TarReaderTest, RefusesNumbersThatAreNone) {
  EXPECT_EQ(Refused(MakeTar({.name = "a", .raw_size = "0000000000x"})),
            "'backup': entry 'a': the header's size is not a number");
  EXPECT_EQ(Refused(MakeTar({.name = "a", .raw_size = "-1         "})),
            "'backup': entry 'a': the header's size is not a number");
  EXPECT_EQ(
      Refused(MakeTar({.name = "a", .raw_size = std::string(12, '\xff')})),
      "'backup': entry 'a': the header's size is negative");
}

TEST(TarReaderTest, PaxOverridesTheHeader) {
  const std::string long_name =
      std::string(120, 'n') + "/" + std::string(120, 'm');
  const std::vector<ReadEntry> entries = ReadArchive(Archive(
      MakePax({{"path", long_name},
               {"size", "3"},
               {"mtime", "1600000000.75"},
               {"comment", "x"},
               {"SCHILY.xattr.user.a", std::string("b\0c", 3)}}) +
      MakeTar({.name = "short",
               .content = "abc",
               .raw_size = std::string("00000000000\0", 12)}) +
      MakePax({{"linkpath", std::string(200, 't')}, {"mtime", "-1.5"}}) +
      MakeTar({.name = "s", .type = '2', .link = "t"}) +
      MakeTar({.name = "after"})));
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].entry.path, long_name);
  EXPECT_EQ(entries[0].content, "abc");
  EXPECT_EQ(entries[0].entry.mtime, 1600000000);
  EXPECT_EQ(entries[1].entry.link_target, std::string(200, 't'));
  EXPECT_EQ(entries[1].entry.mtime, -2);
  EXPECT_EQ(entries[2].entry.mtime, 1700000000);
}

TEST(TarReaderTest, GlobalPaxMayCommentAndSetTimes) {
  const std::vector<ReadEntry> entries =
      ReadArchive(Archive(MakePax({{"comment", "0123"}, {"mtime", "5"}}, 'g') +
                          MakeTar({.name = "a"}) + MakePax({{"mtime", "6"}}) +
                          MakeTar({.name = "b"})));
  EXPECT_EQ(entries.at(0).entry.mtime, 5);
  EXPECT_EQ(entries.at(1).entry.mtime, 6);
}

TEST(TarReaderTest, RefusesPaxThatReadersDisagreeAbout) {
  const std::string file = MakeTar({.name = "a"});
  for (const char* key : {"path", "linkpath", "size"}) {
    EXPECT_EQ(Refused(MakePax({{key, "1"}}, 'g') + file),
              "'backup': a global pax header sets the path, link or size of "
              "every entry");
  }
  EXPECT_EQ(Refused(MakePax({{"path", "x"}, {"path", "y"}}) + file),
            "'backup': the pax header says different things under 'path'");
  EXPECT_EQ(Refused(MakePax({{"path", std::string("x\0y", 3)}}) + file),
            "'backup': the pax header's 'path' holds a NUL byte");
  EXPECT_EQ(Refused(MakePax({{"path", ""}}) + file),
            "'backup': the pax header's 'path' is empty");
  EXPECT_EQ(Refused(MakePax({{"size", "12x"}}) + file),
            "'backup': the pax header's size is not a number");
  EXPECT_EQ(Refused(MakePax({{"size", "9223372036854775808"}}) + file),
            "'backup': the pax header's size is not a number");
  EXPECT_EQ(Refused(MakePax({{"mtime", "soon"}}) + file),
            "'backup': the pax header's time is not a number");
  EXPECT_EQ(Refused(MakePax({{"hdrcharset", "KOI8-R"}}) + file),
            "'backup': the pax header's names are in the unknown encoding "
            "'KOI8-R'");
  for (const char* key :
       {"GNU.sparse.major", "GNU.sparse.name", "SCHILY.realsize"}) {
    EXPECT_EQ(Refused(MakePax({{key, "1"}}) + file),
              "'backup': sparse files in tar archives are not supported");
  }
  EXPECT_EQ(
      Refused(MakePax({{"mtime", "1"}}) + MakePax({{"mtime", "1"}}) + file),
      "'backup': two pax headers for one entry");
  EXPECT_EQ(Refused(MakePax({{"mtime", "1"}}) + MakePax({{"mtime", "1"}}, 'g') +
                    file),
            "'backup': a global pax header between an entry and its header");
  EXPECT_EQ(Refused(file + MakePax({{"mtime", "1"}})),
            "'backup': the tar archive ends after an extended header");
}

TEST(TarReaderTest, RefusesMalformedPax) {
  for (const char* const body :
       {"x", "5 a=b", "99 path=x\n", "4 a\n", "7 path=x\n", "6 =ab\n", " a=b\n",
        "-6 a=b\n", "0 \n", "6 a=bc"}) {
    EXPECT_EQ(Refused(MakeTar({.name = "p", .content = body, .type = 'x'}) +
                      MakeTar({.name = "a"})),
              "'backup': the tar archive has a malformed pax header")
        << body;
  }
  EXPECT_EQ(Refused(MakeTar({.name = "p",
                             .content = std::string((1 << 20) + 1, 'x'),
                             .type = 'x'})),
            "'backup': an extended tar header is larger than 1 MiB");
}

TEST(TarReaderTest, ReadsGnuLongNames) {
  const std::string name(200, 'n');
  const std::string link(300, 'l');
  const Entry entry = OnlyEntry(
      MakeTar({.name = "././@LongLink", .content = link + '\0', .type = 'K'}) +
      MakeTar({.name = "././@LongLink", .content = name + '\0', .type = 'L'}) +
      MakeTar({.name = "n", .type = '2', .link = "l"}));
  EXPECT_EQ(entry.path, name);
  EXPECT_EQ(entry.link_target, link);
}

TEST(TarReaderTest, RefusesGnuLongNamesThatReadersDisagreeAbout) {
  const auto longlink = [](const std::string& content, char type = 'L') {
    return MakeTar({.name = "././@LongLink", .content = content, .type = type});
  };
  const std::string file = MakeTar({.name = "a"});
  EXPECT_EQ(Refused(longlink("x") + longlink("y") + file),
            "'backup': two long names for one entry");
  EXPECT_EQ(Refused(longlink("x", 'K') + longlink("y", 'K') + file),
            "'backup': two long link targets for one entry");
  EXPECT_EQ(Refused(longlink("") + file), "'backup': a long name is empty");
  EXPECT_EQ(Refused(longlink(std::string("a\0b\0", 4)) + file),
            "'backup': entry 'a\\x00b': the name holds a NUL byte");
  const std::string both =
      "both a pax header and a GNU long name describe the entry";
  EXPECT_EQ(Refused(MakePax({{"path", "x"}}) + longlink("y") + file),
            "'backup': entry 'y': " + both);
  EXPECT_EQ(Refused(longlink("y") + MakePax({{"path", "x"}}) + file),
            "'backup': entry 'a': " + both);
}

TEST(TarReaderTest, RefusesUnsafeNames) {
  EXPECT_EQ(Refused(MakeTar({.name = "a/../b"})),
            "'backup': entry 'a/../b': the path has a '..' component");
  EXPECT_EQ(Refused(MakeTar({.name = ".."})),
            "'backup': entry '..': the path has a '..' component");
  EXPECT_EQ(Refused(MakeTar({.name = "/etc/passwd"})),
            "'backup': entry '/etc/passwd': the path is absolute");
  EXPECT_EQ(Refused(MakeTar({.name = ""})),
            "'backup': an entry has an empty name");
  EXPECT_EQ(Refused(MakeTar({.name = "./"}).replace(156, 1, "2")),
            "'backup': the tar archive is damaged: a header has a wrong "
            "checksum");
  EXPECT_EQ(Refused(MakeTar({.name = ".", .type = '0'})),
            "'backup': entry '.': the root is not a directory");
  EXPECT_EQ(Refused(MakePax({{"path", std::string(256, 'x')}}) +
                    MakeTar({.name = "a"})),
            "'backup': entry '" + std::string(256, 'x') +
                "': a component of the path is longer than 255 bytes");
  std::string deep;
  for (int i = 0; i < 2048; ++i) deep += "d/";
  Limits limits;
  limits.depth = 5000;
  EXPECT_EQ(
      Refusal(Archive(MakePax({{"path", deep + "x"}}) + MakeTar({.name = "a"})),
              limits),
      "'backup': entry '" + deep.substr(0, 300) +
          "'... (4097 bytes): the path is longer than 4095 bytes");
}

TEST(TarReaderTest, RefusesLinksWithoutUse) {
  EXPECT_EQ(Refused(MakeTar({.name = "s", .type = '2'})),
            "'backup': entry 's': the symbolic link has no target");
  EXPECT_EQ(Refused(MakeTar({.name = "h", .type = '1', .link = "./"})),
            "'backup': entry 'h': the hard link has no target");
  EXPECT_EQ(Refused(MakeTar({.name = "h", .type = '1', .link = "../x"})),
            "'backup': entry 'h': entry '../x': the path has a '..' component");
  EXPECT_EQ(Refused(MakePax({{"linkpath", std::string(4096, 'x')}}) +
                    MakeTar({.name = "s", .type = '2'})),
            "'backup': entry 's': the symbolic link's target is longer than "
            "4095 bytes");
}

TEST(TarReaderTest, RefusesContentOfWhatIsNoFile) {
  for (const char type : {'1', '2', '3', '4', '5', '6'}) {
    EXPECT_EQ(Refused(MakeTar(
                  {.name = "x", .content = "y", .type = type, .link = "t"})),
              "'backup': entry 'x': it declares content, but is not a regular "
              "file");
  }
}

TEST(TarReaderTest, RefusesTypesItDoesNotKnow) {
  EXPECT_EQ(Refused(MakeTar({.name = "x", .type = 'S'})),
            "'backup': entry 'x': sparse files in tar archives are not "
            "supported");
  EXPECT_EQ(Refused(MakeTar({.name = "x", .type = 'M'})),
            "'backup': entry 'x': the tar archive is a part of a multi-volume "
            "one");
  EXPECT_EQ(Refused(MakeTar({.name = "x", .type = 'D'})),
            "'backup': entry 'x': incremental tar archives are not supported");
  for (const char type : {'A', 'V', 'N', '8', ' ', 'z'}) {
    EXPECT_EQ(Refused(MakeTar({.name = "x", .type = type})),
              std::string("'backup': entry 'x': entries of the type '") + type +
                  "' are not supported");
  }
}

TEST(TarReaderTest, RefusesAWrongChecksum) {
  std::string member = MakeTar({.name = "abc"});
  member[0] = 'b';
  EXPECT_EQ(Refused(MakeTar({.name = "first"}) + member),
            "'backup': the tar archive is damaged: a header has a wrong "
            "checksum");
}

TEST(TarReaderTest, AcceptsASignedChecksum) {
  std::string member = MakeTar({.name = "\xff\xfe"});
  int sum = 0;
  member.replace(148, 8, "        ");
  for (size_t i = 0; i < 512; ++i) sum += static_cast<signed char>(member[i]);
  std::string octal;
  for (int rest = sum; rest > 0; rest /= 8) {
    octal.insert(octal.begin(), static_cast<char>('0' + rest % 8));
  }
  member.replace(148, 8, (octal + std::string(8, '\0')).substr(0, 8));
  EXPECT_EQ(OnlyEntry(member).path, "\xff\xfe");
}

TEST(TarReaderTest, RefusesEveryPrefix) {
  const std::string archive =
      Archive(MakePax({{"mtime", "1"}}) +
              MakeTar({.name = "a", .content = std::string(600, 'a')}) +
              MakeTar({.name = "d/", .type = '5'}));
  for (size_t size = 0; size < archive.size(); ++size) {
    ASSERT_NE(Refusal(archive.substr(0, size)), "") << size;
  }
  EXPECT_EQ(Refusal(archive), "");
}

TEST(TarReaderTest, NeedsBothZeroBlocks) {
  const std::string file = MakeTar({.name = "a", .content = "abc"});
  EXPECT_EQ(Refusal(file),
            "'backup': the tar archive is cut off: the two zero blocks of its "
            "end are missing");
  EXPECT_EQ(RefusalHint(file, {}),
            "get it again, and have it compared with what it should be: "
            "--sha256 HEX\n");
  const std::string one =
      "'backup': the tar archive has only one of the two zero blocks of its "
      "end";
  EXPECT_EQ(Refusal(file + std::string(512, '\0')), one);
  EXPECT_EQ(Refusal(file + std::string(512, '\0') + file + TarEnd()), one);
  EXPECT_EQ(Refusal(file + TarEnd() + std::string(10240, '\0')), "");
  EXPECT_EQ(Refusal(file + TarEnd() + std::string(7, '\0')), "");
}

TEST(TarReaderTest, RefusesBytesBehindTheEnd) {
  const std::string file = MakeTar({.name = "a"});
  const std::string message =
      "'backup': bytes other than zero follow the tar archive's end";
  EXPECT_EQ(Refusal(file + TarEnd() + "x"), message);
  EXPECT_EQ(Refusal(file + TarEnd() + file + TarEnd()), message);
  EXPECT_EQ(Refusal(file + TarEnd() + std::string(3000000, '\0') + "x"),
            message);
}

TEST(TarReaderTest, RefusesAnArchiveWithoutEntries) {
  EXPECT_EQ(Refusal(TarEnd()), "'backup': the tar archive has no entries");
  EXPECT_EQ(Refusal(MakePax({{"comment", "x"}}, 'g') + TarEnd()),
            "'backup': the tar archive has no entries");
}

TEST(TarReaderTest, RefusesContentThatIsCutOff) {
  const std::string file =
      MakeTar({.name = "a", .content = std::string(1000, 'a')});
  EXPECT_EQ(Refusal(file.substr(0, 512 + 400)),
            "'backup': entry 'a': the tar archive is cut off: 600 bytes of the "
            "content are missing");
}

}  // namespace
}  // namespace backgraft::archive
