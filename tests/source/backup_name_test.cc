#include "source/backup_name.h"

#include <gtest/gtest.h>

namespace backgraft::source {
namespace {

TEST(BackupNameTest, ParsesWhatHostsWrite) {
  const BackupName name =
      ParseBackupName("/b/my-site_live_2026-11-20T14-03-09_UTC_code.tar.gz")
          .value();
  EXPECT_EQ(name.site, "my-site");
  EXPECT_EQ(name.env, "live");
  EXPECT_EQ(name.time, 1795183389);
  EXPECT_EQ(name.part, BackupPart::kCode);
  EXPECT_EQ(
      ParseBackupName("s_dev_2013-05-14T21-57-20_UTC_database.sql.gz")->part,
      BackupPart::kDatabase);
  EXPECT_EQ(ParseBackupName("s_dev_2013-05-14T21-57-20_UTC_files.tar.gz")->time,
            1368568640);
  EXPECT_TRUE(ParseBackupName("s_dev_2013-05-14T21-57-20_UTC_code/"));
}

TEST(BackupNameTest, ASiteMayHoldUnderscores) {
  const BackupName name =
      ParseBackupName("my_old_site_multi-dev_2024-02-29T00-00-00_UTC_code.zip")
          .value();
  EXPECT_EQ(name.site, "my_old_site");
  EXPECT_EQ(name.env, "multi-dev");
}

TEST(BackupNameTest, TheContentDecidesNotTheExtension) {
  EXPECT_TRUE(ParseBackupName("s_dev_2013-05-14T21-57-20_UTC_code"));
  EXPECT_TRUE(ParseBackupName("s_dev_2013-05-14T21-57-20_UTC_code.rar"));
}

TEST(BackupNameTest, OtherNamesAreNone) {
  for (const char* name :
       {"", "code.tar.gz", "s_dev_2013-05-14T21-57-20_UTC_logs.tar.gz",
        "s_dev_2013-05-14T21:57:20_UTC_code.tar.gz",
        "s_dev_2013-13-14T21-57-20_UTC_code.tar.gz",
        "s_dev_2013-02-29T21-57-20_UTC_code.tar.gz",
        "s_dev_2013-05-14T24-57-20_UTC_code.tar.gz",
        "s_dev_2013-05-14T21-57-20_CET_code.tar.gz",
        "_dev_2013-05-14T21-57-20_UTC_code.tar.gz",
        "s__2013-05-14T21-57-20_UTC_code.tar.gz",
        "dev_2013-05-14T21-57-20_UTC_code.tar.gz",
        "2013-05-14T21-57-20_UTC_code.tar.gz", "_UTC_code",
        "s_dev_2013-05-14T21-57-20_UTC_codex.tar.gz"}) {
    EXPECT_EQ(ParseBackupName(name), std::nullopt) << name;
  }
}

TEST(FileStemTest, DropsTheExtensionsOfArchivesAlone) {
  EXPECT_EQ(FileStem("a/b/wordpress-6.4.2.tar.gz"), "wordpress-6.4.2");
  EXPECT_EQ(FileStem("x.zip"), "x");
  EXPECT_EQ(FileStem("dump.sql.gz"), "dump");
  EXPECT_EQ(FileStem("site.bundle"), "site");
  EXPECT_EQ(FileStem("dir/site/"), "site");
  EXPECT_EQ(FileStem("v1.2"), "v1.2");
  EXPECT_EQ(FileStem(".zip"), ".zip");
}

}  // namespace
}  // namespace backgraft::source
