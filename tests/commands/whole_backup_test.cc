// `restore` of one archive that holds code, a database and uploaded files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "archive/zip_builder.h"
#include "base/io.h"
#include "commands/parts_fixture.h"

namespace backgraft::commands {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kDump[] =
    "-- MariaDB dump 10.19\nCREATE TABLE n (x INT PRIMARY KEY);\n"
    "INSERT INTO n VALUES (1),(2);\n-- Dump completed\n";

class WholeBackupTest : public PartsTest {
 protected:
  std::string Tar(std::vector<TarMember> members,
                  const std::string& name = "whole.tar.gz") {
    return site_.sandbox().Write(name, Compressed({"gzip"}, TarOf(members)));
  }
  std::string Drush12(std::vector<TarMember> more = {}) {
    std::vector<TarMember> members = {
        {.name = "MANIFEST.yml", .content = "datestamp: 1\n"},
        {.name = "code/composer.json", .content = "{}\n"},
        {.name = "code/web/index.php", .content = "<?php\n"},
        {.name = "database/database.sql", .content = kDump},
        {.name = "files/d/pic", .content = "new\n"}};
    members.insert(members.end(), more.begin(), more.end());
    return Tar(std::move(members));
  }
  ProcessResult Restore(const std::string& source,
                        std::vector<std::string> more = {},
                        const ProcessOptions& options = {}) {
    std::vector<std::string> args = {"restore", source, "--files-dir",
                                     site_.files_dir()};
    args.insert(args.end(), more.begin(), more.end());
    return site_.Backgraft(args, options);
  }
  // All three parts of `source` arrive, `files` as code; one undo takes all of
  // them back.
  void ExpectRestored(const std::string& source, const std::string& files,
                      const ProcessOptions& options = {}) {
    const std::string before = site_.Visible();
    const ProcessResult done = Restore(source, {}, options);
    ASSERT_EQ(done.status, 0) << done.err;
    EXPECT_EQ(site_.sandbox().Files(), files);
    EXPECT_EQ(site_.server().Sql("SELECT COUNT(*) FROM n", "shop"), "2\n");
    EXPECT_EQ(ReadFile(site_.files_dir() + "/d/pic"), "new\n");
    EXPECT_FALSE(fs::exists(site_.files_dir() + "/old"));
    const ProcessResult undo = site_.Backgraft({"undo"});
    EXPECT_EQ(undo.status, 0) << undo.err;
    EXPECT_EQ(site_.Visible(), before);
  }
};

// Nobody asked for a dump in the history, and the contract has all files taken:
// so it is told.
TEST_F(WholeBackupTest, CommandsThatTakeAllOfItAsCodeSaySo) {
  const std::string whole = Drush12();
  const std::string told =
      "it looks like a drush archive (9 or later) with a database in "
      "'database/database.sql', and all of it is taken as code: 'backgraft "
      "restore' takes such a backup apart";
  for (const std::vector<std::string>& command :
       std::vector<std::vector<std::string>>{
           {"flatten", "--dry-run", whole},
           {"revert", "--dry-run", "--to", whole},
           {"rebuild", "--dry-run", site_.sandbox().path() + "/new", whole}}) {
    const ProcessResult done = site_.Backgraft(command);
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(done.err, HasSubstr(told)) << command[0];
  }
  const ProcessResult code =
      site_.Backgraft({"restore", "--code", whole, "--dry-run"});
  EXPECT_EQ(code.status, 0) << code.err;
  EXPECT_THAT(code.err, Not(HasSubstr(told)));
}

TEST_F(WholeBackupTest, ArchivesOfDrush) {
  ExpectRestored(Drush12(), "100644 composer.json\n100644 web/index.php");
  ExpectRestored(
      Tar({{.name = "MANIFEST.ini",
            .content = "[Global]\ngenerator = \"Drush archive-dump\"\n"
                       "[default]\ndocroot = \"drupal\"\n"
                       "files-public = \"drupal/sites/default/files\"\n"
                       "database-default-file = \"drupal.sql\"\n"},
           {.name = "drupal/index.php", .content = "<?php\n"},
           {.name = "drupal/sites/default/files/d/pic", .content = "new\n"},
           {.name = "drupal.sql", .content = kDump}}),
      "100644 index.php");
}

TEST_F(WholeBackupTest, BackupsOfCpanelAndOfPlugins) {
  const std::string top = "backup-1.15.2026_shop/";
  const std::string dump = Compressed({"gzip"}, kDump);
  ExpectRestored(
      Tar({{.name = top + "cp/shop", .content = "x"},
           {.name = top + "homedir/public_html/index.php", .content = "<?php"},
           {.name = top + "homedir/public_html/wp-content/uploads/d/pic",
            .content = "new\n"},
           {.name = top + "homedir/mail/inbox", .content = "no code"},
           {.name = top + "mysql/shop.sql.gz", .content = dump}}),
      "100644 index.php");
  const std::string zip = site_.sandbox().Write(
      "one.zip", archive::MakeZip(
                     {{.name = "index.php", .content = "<?php\n"},
                      {.name = "wp-config.php", .content = "<?php\n"},
                      {.name = "wp-content/uploads/d/pic", .content = "new\n"},
                      {.name = "zz.sql", .content = kDump}}));
  const std::string code = "100644 index.php\n100644 wp-config.php";
  ExpectRestored(zip, code);
  ExpectRestored("-", code, {.input = ReadFile(zip)});
}

TEST_F(WholeBackupTest, ADumpBehindThousandsOfFilesIsFound) {
  std::vector<TarMember> members = {
      {.name = "wp-content/uploads/d/pic", .content = "new\n"}};
  for (int i = 0; i < 5100; ++i) {
    members.push_back(
        {.name = "empty/" + std::to_string(i) + "/", .type = '5'});
  }
  members.push_back({.name = "index.php", .content = "<?php\n"});
  members.push_back({.name = "z.sql", .content = kDump});
  const std::string late = Tar(std::move(members), "wp-load.tar.gz");
  ExpectFails({"restore", late}, 2, "--files-dir DIR");
  const std::string before = site_.Visible();
  const ProcessResult code = site_.Backgraft({"restore", "--code", late});
  EXPECT_EQ(code.status, 0) << code.err;
  EXPECT_EQ(site_.sandbox().Files(), "100644 index.php");
  EXPECT_EQ(site_.Backgraft({"undo"}).status, 0);
  EXPECT_EQ(site_.Visible(), before);
}

TEST_F(WholeBackupTest, ThePartsAreToldAsOneOperation) {
  const std::string source = Drush12({{.name = "files/e", .content = "e"}});
  const std::string before = site_.State();
  const nlohmann::json dry = JsonOf(Restore(source, {"--dry-run", "--json"}));
  EXPECT_EQ(site_.State(), before);
  const nlohmann::json json = JsonOf(Restore(source, {"--json"}));
  for (const nlohmann::json& each : {dry, json}) {
    EXPECT_EQ(each.at("source").at("root"), "code");
    ASSERT_EQ(each.at("parts").size(), 3u);
    EXPECT_EQ(each.at("parts").at(0).at("counts").at("files"), 2);
    EXPECT_EQ(each.at("parts").at(1).at("kind"), "database");
    EXPECT_EQ(each.at("parts").at(2).at("source").at("root"), "files");
    EXPECT_EQ(each.at("parts").at(2).at("counts").at("added"), 2);
    // It belongs to no part.
    ASSERT_EQ(each.at("left_out").size(), 1u);
    EXPECT_EQ(each.at("left_out").at(0).at("path"), "MANIFEST.yml");
  }
  EXPECT_EQ(json.at("verified"), true);
  EXPECT_EQ(json.at("op"), "1");
  const ProcessResult again = Restore(source);
  EXPECT_EQ(again.status, 0) << again.err;
  EXPECT_THAT(again.out, HasSubstr("nothing to do: main already has this"));
}

TEST_F(WholeBackupTest, SomePartsOfIt) {
  const std::string source = Drush12();
  const ProcessResult code =
      site_.Backgraft({"restore", "--code", source, "-v"});
  EXPECT_EQ(code.status, 0) << code.err;
  EXPECT_THAT(code.out, HasSubstr("files/d/pic  (outside the code's"));
  EXPECT_TRUE(fs::exists(site_.files_dir() + "/old"));
  const ProcessResult files = site_.Backgraft(
      {"restore", "--files", source, "--files-dir", site_.files_dir()});
  EXPECT_EQ(files.status, 0) << files.err;
  EXPECT_EQ(ReadFile(site_.files_dir() + "/d/pic"), "new\n");
  EXPECT_FALSE(fs::exists(site_.files_dir() + "/code"));
  EXPECT_EQ(site_.server().Sql("SELECT COUNT(*) FROM o", "shop"), "1\n");
  const ProcessResult database =
      site_.Backgraft({"restore", "--database", source});
  EXPECT_EQ(database.status, 0) << database.err;
  EXPECT_EQ(site_.server().Sql("SELECT COUNT(*) FROM n", "shop"), "2\n");
}

TEST_F(WholeBackupTest, UploadsThatTheBranchHasAreNotDeleted) {
  const Sandbox& sandbox = site_.sandbox();
  sandbox.WriteRepo("wp-content/uploads/t.txt", "tracked\n");
  sandbox.Commit("Uploads");
  const std::string source =
      Tar({{.name = "index.php", .content = "<?php\n"},
           {.name = "db.sql", .content = kDump},
           {.name = "wp-content/uploads/d/pic", .content = "new\n"}});
  const std::string before = site_.Visible();
  const std::string uploads = sandbox.repo() + "/wp-content/uploads";
  const ProcessResult done =
      site_.Backgraft({"restore", source, "--files-dir", uploads});
  ASSERT_EQ(done.status, 0) << done.err;
  EXPECT_EQ(done.err, "");
  EXPECT_EQ(sandbox.Files(),
            "100644 index.php\n100644 wp-content/uploads/t.txt");
  EXPECT_EQ(ReadFile(uploads + "/d/pic"), "new\n");
  EXPECT_FALSE(fs::exists(uploads + "/t.txt"));
  const ProcessResult undo = site_.Backgraft({"undo"});
  EXPECT_EQ(undo.status, 0) << undo.err;
  EXPECT_EQ(ReadFile(uploads + "/t.txt"), "tracked\n");
  EXPECT_EQ(sandbox.Git({"diff", "--stat", "HEAD"}), "");
}

TEST_F(WholeBackupTest, CodeWithADumpOfItsOwnStaysCode) {
  for (const std::vector<TarMember>& members :
       {std::vector<TarMember>{
            {.name = "index.php", .content = "<?php\n"},
            {.name = "install/schema.sql", .content = kDump}},
        // A file that only its name makes a dump.
        std::vector<TarMember>{
            {.name = "index.php", .content = "<?php\n"},
            {.name = "wp-config.php", .content = "<?php\n"},
            {.name = "notes.sql", .content = "\x01\x02\x03"}}}) {
    const ProcessResult done = site_.Backgraft({"restore", Tar(members)});
    EXPECT_EQ(done.status, 0) << done.err;
    EXPECT_THAT(site_.sandbox().Files(), HasSubstr(".sql"));
  }
}

TEST_F(WholeBackupTest, WhatCannotBeDoneChangesNothing) {
  const std::string source = Drush12();
  ExpectFails({"restore", source}, 2,
              "restore '" + source + "' --files-dir DIR");
  const std::string at = site_.files_dir();
  ExpectFails(
      {"restore", Drush12({{.name = "database/2.sql", .content = kDump}}),
       "--files-dir", at},
      2, "--member NAME");
  for (const TarMember& bad : std::vector<TarMember>{
           {.name = "files/../../x", .content = "x"},
           {.name = "code/sub/.GIT/config", .content = "x"},
           {.name = "code/link", .type = '1', .link = "files/d/pic"},
           {.name = "files/d/pic", .content = "other\n"}}) {
    ExpectFails({"restore", Drush12({bad}), "--files-dir", at}, 3, "error: ");
  }
  // Whoever unpacks it might write into another directory.
  ExpectFails({"restore", Tar({Symlink("code", "/etc"),
                               {.name = "code/composer.json", .content = "{}"},
                               {.name = "database/d.sql", .content = kDump}})},
              3, "'code'");
  const std::string bytes = ReadFile(Drush12());
  ExpectFails(
      {"restore",
       site_.sandbox().Write("cut.tar.gz", bytes.substr(0, bytes.size() / 2)),
       "--files-dir", at},
      3, "cut.tar.gz");
  site_.sandbox().Git({"config", "--unset", "backgraft.databaseUrl"});
  ExpectFails({"restore", Drush12()}, 2,
              "--database-url mysql://USER@HOST/NAME --files-dir DIR");
}

}  // namespace
}  // namespace backgraft::commands
