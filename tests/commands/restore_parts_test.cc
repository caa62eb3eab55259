// `restore` of code, a database and uploaded files at once: one operation.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/io.h"
#include "commands/parts_fixture.h"
#include "testing/syscall_fault.h"

namespace backgraft::commands {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

size_t Lines(const std::string& text) {
  return static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

class RestorePartsTest : public PartsTest {
 protected:
  void ExpectFails(const std::vector<std::string>& args, int status,
                   const std::string& what) {
    PartsTest::ExpectFails(args, status, what);
    EXPECT_EQ(site_.Backgraft({"log"}).out, "no operations yet\n");
  }
  std::string Cut(const std::string& path) {
    const std::string bytes = ReadFile(path);
    return site_.sandbox().Write("cut-" + fs::path(path).filename().native(),
                                 bytes.substr(0, bytes.size() / 2));
  }
};

TEST_F(RestorePartsTest, AllPartsAreOneOperation) {
  const std::string before = site_.Visible();
  const ProcessResult done = site_.Backgraft(site_.RestoreAll());
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_THAT(done.out, HasSubstr("plan: import db b.bin into 'shop'\n"));
  EXPECT_THAT(done.out, HasSubstr("plan: import files c.bin into "));
  EXPECT_THAT(done.out, HasSubstr("verified: tree "));
  EXPECT_THAT(done.out, HasSubstr("verified: 'shop' holds the dump"));
  EXPECT_THAT(done.out, HasSubstr("equals the backup (2 files)"));
  EXPECT_EQ(site_.sandbox().Files(), "100644 composer.json\n100644 same.txt");
  EXPECT_EQ(site_.server().Sql("SELECT COUNT(*) FROM n", "shop"), "2\n");
  EXPECT_EQ(ReadFile(site_.files_dir() + "/d/doc"), "doc\n");
  EXPECT_FALSE(fs::exists(site_.files_dir() + "/old"));
  const std::string after = site_.Visible();

  const std::string log = site_.Backgraft({"log"}).out;
  EXPECT_EQ(Lines(log), 2u) << log;
  EXPECT_THAT(log, HasSubstr("a.bin, b.bin into shop, c.bin into "));
  for (int i = 0; i < 2; ++i) {
    const ProcessResult undo = site_.Backgraft({"undo"});
    EXPECT_EQ(undo.status, 0) << undo.err;
    EXPECT_EQ(site_.Visible(), before);
    const ProcessResult redo = site_.Backgraft({"redo"});
    EXPECT_EQ(redo.status, 0) << redo.err;
    EXPECT_EQ(site_.Visible(), after);
  }
}

TEST_F(RestorePartsTest, ASecondTimeOnlyTheDatabaseIsDoneAgain) {
  ASSERT_EQ(site_.Backgraft(site_.RestoreAll()).status, 0);
  const std::string after = site_.Visible();
  const ProcessResult again = site_.Backgraft(site_.RestoreAll());
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("nothing to do: main already has this"));
  EXPECT_EQ(site_.Visible(), after);
  EXPECT_EQ(site_.Backgraft({"undo"}).status, 0);
  EXPECT_EQ(site_.Visible(), after);
}

TEST_F(RestorePartsTest, PartsAloneNeedNoCode) {
  const std::string before = site_.Visible();
  const ProcessResult done =
      site_.Backgraft({"restore", site_.files(), site_.database(),
                       "--files-dir", site_.files_dir()});
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_THAT(done.out, Not(HasSubstr("relation")));
  EXPECT_EQ(site_.sandbox().Git({"rev-list", "--count", "HEAD"}), "1");
  EXPECT_EQ(site_.server().Sql("SELECT COUNT(*) FROM n", "shop"), "2\n");
  EXPECT_EQ(ReadFile(site_.files_dir() + "/pic"), "new\n");
  EXPECT_EQ(site_.Backgraft({"undo"}).status, 0);
  EXPECT_EQ(site_.Visible(), before);
}

TEST_F(RestorePartsTest, ADryRunWritesNothing) {
  std::vector<std::string> args = site_.RestoreAll();
  args.emplace_back("--dry-run");
  const std::string before = site_.State();
  const ProcessResult run = site_.Backgraft(args);
  EXPECT_EQ(run.status, 0) << run.err;
  EXPECT_THAT(run.out, HasSubstr("every statement passes"));
  EXPECT_THAT(run.out, HasSubstr("changes: 2 added, 0 modified, 1 deleted"));
  EXPECT_EQ(site_.State(), before);
  EXPECT_FALSE(fs::exists(site_.sandbox().repo() + "/.git/backgraft"));
}

TEST_F(RestorePartsTest, JsonIsOneObjectWithAllParts) {
  std::vector<std::string> args = site_.RestoreAll();
  args.emplace_back("--json");
  const nlohmann::json json = JsonOf(site_.Backgraft(args));
  EXPECT_EQ(json.at("command"), "restore");
  EXPECT_EQ(json.at("status"), "ok");
  EXPECT_EQ(json.at("op"), "1");
  EXPECT_EQ(json.at("verified"), true);
  EXPECT_EQ(json.at("relation"), "no-history");
  EXPECT_EQ(json.at("source").at("kind"), "code");
  EXPECT_EQ(json.at("counts").at("files"), 2);
  ASSERT_EQ(json.at("parts").size(), 3u);
  const char* kinds[] = {"code", "database", "files"};
  for (size_t i = 0; i < 3; ++i) {
    const nlohmann::json& part = json.at("parts").at(i);
    EXPECT_EQ(part.at("kind"), kinds[i]);
    EXPECT_EQ(part.at("source").at("kind"), kinds[i]);
    EXPECT_EQ(part.at("status"), "ok");
    EXPECT_EQ(part.at("verified"), true);
  }
  EXPECT_EQ(json.at("parts").at(2).at("counts").at("added"), 2);
}

TEST_F(RestorePartsTest, WhatFailsInOnePartChangesNone) {
  std::vector<std::string> args = site_.RestoreAll();
  const auto with = [&](size_t at, const std::string& source) {
    std::vector<std::string> changed = args;
    changed[at] = source;
    return changed;
  };
  ExpectFails(with(1, Cut(site_.code())), 3, "cut-a.bin");
  ExpectFails(
      with(2, site_.sandbox().Write("bad.sql",
                                    "CREATE TABLE x (y INT);\nGRANT ALL;\n"
                                    "-- Dump completed\n")),
      3, "line 2");
  ExpectFails(with(2, Cut(site_.database())), 3, "cut-b.bin");
  ExpectFails(with(3, Cut(site_.files())), 3, "cut-c.bin");
  std::vector<std::string> unreachable = args;
  unreachable.insert(unreachable.end(),
                     {"--database-url", "mysql://root@localhost/shop?socket=" +
                                            site_.sandbox().path() + "/none"});
  ExpectFails(unreachable, 6, "cannot connect to the database server");
  site_.sandbox().WriteRepo("same.txt", "edited\n");
  site_.sandbox().WriteTar({{.name = "site/composer.json", .content = "{}\n"},
                            {.name = "site/same.txt", .content = "other\n"}},
                           "other.bin");
  ExpectFails(with(1, site_.sandbox().path() + "/other.bin"), 2, "same.txt");
}

TEST_F(RestorePartsTest, WhereASwitchFailsTheEarlierAreSwitchedBack) {
  int failed = 0;
  std::vector<std::string> argv = site_.RestoreAll();
  argv.insert(argv.begin(), testing::ProgramPath());
  for (const testing::SyscallFault& fault : std::vector<testing::SyscallFault>{
           {"renameat2", 1, "error=EIO"},
           {"renameat2", 1, "error=ENOSPC", true},
           // The ref's own lock, and the index.
           {"rename", 2, "error=EIO"},
           {"rename", 3, "error=EIO"},
           {"rename", 4, "error=EIO"},
           {"syncfs", 2, "error=EIO"}}) {
    const std::string where = fault.call + " " + std::to_string(fault.at);
    const std::string before = site_.State();
    const ProcessResult result = testing::RunWithFault(
        fault, argv, {.directory = site_.sandbox().repo()});
    if (result.status == 0) {
      // It could do without that call.
      EXPECT_EQ(site_.Backgraft({"undo"}).status, 0);
      continue;
    }
    ++failed;
    EXPECT_EQ(result.status, 7) << where << result.err;
    EXPECT_EQ(site_.State(), before) << where << result.err;
    EXPECT_EQ(site_.Backgraft({"recover"}).out,
              "nothing to do: no operation was interrupted\n")
        << where;
  }
  EXPECT_GE(failed, 4);
}

TEST_F(RestorePartsTest, TheContentSaysWhatASourceIs) {
  const Sandbox& sandbox = site_.sandbox();
  // A name that says something else.
  const std::string code = sandbox.Write(
      "shop_live_2026-01-15T10-00-00_UTC_database.sql", ReadFile(site_.code()));
  const std::string dump = sandbox.WriteTar(
      {{.name = "x/shop.sql", .content = ReadFile(site_.database())}},
      "shop_live_2026-01-15T10-00-00_UTC_files.tar");
  // Nothing but the name, or what is asked for, says it.
  const std::string named =
      sandbox.WriteTar({{.name = "pic", .content = "named\n"}},
                       "shop_live_2026-01-15T10-00-00_UTC_files.tar.gz");
  const std::string anything =
      sandbox.WriteTar({{.name = "pic", .content = "any\n"}}, "any.tar");
  for (const std::string& files : {named, anything}) {
    std::vector<std::string> args = {
        "restore",         files,   dump, code, "--files-dir",
        site_.files_dir(), "--json"};
    const ProcessResult result = site_.Backgraft(args);
    EXPECT_EQ(result.status, 0) << result.err;
    const nlohmann::json parts = JsonOf(result).at("parts");
    EXPECT_EQ(parts.at(1).at("source").at("format"), "tar");
    EXPECT_EQ(site_.server().Sql("SELECT COUNT(*) FROM n", "shop"), "2\n");
    EXPECT_TRUE(fs::exists(site_.files_dir() + "/pic"));
    EXPECT_TRUE(fs::exists(sandbox.repo() + "/composer.json"));
  }
  const ProcessResult piped =
      site_.Backgraft({"restore", "-"}, {.input = ReadFile(site_.database())});
  EXPECT_EQ(piped.status, 0) << piped.err;
  EXPECT_THAT(piped.out, HasSubstr("-: sql, 1 table"));
}

TEST_F(RestorePartsTest, WhatCannotBeMeantIsRefused) {
  ExpectFails({"restore", site_.files()}, 2, "--files-dir DIR");
  ExpectFails({"restore", site_.code(), site_.code()}, 129, "rebuild");
  ExpectFails({"restore", site_.database(), "--database", site_.database()},
              129, "import db");
  ExpectFails({"restore", site_.files(), "--files", site_.files(),
               "--files-dir", site_.files_dir()},
              129, "import files");
  ExpectFails({"restore", site_.database(), "--files-dir", "x"}, 129,
              "--files SOURCE");
  ExpectFails({"restore", "-", "--code", "-"}, 129, "standard input");
  ExpectFails({"restore", site_.database(), site_.code(), "--sha256",
               std::string(64, '0')},
              129, "of one source");
  ExpectFails({"restore", site_.database(), "--sha256", std::string(64, '0')},
              3, "its SHA-256 is");
  site_.sandbox().Git({"config", "--unset", "backgraft.databaseUrl"});
  ExpectFails({"restore", site_.database()}, 2, "which database");
  const ProcessResult by_environment =
      site_.Backgraft({"restore", site_.database()},
                      {.env = {{"BACKGRAFT_DATABASE_URL", site_.url()}}});
  EXPECT_EQ(by_environment.status, 0) << by_environment.err;
}

}  // namespace
}  // namespace backgraft::commands
