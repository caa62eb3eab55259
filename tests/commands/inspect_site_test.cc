// What `inspect` knows of platforms, and of backups that hold more than code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "commands/sandbox.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr char kPassword[] = "s3cret-Word";

class InspectSiteTest : public ::testing::Test {
 protected:
  std::string Inspect(const std::vector<TarMember>& members,
                      const std::vector<std::string>& options = {}) {
    std::vector<std::string> args = {"inspect", box_.WriteTar(members)};
    args.insert(args.end(), options.begin(), options.end());
    ProcessResult result = testing::Backgraft(
        box_.path(), args, {.env = {{"GIT_CEILING_DIRECTORIES", "/"}}});
    EXPECT_EQ(result.status, 0) << result.err;
    EXPECT_LE(std::count(result.out.begin(), result.out.end(), '\n'), 24);
    EXPECT_THAT(result.out + result.err, Not(HasSubstr(kPassword)));
    return result.out;
  }

  void ExpectPlatform(const std::string& platform,
                      std::vector<TarMember> members) {
    // Something at the top, which is then the root.
    members.push_back({.name = "LICENSE.txt", .content = "x"});
    EXPECT_THAT(Inspect(members),
                HasSubstr("platform      " + platform + "\n"));
  }

  Sandbox box_;
};

TEST_F(InspectSiteTest, VersionsComeFromTheirOwnFiles) {
  ExpectPlatform("Joomla 4.3.4", {{.name = "libraries/src/Version.php",
                                   .content = "<?php namespace Joomla\\CMS;\n"
                                              "const MAJOR_VERSION = 4;\n"
                                              "const MINOR_VERSION = 3;\n"
                                              "const PATCH_VERSION = 4;\n"}});
  ExpectPlatform("Joomla 3.6.5", {{.name = "libraries/cms/version/version.php",
                                   .content = "<?php // Joomla\n"
                                              "const RELEASE = '3.6';\n"
                                              "const DEV_LEVEL = '5';\n"}});
  const TarMember composer = {
      .name = "composer.json",
      .content = "{\"require\": {\"laravel/framework\": \"^10.0\"}}"};
  ExpectPlatform("Laravel", {composer});
  ExpectPlatform(
      "Laravel 10.48.4",
      {composer,
       {.name = "composer.lock",
        .content = "{\"packages\": [{\n\"name\": \"laravel/framework\",\n"
                   "\"version\": \"v10.48.4\"}]}"}});
  ExpectPlatform(
      "Laravel 10.48.5",
      {composer,
       {.name = "vendor/laravel/framework/src/Illuminate/Foundation/"
                "Application.php",
        .content = "<?php namespace Illuminate\\Foundation;\n"
                   "class Application { const VERSION = '10.48.5'; }"}});
  ExpectPlatform("PHP (Composer)",
                 {{.name = "composer.json", .content = "{}"}});
  ExpectPlatform("Node 18.2", {{.name = "package.json", .content = "{}"},
                               {.name = ".nvmrc", .content = "v18.2\n"}});
  ExpectPlatform("Node", {{.name = "package.json", .content = "{}"},
                          {.name = ".nvmrc", .content = "lts/*\n"}});
  ExpectPlatform("PHP", {{.name = "web/index.php", .content = "<?php\n"}});
  EXPECT_THAT(Inspect({{.name = "index.html", .content = "x"}}),
              Not(HasSubstr("platform")));
}

TEST_F(InspectSiteTest, WordPressUploadsAndPasswordAreTold) {
  const std::vector<TarMember> site = {
      {.name = "shop/wp-includes/version.php",
       .content = "<?php $wp_version = '6.4.2';\n"},
      {.name = "shop/wp-config.php",
       .content = "<?php\ndefine( 'DB_PASSWORD', '" + std::string(kPassword) +
                  "' );\n"},
      {.name = "shop/wp-content/uploads/2026/a.jpg", .content = "12345"},
      {.name = "shop/wp-content/uploads/b.jpg", .content = "1234567"},
      {.name = "shop/wp-content/plugins/x/vendor/autoload.php",
       .content = "<?php"}};
  const std::string out = Inspect(site);
  EXPECT_THAT(
      out,
      HasSubstr("\nuploads       wp-content/uploads (2 files, 12 bytes): no"));
  EXPECT_THAT(out, HasSubstr("\npasswords     wp-config.php: would be in the"));
  EXPECT_THAT(
      out, HasSubstr("\ndependencies  wp-content/plugins/x/vendor (1 file, "));
  const auto warnings =
      nlohmann::json::parse(Inspect(site, {"--json"})).at("warnings");
  ASSERT_EQ(warnings.size(), 3u);
  EXPECT_THAT(warnings[0].get<std::string>(),
              HasSubstr("uploads in the code: wp-content/uploads (2 files"));
  EXPECT_THAT(warnings[1].get<std::string>(),
              HasSubstr("passwords in the code: wp-config.php, would be"));
}

