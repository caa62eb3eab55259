#include "commands/parts_fixture.h"

#include <filesystem>

#include "testing/snapshot.h"

namespace backgraft::commands {
namespace {

constexpr char kDump[] =
    "CREATE TABLE n (x INT PRIMARY KEY);\nINSERT INTO n VALUES (1),(2);\n"
    "CREATE VIEW v AS SELECT x FROM n;\n"
    "CREATE TRIGGER t BEFORE INSERT ON n FOR EACH ROW SET @x = 1;\n"
    "-- Dump completed\n";

std::string Text(const std::map<std::string, std::string>& snapshot) {
  std::string text;
  for (const auto& [path, what] : snapshot) text += path + ": " + what + "\n";
  return text;
}

}  // namespace

PartsSite::PartsSite() {
  code_ = sandbox_.WriteTar({{.name = "site/composer.json", .content = "{}\n"},
                             {.name = "site/same.txt", .content = "same\n"}},
                            "a.bin");
  database_ = sandbox_.Write("b.bin", kDump);
  files_ = sandbox_.WriteTar({{.name = "files_live/pic", .content = "new\n"},
                              {.name = "files_live/d/doc", .content = "doc\n"}},
                             "c.bin");
  sandbox_.Git({"config", "backgraft.databaseUrl", url()});
  Reset();
}

void PartsSite::RenewDatabase() const {
  for (const std::string& name : server_.Schemas()) {
    if (name.starts_with("shop")) server_.Sql("DROP DATABASE `" + name + "`");
  }
  server_.Sql("CREATE DATABASE shop");
  server_.Sql(
      "CREATE TABLE o (x INT); INSERT INTO o VALUES (5);"
      "CREATE VIEW v AS SELECT x FROM o;"
      "CREATE TRIGGER t AFTER INSERT ON o FOR EACH ROW SET @y = 1;",
      "shop");
}

void PartsSite::Reset() {
  RenewDatabase();
  std::filesystem::remove_all(sandbox_.path() + "/site");
  sandbox_.Write("site/files/old", "old\n");
}

std::string PartsSite::Visible() const {
  return sandbox_.Git({"rev-parse", "HEAD"}) + "\n" +
         sandbox_.Git({"status", "--porcelain"}) + sandbox_.Files() + "\n" +
         server_.Dump("shop") + Text(testing::Snapshot(files_dir()));
}

std::string PartsSite::State() const {
  std::string text = Visible();
  for (const std::string& name : server_.Schemas()) text += name + "\n";
  text += Text(testing::Snapshot(sandbox_.path() + "/site"));
  return text + sandbox_.Git({"for-each-ref"});
}

std::vector<std::string> PartsSite::RestoreAll() const {
  return {"restore", code_, database_, files_, "--files-dir", files_dir()};
}

}  // namespace backgraft::commands
