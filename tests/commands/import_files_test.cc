// `import files`: a directory of uploads out of a backup, at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "base/error.h"
#include "base/io.h"
#include "commands/sandbox.h"
#include "import/files_switch.h"
#include "testing/snapshot.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::vector<TarMember> kUploads = {
    {.name = "files_live/a.txt", .content = "a\n"},
    {.name = "files_live/css/b.css", .content = "b\n", .mode = 0700},
};

class ImportFilesTest : public ::testing::Test {
 protected:
  ImportFilesTest() {
    sandbox_.Write("site/files/old.txt", "old\n");
    sandbox_.Write("site/files/a.txt", "before\n");
  }
  std::string target() const { return sandbox_.path() + "/site/files"; }
  std::string Tar(const std::vector<TarMember>& members) const {
    return sandbox_.WriteTar(members, "uploads.tar");
  }
  ProcessResult Import(const std::string& source,
                       std::vector<std::string> more = {}) const {
    more.insert(more.begin(), {"import", "files", source, target()});
    return sandbox_.Backgraft(more);
  }
  // What the target holds, one "path=content" a word.
  std::string Holds(const std::string& name = "site/files") const {
    std::string text;
    for (const auto& [path, what] :
         testing::Snapshot(sandbox_.path() + "/" + name)) {
      struct stat status;
      const std::string full = sandbox_.path() + "/" + name + "/" + path;
      if (lstat(full.c_str(), &status) != 0 || S_ISDIR(status.st_mode)) {
        continue;
      }
      text += path + "=";
      text += S_ISLNK(status.st_mode)
                  ? std::filesystem::read_symlink(full).native() + "\n"
                  : ReadFile(full);
    }
    return text;
  }
  unsigned Mode(const std::string& path) const {
    struct stat status {};
    EXPECT_EQ(stat((target() + "/" + path).c_str(), &status), 0);
    return status.st_mode & 07777;
  }
  void ExpectRefused(const std::string& source, int status,
                     const std::string& message,
                     const std::vector<std::string>& more = {}) const {
    const auto before = testing::Snapshot(sandbox_.path() + "/site");
    const ProcessResult result = Import(source, more);
    EXPECT_EQ(result.status, status) << result.err;
    EXPECT_THAT(result.err, HasSubstr(message));
    EXPECT_THAT(
        testing::Changes(before, testing::Snapshot(sandbox_.path() + "/site")),
        IsEmpty());
    EXPECT_EQ(Holds(), "a.txt=before\nold.txt=old\n");
    EXPECT_EQ(Beside(), 0u);
  }
  // How many staging directories stand beside the target.
  size_t Beside() const {
    size_t count = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(sandbox_.path() + "/site")) {
      count += entry.path().filename().native().starts_with(".backgraft-");
    }
    return count;
  }

  Sandbox sandbox_;
};

TEST_F(ImportFilesTest, ReplacesAndKeepsTheOld) {
  const ProcessResult result = Import(Tar(kUploads), {"--json"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Holds(), "a.txt=a\ncss/b.css=b\n");
  EXPECT_EQ(Mode("a.txt"), 0644u);
  EXPECT_EQ(Mode("css/b.css"), 0755u);
  const nlohmann::json json = JsonOf(result);
  EXPECT_EQ(json["counts"]["modified"], 1);
  EXPECT_EQ(json["counts"]["deleted"], 1);
  EXPECT_EQ(json["source"]["kind"], "files");
  EXPECT_EQ(json["source"]["root"], "files_live");
  EXPECT_TRUE(json["verified"]);
  struct stat status;
  ASSERT_EQ(stat((target() + "/a.txt").c_str(), &status), 0);
  EXPECT_EQ(status.st_mtime, 1700000000);
  for (const auto& entry :
       std::filesystem::directory_iterator(sandbox_.path() + "/site")) {
    const std::string name = entry.path().filename().native();
    if (!name.starts_with(".backgraft-files-")) continue;
    EXPECT_EQ(Holds("site/" + name + "/tree"), "a.txt=before\nold.txt=old\n");
  }
  EXPECT_EQ(Beside(), 1u);
}

TEST_F(ImportFilesTest, TheSameTwiceIsNothingToDo) {
  const std::string source = Tar(kUploads);
  ASSERT_EQ(Import(source).status, 0);
  const auto before = testing::Snapshot(target(), true);
  const ProcessResult again = Import(source);
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.out, HasSubstr("nothing to do"));
  EXPECT_THAT(testing::Changes(before, testing::Snapshot(target(), true)),
              IsEmpty());
  EXPECT_EQ(Beside(), 1u);
}