TEST_F(InspectSiteTest, PasswordsOfEveryPlatform) {
  const std::string secret = kPassword;
  auto has_password = [&](const std::vector<TarMember>& members) {
    return Inspect(members).find("\npasswords     ") != std::string::npos;
  };
  EXPECT_TRUE(has_password({{.name = "sites/default/settings.php",
                             .content = "<?php\n$databases['default'] = [\n"
                                        "  'password' => '" +
                                        secret + "',\n];\n"}}));
  EXPECT_TRUE(has_password(
      {{.name = "settings.php",
        .content = "<?php $database = 'mysql://u:" + secret + "@h/n';\n"}}));
  EXPECT_TRUE(
      has_password({{.name = "configuration.php",
                     .content = "<?php class JConfig { public $password = '" +
                                secret + "'; }\n"}}));
  EXPECT_TRUE(has_password(
      {{.name = ".env", .content = "APP_KEY=base64:" + secret + "\n"}}));
  // What asks for one, or shows in a comment how to give one, holds none.
  EXPECT_FALSE(has_password(
      {{.name = "wp-config.php",
        .content = "<?php\n// define('DB_PASSWORD', 'example');\n"
                   "define('DB_PASSWORD', getenv('DB_PASSWORD'));\n"}}));
  EXPECT_FALSE(has_password({{.name = "sites/default/settings.php",
                              .content = "<?php\n/**\n * 'password' => "
                                         "'example'\n */\n"
                                         "$x = ['password' => ''];\n"}}));
  EXPECT_FALSE(has_password({{.name = ".env", .content = "DB_PASSWORD=\n"}}));
}

TEST_F(InspectSiteTest, BuildOutputAndDependenciesOfNode) {
  const std::string out =
      Inspect({{.name = "package.json", .content = "{}"},
               {.name = "dist/app.js", .content = "1"},
               {.name = "node_modules/a/package.json", .content = "{}"},
               {.name = "node_modules/b/node_modules/c.js", .content = "c"}});
  EXPECT_THAT(out,
              HasSubstr("\ndependencies  node_modules (2 files, 3 bytes)"));
  EXPECT_THAT(out, HasSubstr("\nbuild output  dist (1 file, 1 byte)"));
}

TEST_F(InspectSiteTest, DrushArchives) {
  const TarMember index = {.name = "drupal/index.php", .content = "<?php"};
  const TarMember dump = {.name = "drupal.sql", .content = "-- dump\n"};
  EXPECT_THAT(
      Inspect({{.name = "MANIFEST.ini",
                .content = "[Global]\ngenerator = \"Drush archive-dump\"\n\n"
                           "[default]\ndocroot = \"drupal\"\n"
                           "files-public = \"drupal/sites/default/files\"\n"
                           "database-default-file = \"drupal.sql\"\n"},
               index,
               {.name = "drupal/sites/default/files/a.png", .content = "a"},
               dump}),
      HasSubstr("\nholds         drush archive (8): code 'drupal', database "
                "'drupal.sql', files 'drupal/sites/default/files'\n"));
  EXPECT_THAT(
      Inspect({{.name = "code/web/index.php", .content = "<?php"},
               {.name = "database/database.sql", .content = "-- dump\n"},
               {.name = "files/a.png", .content = "a"},
               {.name = "MANIFEST.yml", .content = "datestamp: 1\n"}}),
      HasSubstr("\nholds         drush archive (9 or later): code 'code', "
                "database 'database/database.sql', files 'files'\n"));
}

