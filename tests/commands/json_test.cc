// Every key of the contract, with what stands behind it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/sandbox.h"

namespace backgraft::commands {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

constexpr char kName[] = "my_shop_live_2026-11-20T14-00-00_UTC_code.tar";

std::string Sha256(const std::string& path) {
  return testing::Run({"sha256sum", path}).out.substr(0, 64);
}

TEST(JsonTest, Flatten) {
  Sandbox box;
  std::string tar = box.WriteTar({{.name = "site/same.txt", .content = "2\n"},
                                  {.name = "site/new", .content = "n"},
                                  {.name = "site/.DS_Store", .content = "x"},
                                  Directory("site/empty")},
                                 kName);
  std::string before = box.Git({"rev-parse", "HEAD"});
  ProcessResult result = box.Backgraft({"--json", "flatten", tar});
  EXPECT_EQ(result.err, "");
  EXPECT_EQ(
      JsonOf(result),
      json({{"command", "flatten"},
            {"status", "ok"},
            {"exit", 0},
            {"dry_run", false},
            {"op", "1"},
            {"branch", "main"},
            {"before", before},
            {"after", box.Git({"rev-parse", "HEAD"})},
            {"tree", box.Git({"rev-parse", "HEAD^{tree}"})},
            {"verified", true},
            {"source",
             {{"name", kName},
              {"sha256", Sha256(tar)},
              {"kind", "code"},
              {"format", "tar"},
              {"site", "my_shop"},
              {"env", "live"},
              {"time", "2026-11-20T14:00:00Z"},
              {"root", "site"}}},
            {"counts",
             {{"files", 2},
              {"added", 1},
              {"modified", 1},
              {"deleted", 1},
              {"left_out", 2},
              {"commits", 1}}},
            {"left_out",
             {{{"path", "site/.DS_Store"}, {"reason", "macOS metadata"}},
              {{"path", "site/empty"}, {"reason", "empty directory"}}}}}));
}

TEST(JsonTest, Refusal) {
  Sandbox box;
  box.WriteRepo("same.txt", "mine\n");
  std::string tar = box.WriteTar({{.name = "same.txt", .content = "2\n"}});
  ProcessResult result = box.Backgraft({"flatten", tar, "--json"});
  EXPECT_EQ(JsonOf(result),
            json({{"command", "flatten"},
                  {"status", "refused"},
                  {"exit", 2},
                  {"dry_run", false},
                  {"error",
                   {{"message", "uncommitted changes in the way: 'same.txt'"},
                    {"hint",
                     "commit them, or put them aside: git stash\n"
                     "or overwrite them, which 'backgraft undo' takes back: "
                     "add --force"}}}}));
  EXPECT_THAT(result.err, HasSubstr("error: uncommitted changes"));
}

TEST(JsonTest, BadSource) {
  Sandbox box;
  ProcessResult result =
      box.Backgraft({"inspect", box.Write("b", ""), "--json"});
  json got = JsonOf(result);
  EXPECT_EQ(got["command"], "inspect");
  EXPECT_EQ(got["status"], "bad-source");
  EXPECT_EQ(got["exit"], 3);
  EXPECT_THAT(got["error"]["message"].get<std::string>(), HasSubstr("empty"));
  EXPECT_THAT(got["error"]["hint"].get<std::string>(), HasSubstr("--sha256"));
}

TEST(JsonTest, VerifyDifferent) {
  Sandbox box;
  std::string tar =
      box.WriteTar({{.name = "same.txt", .content = "same\n", .mode = 0755},
                    {.name = "new\x01\xff", .content = "n"}});
  ProcessResult result = box.Backgraft({"verify", tar, "--json"});
  EXPECT_EQ(result.status, 1);
  json got = JsonOf(result);
  EXPECT_EQ(got["status"], "different");
  EXPECT_EQ(got["exit"], 1);
  EXPECT_EQ(got["verified"], false);
  EXPECT_EQ(got["tree"], box.Git({"rev-parse", "HEAD^{tree}"}));
  EXPECT_EQ(got["differences"],
            json({{{"path", "new\x01\\xff"}, {"change", "deleted"}},
                  {{"path", "old.txt"}, {"change", "added"}},
                  {{"path", "same.txt"}, {"change", "mode"}}}));
}

TEST(JsonTest, WarningsStandThereAndOnStandardError) {
  Sandbox box;
  // A history that is not needed may be damaged.
  std::string tar = box.WriteTar(
      {{.name = ".git/HEAD", .content = "?\n"}, {.name = "a", .content = "a"}});
  ProcessResult result =
      box.Backgraft({"flatten", tar, "--select", "all", "--json"});
  json got = JsonOf(result);
  ASSERT_EQ(got["warnings"].size(), 1u);
  EXPECT_EQ(result.err,
            "warning: " + got["warnings"][0].get<std::string>() + "\n");
}

TEST(JsonTest, InspectHasTheSourceAndItsRelation) {
  Sandbox box;
  std::string tar = box.WriteTar({{.name = "a", .content = "a"}});
  json got = JsonOf(box.Backgraft({"inspect", tar, "--json"}));
  EXPECT_EQ(got["status"], "ok");
  EXPECT_EQ(got["relation"], "no-history");
  EXPECT_EQ(got["source"]["kind"], "code");
  EXPECT_EQ(got["source"]["root"], "");
  EXPECT_EQ(got["counts"]["files"], 1);
}

}  // namespace
}  // namespace backgraft::commands