TEST_F(ImportFilesTest, OverlayKeepsWhatTheSourceLacks) {
  ASSERT_EQ(chmod((target() + "/old.txt").c_str(), 0600), 0);
  ASSERT_EQ(Import(Tar(kUploads), {"--mode", "overlay"}).status, 0);
  EXPECT_EQ(Holds(), "a.txt=a\ncss/b.css=b\nold.txt=old\n");
  EXPECT_EQ(Mode("old.txt"), 0600u);
  EXPECT_THAT(Import(Tar(kUploads), {"--mode", "overlay"}).out,
              HasSubstr("nothing to do"));
}

TEST_F(ImportFilesTest, DryRunTellsAndWritesNothing) {
  const auto before = testing::Snapshot(sandbox_.path() + "/site", true);
  const ProcessResult result = Import(Tar(kUploads), {"-n"});
  EXPECT_EQ(result.status, 0);
  EXPECT_THAT(result.out, HasSubstr("changes: 1 added, 1 modified, 1 deleted\n"
                                    "  M a.txt\n  A css/b.css\n  D old.txt\n"));
  EXPECT_THAT(testing::Changes(
                  before, testing::Snapshot(sandbox_.path() + "/site", true)),
              IsEmpty());
}

TEST_F(ImportFilesTest, FindsTheRoot) {
  const TarMember file = {.name = "x", .content = "x\n"};
  const auto in = [&](const std::string& directory) {
    TarMember member = file;
    member.name = directory + "x";
    return member;
  };
  ASSERT_EQ(Import(Tar({Directory("./"), in("./only/")})).status, 0);
  EXPECT_EQ(Holds(), "only/x=x\n");
  ASSERT_EQ(Import(Tar({in("backup/")})).status, 0);
  EXPECT_EQ(Holds(), "x=x\n");
  ASSERT_EQ(Import(Tar({Directory("./"), in("./files_test/only/")})).status, 0);
  EXPECT_EQ(Holds(), "only/x=x\n");
  ASSERT_EQ(Import(Tar({in("backup/files_dev/")})).status, 0);
  EXPECT_EQ(Holds(), "x=x\n");
  ASSERT_EQ(Import(Tar({in("one/"), in("two/")})).status, 0);
  EXPECT_EQ(Holds(), "one/x=x\ntwo/x=x\n");
  ASSERT_EQ(Import(Tar({in("one/"), in("two/")}), {"--root", "two"}).status, 0);
  EXPECT_EQ(Holds(), "x=x\n");
  ASSERT_EQ(Import(Tar({in("one/")}), {"--root", "."}).status, 0);
  EXPECT_EQ(Holds(), "one/x=x\n");
}

TEST_F(ImportFilesTest, LeavesOutWhatCouldDoHarm) {
  TarMember pipe = {.name = "f/pipe", .type = '6'};
  const ProcessResult result =
      Import(Tar({{.name = "f/a.txt", .content = "a\n"},
                  {.name = "f/s.txt", .content = "s\n", .mode = 04777},
                  Symlink("f/in", "a.txt"),
                  Symlink("f/up", "../x"),
                  Symlink("f/abs", "/etc/passwd"),
                  Directory("f/d/"),
                  Symlink("f/d/back", ".."),
                  Symlink("f/hop", "d/back/../y"),
                  pipe,
                  {.name = "f/sub/.git/config", .content = "x"},
                  {.name = "f/.DS_Store", .content = "x"},
                  Hardlink("f/hard.txt", "f/a.txt")}),
             {"--json", "--keep-modes"});
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Holds(), "a.txt=a\nd/back=..\nhard.txt=a\nin=a.txt\ns.txt=s\n");
  EXPECT_EQ(Mode("s.txt"), 0777u);
  EXPECT_EQ(JsonOf(result)["left_out"].size(), 6u);
}