TEST_F(InspectSiteTest, CpanelAndPluginBackups) {
  const std::string top = "backup-1.15.2026_10-00-00_shop/";
  EXPECT_THAT(
      Inspect(
          {{.name = top + "cp/shop", .content = "x"},
           {.name = top + "homedir/public_html/index.php", .content = "<?php"},
           {.name = top + "homedir/public_html/wp-content/uploads/a.png",
            .content = "a"},
           {.name = top + "mysql/shop_wp.sql", .content = "-- dump\n"},
           {.name = top + "mysql/shop_x.sql", .content = "-- dump\n"}}),
      HasSubstr("\nholds         cPanel backup: code '" + top +
                "homedir/public_html', database '" + top +
                "mysql/shop_wp.sql' and 1 more, files '" + top +
                "homedir/public_html/wp-content/uploads'\n"));
  EXPECT_THAT(
      Inspect({{.name = "index.php", .content = "<?php"},
               {.name = "backup.sql", .content = "-- dump\n"},
               {.name = "wp-content/uploads/a.png", .content = "a"}}),
      HasSubstr("\nholds         backup of a whole site: code, database "
                "'backup.sql', files 'wp-content/uploads'\n"));
  EXPECT_THAT(Inspect({{.name = "index.php", .content = "<?php"},
                       {.name = "wp-config.php", .content = "<?php"},
                       {.name = "backup.sql", .content = "-- dump\n"}}),
              HasSubstr("\nrestore       all of its parts at once (or some: "
                        "--code, --database, --files)\n"));
  // Code that brings a dump along, and is no site.
  EXPECT_THAT(Inspect({{.name = "index.php", .content = "<?php"},
                       {.name = "example.sql", .content = "-- dump\n"}}),
              Not(HasSubstr("holds")));
  // A dump deep inside is an example of some module's.
  EXPECT_THAT(Inspect({{.name = "index.php", .content = "<?php"},
                       {.name = "modules/x/install.sql", .content = "--\n"}}),
              Not(HasSubstr("holds")));
}

TEST_F(InspectSiteTest, RowsAreWrappedOnATerminalAlone) {
  const std::string docroot(60, 'd');
  const std::string backup = box_.WriteTar(
      {{.name = "MANIFEST.ini",
        .content = "[Global]\ngenerator = \"Drush archive-dump\"\n\n"
                   "[default]\ndocroot = \"" +
                   docroot + "\"\ndatabase-default-file = \"drupal.sql\"\n"},
       {.name = docroot + "/index.php", .content = "<?php"},
       {.name = "drupal.sql", .content = "-- dump\n"}});
  const std::string wrapped =
      testing::BackgraftOnTerminal(box_.repo(),
                                   {"inspect", "--color=never", backup})
          .out;
  const std::string indent = "\n              ";
  EXPECT_THAT(wrapped, HasSubstr("\nholds         drush archive (8): code" +
                                 indent + "'" + docroot + "'," + indent +
                                 "database 'drupal.sql'\n"));
  std::istringstream lines(wrapped);
  for (std::string line; std::getline(lines, line);) {
    EXPECT_LE(line.size(), 80u) << line;
  }
  EXPECT_THAT(box_.Backgraft({"inspect", backup}).out,
              HasSubstr("\nholds         drush archive (8): code '" + docroot +
                        "', database 'drupal.sql'\n"));
}

TEST_F(InspectSiteTest, EverythingAtOnceFitsOneScreen) {
  std::vector<TarMember> members = {
      {.name = "package.json", .content = "{}"},
      {.name = ".gitmodules", .content = "[submodule \"s\"]\n\tpath = s\n"}};
  for (const char* name : {"a", "A", "b", "B", "c", "C", "d", "D"}) {
    members.push_back({.name = name, .content = "x"});
  }
  for (const char* name : {"e", "f", "g", "h"}) {
    members.push_back({.name = "m/" + std::string(name) + "/.git/HEAD",
                       .content = "ref: refs/heads/main\n"});
    members.push_back(
        {.name = "l/" + std::string(name),
         .content = "version https://git-lfs.github.com/spec/v1\noid sha256:" +
                    std::string(64, *name == 'h' ? '1' : '2') + "\nsize 5\n"});
    members.push_back({.name = "dist/" + std::string(name), .content = "x"});
  }
  const std::string out = Inspect(members);
  EXPECT_THAT(out, HasSubstr("(-v lists them)"));
  EXPECT_THAT(out, HasSubstr("\nLFS pointers  4: "));
}

}  // namespace
}  // namespace backgraft::commands
