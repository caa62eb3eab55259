// Help, and that the manual says the same.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>
#include <set>
#include <sstream>

#include "base/io.h"
#include "commands/sandbox.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Names = std::set<std::string>;

std::string Help(const std::vector<std::string>& args) {
  ProcessResult result = testing::Backgraft("/", args);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(result.err, "");
  return result.out;
}

Names FindAll(const std::string& text, const std::string& pattern) {
  Names names;
  std::regex regex(pattern);
  for (std::sregex_iterator it(text.begin(), text.end(), regex), end; it != end;
       ++it) {
    names.insert((*it)[1]);
  }
  return names;
}

// The options that stand at the beginning of lines.
Names OptionsOfHelp(const std::string& help) {
  Names names;
  std::istringstream lines(help);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("  -")) continue;
    names.merge(
        FindAll(line.substr(0, line.find("  ", 3)), "(--?[A-Za-z][a-z-]*)"));
  }
  return names;
}

Names OptionsOfManual(const std::string& page) {
  std::string text = ReadFile(BACKGRAFT_MAN "/" + page + ".1");
  Names names;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with(".It Fl ")) continue;
    for (const std::string& name : FindAll(line, "Fl (-?[A-Za-z][a-z-]*)")) {
      names.insert("-" + name);
    }
  }
  return names;
}

TEST(HelpTest, FitsEightyColumnsAndNamesNoTypes) {
  for (const char* command :
       {"", "inspect", "restore", "flatten", "graft", "rebuild", "verify",
        "revert", "deploys", "import", "log", "undo", "redo", "recover"}) {
    std::vector<std::string> args = {"-h"};
    if (*command != '\0') args.insert(args.begin(), command);
    std::string help = Help(args);
    std::istringstream lines(help);
    for (std::string line; std::getline(lines, line);) {
      EXPECT_LE(line.size(), 79u) << line;
      EXPECT_THAT(line, Not(HasSubstr(":FLOAT")));
      EXPECT_FALSE(line.ends_with(' ')) << line;
    }
    EXPECT_THAT(help, Not(HasSubstr("REQUIRED")));
    EXPECT_THAT(help, HasSubstr("Exit status: 0 done"));
  }
}

TEST(HelpTest, BeginsWithTheUsage) {
  EXPECT_THAT(Help({"--help"}),
              ::testing::StartsWith("Usage: backgraft COMMAND [OPTIONS]\n\n"));
  EXPECT_THAT(Help({"verify", "-h"}),
              ::testing::StartsWith(
                  "Usage: backgraft verify [OPTIONS] SOURCE [REV]\n"));
}

TEST(HelpTest, ManualHasTheSameOptions) {
  Names global = OptionsOfHelp(Help({"-h"}));
  EXPECT_EQ(OptionsOfManual("backgraft"), global);
  for (const std::string command :
       {"inspect", "restore", "flatten", "graft", "rebuild", "verify", "revert",
        "deploys", "log", "undo", "redo", "recover"}) {
    Names own = OptionsOfHelp(Help({command, "-h"}));
    for (const std::string& name : global) {
      // --version is the program's alone.
      EXPECT_EQ(own.erase(name), name == "--version" ? 0u : 1u) << name;
    }
    EXPECT_EQ(OptionsOfManual("backgraft-" + command), own) << command;
  }
}

TEST(HelpTest, PartsOfImportHaveHelpAndManual) {
  const Names global = OptionsOfHelp(Help({"-h"}));
  EXPECT_THAT(
      Help({"import", "-h"}),
      ::testing::StartsWith("Usage: backgraft import COMMAND [OPTIONS]\n"));
  for (const std::string part : {"files", "db"}) {
    const std::string help = Help({"import", part, "-h"});
    EXPECT_THAT(help, ::testing::StartsWith("Usage: backgraft import " + part));
    Names own = OptionsOfHelp(help);
    for (const std::string& name : global) {
      EXPECT_EQ(own.erase(name), name == "--version" ? 0u : 1u) << name;
    }
    EXPECT_EQ(OptionsOfManual("backgraft-import-" + part), own) << part;
  }
}

TEST(HelpTest, AsksForTheManualFallBackToTheOptions) {
  // The built program is not installed: it has no pages.
  EXPECT_EQ(Help({"import", "db", "--help"}), Help({"import", "db", "-h"}));
  EXPECT_EQ(Help({"--help"}), Help({"-h"}));
}

TEST(HelpTest, UnknownWordsGetASuggestion) {
  auto said = [](const std::vector<std::string>& args) {
    ProcessResult result = testing::Backgraft("/", args);
    EXPECT_EQ(result.status, 129);
    return result.err;
  };
  EXPECT_EQ(said({"restroe", "x"}),
            "error: 'restroe' is no backgraft command\n"
            "hint: did you mean 'restore'?\n"
            "hint: backgraft restore -h\n");
  EXPECT_EQ(said({"import", "fiels", "x"}),
            "error: 'fiels' is no backgraft import command\n"
            "hint: did you mean 'files'?\n"
            "hint: backgraft import files -h\n");
  EXPECT_EQ(said({"flatten", "--brnach", "live", "x"}),
            "error: unknown option '--brnach'\n"
            "hint: did you mean '--branch'?\n"
            "hint: backgraft flatten -h\n");
  EXPECT_EQ(said({"flatten", "x", "--frobnicate"}),
            "error: unknown option '--frobnicate'\n"
            "hint: backgraft flatten -h\n");
}

TEST(HelpTest, Version) {
  EXPECT_THAT(Help({"--version"}),
              ::testing::MatchesRegex("backgraft [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

TEST(HelpTest, UnwritableOutputIsExit7) {
  ProcessResult result = testing::Run(
      {"sh", "-c", "'" + testing::ProgramPath() + "' -h > /dev/full"});
  EXPECT_EQ(result.status, 7);
}

}  // namespace
}  // namespace backgraft::commands