TEST_F(ImportFilesTest, RefusesBadSources) {
  const TarMember a = {.name = "f/a", .content = "a\n"};
  ExpectRefused(Tar({a, {.name = "f/a/b", .content = "b\n"}}), 3,
                "is no directory");
  ExpectRefused(Tar({a, {.name = "f/a", .content = "b\n"}}), 3,
                "it is there twice");
  ExpectRefused(Tar({a, Symlink("f/a", "x")}), 3, "it is there twice");
  ExpectRefused(
      Tar({Symlink("f/l", "/etc"), {.name = "f/l/x", .content = "x"}}), 3,
      "is no directory");
  ExpectRefused(Tar({a, Hardlink("f/h", "f/none")}), 3, "hard link");
  ExpectRefused(Tar({{.name = "../a", .content = "a"}}), 3, "..");
  ExpectRefused(Tar({a}), 3, "has no directory 'g'", {"--root", "g"});
  ExpectRefused(Tar({a}), 3, "its SHA-256 is",
                {"--sha256", std::string(64, '0')});
  std::string cut =
      TarOf({a, {.name = "f/b", .content = std::string(5000, 'b')}});
  cut.resize(3000);
  ExpectRefused(sandbox_.Write("cut.tar", cut), 3, "");
}

TEST_F(ImportFilesTest, UndoBringsTheDirectoryBack) {
  const std::string source = Tar(kUploads);
  const std::string before = Holds();
  ASSERT_EQ(sandbox_.Backgraft({"import", "files", source, target()}).status,
            0);
  const std::string after = Holds();
  EXPECT_NE(before, after);
  for (int round = 0; round < 2; ++round) {
    ASSERT_EQ(sandbox_.Backgraft({"undo"}).status, 0);
    EXPECT_EQ(Holds(), before);
    ASSERT_EQ(sandbox_.Backgraft({"redo"}).status, 0);
    EXPECT_EQ(Holds(), after);
  }
  // One that was made goes, and comes again.
  const std::string made = sandbox_.path() + "/made";
  ASSERT_EQ(sandbox_.Backgraft({"import", "files", source, made}).status, 0);
  ASSERT_EQ(sandbox_.Backgraft({"undo"}).status, 0);
  EXPECT_FALSE(std::filesystem::exists(made));
  ASSERT_EQ(sandbox_.Backgraft({"redo"}).status, 0);
  EXPECT_EQ(Holds("made"), after);
  for (const auto& entry :
       std::filesystem::directory_iterator(sandbox_.path())) {
    EXPECT_FALSE(
        entry.path().filename().native().starts_with(".backgraft-made-"));
  }
  // A directory that somebody put in its place is not taken away.
  std::filesystem::rename(made, made + "-aside");
  sandbox_.Write("made/theirs", "theirs\n");
  const ProcessResult refused = sandbox_.Backgraft({"undo", "6"});
  EXPECT_EQ(refused.status, 2) << refused.out;
  EXPECT_EQ(Holds("made"), "theirs=theirs\n");
}

