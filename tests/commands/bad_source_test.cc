// Sources that every command refuses.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/refusal.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;

class BadSourceTest : public ::testing::TestWithParam<Row> {};

TEST_P(BadSourceTest, SaysWhyAndChangesNothing) { ExpectRefused(GetParam()); }

// --- The source -------------------------------------------------------------

Row Source(const std::string& name, const std::string& message,
           const std::function<std::string(const Sandbox&)>& make) {
  return {name, 3, message, "", [make](const Sandbox& box) {
            return Args{"flatten", make(box)};
          }};
}

Row Bytes(const std::string& name, const std::string& message,
          const std::string& bytes) {
  return Source(name, message, [bytes](const Sandbox& box) {
    return box.Write("backup", bytes);
  });
}

// A tar with one good file before `members`.
Row Members(const std::string& name, const std::string& message,
            std::vector<TarMember> members) {
  members.insert(members.begin(), {.name = "index.php", .content = "i\n"});
  return Bytes(name, message, TarOf(members));
}

Row Named(const std::string& name, const std::string& path) {
  return Members(name, "entry", {{.name = path, .content = "x"}});
}

// As a pax path, for names longer than a header holds.
Row NamedLong(const std::string& name, const std::string& message,
              const std::string& path) {
  return Bytes(
      name, message,
      archive::MakePax({{"path", path}}) + MakeTar({.name = "x"}) + TarEnd());
}

std::string Good() {
  return TarOf(
      {{.name = "a", .content = "a\n"}, {.name = "b", .content = "b\n"}});
}

std::string Repeated(const std::string& text, size_t times) {
  std::string out;
  for (size_t i = 0; i < times; ++i) out += text;
  return out;
}

const std::string kHfsDotGit = ".g\u200cit";

const std::vector<Row> kSources = {
    Named("Traversal", "a/../../evil"),
    Named("TraversalAlone", ".."),
    Named("Absolute", "/etc/evil"),
    Named("UpperGit", "a/.GIT/config"),
    Named("ShortGit", "git~1/config"),
    Named("HfsGit", kHfsDotGit + "/config"),
    Named("NtfsGitDot", ".git./config"),
    Named("NtfsGitStream", ".git::$INDEX_ALLOCATION/config"),
    Named("BackslashGit", "a\\.git\\config"),
    Members("GitSymlink", ".GIT", {Symlink(".GIT", "elsewhere")}),
    Members("GitmodulesSymlink", ".gitmodules",
            {Symlink(".gitmodules", "index.php")}),
    Members("GitmodulesUrl", "gitmodulesUrl",
            {{.name = ".gitmodules",
              .content = "[submodule \"x\"]\n\tpath = x\n\turl = "
                         "-u./payload\n"}}),
    Members("GitmodulesName", "gitmodulesName",
            {{.name = ".gitmodules",
              .content = "[submodule \"../x\"]\n\tpath = x\n\turl = "
                         "https://example.com/x\n"}}),
    Members("GitmodulesBelowOtherCase", "gitmodulesUrl",
            {{.name = "d/.GITMODULES",
              .content = "[submodule \"x\"]\n\turl = -u./payload\n"}}),
    Members(
        "GitmodulesByHardLink", "hard link",
        {{.name = "x", .content = "[submodule \"x\"]\n\turl = -u./payload\n"},
         Hardlink(".gitmodules", "x")}),
    Members("Fifo", "fifo", {{.name = "f", .type = '6'}}),
    Members("CharacterDevice", "device", {{.name = "d", .type = '3'}}),
    Members("BlockDevice", "device", {{.name = "d", .type = '4'}}),
    Members("DuplicateContent", "'a'",
            {{.name = "a", .content = "1"}, {.name = "a", .content = "2"}}),
    Members("DuplicateMode", "'a'",
            {{.name = "a", .content = "1"},
             {.name = "a", .content = "1", .mode = 0755}}),
    Members("DuplicateKind", "'a'",
            {{.name = "a", .content = "b"}, Symlink("a", "b")}),
    Members("FileThenDirectory", "'a'",
            {{.name = "a", .content = "1"}, Directory("a")}),
    Members("DirectoryThenFile", "'a'",
            {Directory("a"), {.name = "a", .content = "1"}}),
    Members("BelowFile", "'a'",
            {{.name = "a", .content = "1"}, {.name = "a/b", .content = "1"}}),
    Members("BelowSymlink", "'a'",
            {Symlink("a", "/tmp"), {.name = "a/b", .content = "1"}}),
    Members("SymlinkToNothing", "target", {Symlink("a", "")}),
    Members("HardlinkToNothing", "'nothing'", {Hardlink("h", "nothing")}),
    Members("HardlinkToLater", "'later'",
            {Hardlink("h", "later"), {.name = "later", .content = "1"}}),
    Members("HardlinkToSymlink", "'s'",
            {Symlink("s", "x"), Hardlink("h", "s")}),
    Members("HardlinkOutside", "entry", {Hardlink("h", "../../etc/passwd")}),
    NamedLong("LongComponent", "255", std::string(256, 'a')),
    NamedLong("LongPath", "4095",
              Repeated(std::string(99, 'a') + "/", 41) + "x"),
    NamedLong("Deep", "256", Repeated("d/", 256) + "x"),
    NamedLong("NulInName", "NUL", std::string("a\0b", 3)),
    Bytes("Truncated", "cut off", Good().substr(0, 700)),
    Bytes("OneZeroBlock", "", Good().substr(0, Good().size() - 512)),
    Bytes("NoZeroBlocks", "", Good().substr(0, Good().size() - 1024)),
    Bytes("TrailingBytes", "follow the tar archive's end",
          Good() + std::string(512, '\0') + "x"),
    Bytes("SecondTar", "follow the tar archive's end", Good() + Good()),
    Bytes("NoEntries", "", TarEnd()),
    Bytes("OnlyDirectories", "no files", TarOf({Directory("a")})),
    Bytes("Dump", "dump",
          "-- MySQL dump 10.13\n--\nCREATE TABLE `a` (`b` int);\n"),
    Bytes("HtmlPage", "HTML",
          "<!DOCTYPE html><html><body>Forbidden</body></html>\n"),
    Bytes("XmlPage", "XML",
          "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code></Error>"),
    Bytes("Noise", "", "this is a letter, not an archive\n"),
    Bytes("EmptyFile", "it is empty", ""),
    Source("DoubleCompressed", "",
           [](const Sandbox& box) {
             return box.Write("b",
                              Compressed({"gzip", "-nc"},
                                         Compressed({"gzip", "-nc"}, Good())));
           }),
    Source("GzipWithBitFlipped", "gzip",
           [](const Sandbox& box) {
             std::string bytes = Compressed({"gzip", "-nc"}, Good());
             bytes[bytes.size() - 6] ^= 1;  // in the CRC
             return box.Write("b", bytes);
           }),
    Source("GzipTruncated", "gzip",
           [](const Sandbox& box) {
             std::string bytes = Compressed({"gzip", "-nc"}, Good());
             return box.Write("b", bytes.substr(0, bytes.size() - 4));
           }),
    Source("Nonexistent", "'/nowhere/backup.tar'",
           [](const Sandbox&) { return "/nowhere/backup.tar"; }),
    Source("Device", "device", [](const Sandbox&) { return "/dev/zero"; }),
    Source("EmptyDirectory", "empty",
           [](const Sandbox& box) {
             mkdir((box.path() + "/e").c_str(), 0755);
             return box.path() + "/e";
           }),
    Source("DirectoryWithFifo", "fifo",
           [](const Sandbox& box) {
             box.Write("d/file", "x");
             mkfifo((box.path() + "/d/fifo").c_str(), 0644);
             return box.path() + "/d";
           }),
    Source("BareRepository", "bare",
           [](const Sandbox& box) {
             box.Git({"init", "-q", "--bare", "../bare.git"});
             return box.path() + "/bare.git";
           }),
};