TEST_F(ImportFilesTest, Targets) {
  const std::string source = Tar(kUploads);
  // A link is followed, and stays one.
  std::filesystem::create_directory_symlink(target(),
                                            sandbox_.path() + "/link");
  ASSERT_EQ(
      sandbox_.Backgraft({"import", "files", source, sandbox_.path() + "/link"})
          .status,
      0);
  EXPECT_TRUE(std::filesystem::is_symlink(sandbox_.path() + "/link"));
  EXPECT_EQ(Holds(), "a.txt=a\ncss/b.css=b\n");
  // One that is not there is made, and nothing is left beside it.
  ASSERT_EQ(
      sandbox_.Backgraft({"import", "files", source, sandbox_.path() + "/new/"})
          .status,
      0);
  EXPECT_EQ(Holds("new"), "a.txt=a\ncss/b.css=b\n");
  for (const auto& entry :
       std::filesystem::directory_iterator(sandbox_.path())) {
    EXPECT_FALSE(entry.path().filename().native().starts_with(".backgraft-"));
  }
  const auto refused = [&](const std::string& directory) {
    return sandbox_.Backgraft({"import", "files", source, directory});
  };
  EXPECT_THAT(refused(sandbox_.repo()).err, HasSubstr("holds '.git'"));
  EXPECT_EQ(refused(sandbox_.repo()).status, 2);
  EXPECT_EQ(refused("/proc").status, 2);
  EXPECT_EQ(refused("/").status, 2);
  EXPECT_EQ(refused(source).status, 2);
  EXPECT_EQ(refused(sandbox_.path() + "/no/such").status, 2);
  std::filesystem::create_symlink("nowhere", sandbox_.path() + "/dangling");
  EXPECT_EQ(refused(sandbox_.path() + "/dangling").status, 2);
}

TEST(FilesSwitchTest, GoesThereAndBackHoweverOftenItIsAsked) {
  const testing::TempDir dir;
  dir.Write("files/old", "old");
  dir.Write(".backgraft-files-1/tree/new", "new");
  struct stat old, staged;
  ASSERT_EQ(stat((dir / "files").c_str(), &old), 0);
  ASSERT_EQ(stat((dir / ".backgraft-files-1/tree").c_str(), &staged), 0);
  imports::FilesSwitch files;
  files.target = dir / "files";
  files.staging = dir / ".backgraft-files-1";
  files.existed = true;
  files.device = staged.st_dev;
  files.staged_inode = staged.st_ino;
  files.old_inode = old.st_ino;
  files = imports::FilesSwitchFromJson(imports::ToJson(files));
  for (int round = 0; round < 3; ++round) {
    imports::Switch(files);
    imports::Switch(files);
    EXPECT_TRUE(imports::IsSwitched(files));
    EXPECT_EQ(ReadFile(dir / "files/new"), "new");
    imports::SwitchBack(files);
    imports::SwitchBack(files);
    EXPECT_FALSE(imports::IsSwitched(files));
    EXPECT_EQ(ReadFile(dir / "files/old"), "old");
  }
  imports::Discard(files);
  imports::Discard(files);
  imports::SwitchBack(files);
  EXPECT_THROW(imports::Switch(files), Error);
  EXPECT_EQ(ReadFile(dir / "files/old"), "old");
}

TEST(FilesSwitchTest, AReaderNeverSeesAGap) {
  const testing::TempDir dir;
  dir.Write("files/both", "old");
  dir.Write(".backgraft-files-1/tree/both", "new");
  struct stat old, staged;
  ASSERT_EQ(stat((dir / "files").c_str(), &old), 0);
  ASSERT_EQ(stat((dir / ".backgraft-files-1/tree").c_str(), &staged), 0);
  const imports::FilesSwitch files = {dir / "files", dir / ".backgraft-files-1",
                                      true,          staged.st_dev,
                                      staged.st_ino, old.st_ino};
  std::atomic<bool> stop = false;
  std::atomic<uint64_t> reads = 0, gaps = 0;
  std::jthread reader([&] {
    const std::string path = dir / "files/both";
    while (!stop) {
      gaps += access(path.c_str(), F_OK) != 0;
      ++reads;
    }
  });
  for (int i = 0; i < 500; ++i) {
    imports::Switch(files);
    imports::SwitchBack(files);
  }
  stop = true;
  reader.join();
  EXPECT_EQ(gaps, 0u);
  EXPECT_GT(reads, 1000u);
}

}  // namespace
}  // namespace backgraft::commands