INSTANTIATE_TEST_SUITE_P(Source, BadSourceTest, ::testing::ValuesIn(kSources),
                         RowName);

// What flatten refuses, the other two refuse in the same words.
class OtherCommandsTest : public ::testing::TestWithParam<Row> {};

TEST_P(OtherCommandsTest, HoldsForInspectAndVerify) {
  const Row& row = GetParam();
  Sandbox box;
  std::string source = row.prepare(box)[1];
  for (const char* command : {"inspect", "verify"}) {
    // A dump is a good source, only not of code; contents of .gitmodules are
    // nothing a comparison minds.
    bool inspect = std::string(command) == "inspect";
    if (inspect ? row.name == "Dump"
                : row.name.starts_with("Gitmodules") &&
                      row.name != "GitmodulesSymlink" &&
                      row.name != "GitmodulesByHardLink") {
      continue;
    }
    ProcessResult result = box.Backgraft({command, source});
    EXPECT_EQ(result.status, 3) << command << result.out;
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr(row.message));
    EXPECT_THAT(result.err, HasSubstr("\nhint: "));
  }
}

INSTANTIATE_TEST_SUITE_P(Source, OtherCommandsTest,
                         ::testing::ValuesIn(kSources), RowName);

// --- Limits -----------------------------------------------------------------

Row Limit(const std::string& name, const std::string& option,
          const std::string& value) {
  return {name, 3, "", option, [option, value](const Sandbox& box) {
            std::string tar =
                box.WriteTar({{.name = "a/b/c", .content = "12345678"},
                              {.name = "d", .content = "12345678"}});
            return Args{"flatten", tar, option, value};
          }};
}

const std::vector<Row> kLimits = {
    Limit("Total", "--max-total", "15"),
    Limit("File", "--max-file", "7"),
    Limit("Entries", "--max-entries", "1"),
    Limit("Depth", "--max-depth", "2"),
    {"Ratio", 3, "", "--max-ratio",
     [](const Sandbox& box) {
       std::string tar =
           TarOf({{.name = "zeros",
                   .content = std::string(size_t{110} << 20, '\0')}});
       return Args{"flatten", box.Write("b", Compressed({"zstd", "-qc"}, tar))};
     }},
};

INSTANTIATE_TEST_SUITE_P(Limits, BadSourceTest, ::testing::ValuesIn(kLimits),
                         RowName);

}  // namespace
}  // namespace backgraft::commands
