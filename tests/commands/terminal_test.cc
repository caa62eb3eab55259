// Colours and progress, as a person and as a log get them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "commands/sandbox.h"

namespace backgraft::commands {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class TerminalTest : public ::testing::Test {
 protected:
  std::string Backup() const {
    return box_.WriteTar({{.name = "new.txt", .content = "new\n"}});
  }
  std::string Plan(std::vector<std::string> args = {},
                   const ProcessOptions& options = {}) const {
    args.insert(args.begin(), {"flatten", "-n", Backup()});
    const ProcessResult result = box_.Backgraft(args, options);
    EXPECT_EQ(result.status, 0) << result.err;
    return result.out;
  }
  std::string PlanOnTerminal(const ProcessOptions& options = {}) const {
    return testing::BackgraftOnTerminal(
               box_.repo(), {"flatten", "-n", Backup()}, 80, options)
        .out;
  }

  const ::testing::Matcher<std::string> kColoured = HasSubstr("\033[33m");
  Sandbox box_;
};

TEST_F(TerminalTest, ColoursAreForTerminals) {
  EXPECT_THAT(PlanOnTerminal(), kColoured);
  EXPECT_THAT(PlanOnTerminal({.env = {{"NO_COLOR", "1"}}}), Not(kColoured));
  EXPECT_THAT(PlanOnTerminal({.env = {{"TERM", "dumb"}}}), Not(kColoured));
  EXPECT_THAT(Plan(), Not(kColoured));
  EXPECT_THAT(Plan({"--color", "always"}), kColoured);
}

TEST_F(TerminalTest, ColoursFollowGitsConfiguration) {
  box_.Git({"config", "color.ui", "always"});
  EXPECT_THAT(Plan(), kColoured);
  EXPECT_THAT(Plan({}, {.env = {{"NO_COLOR", "1"}}}), kColoured);
  EXPECT_THAT(Plan({"--color", "never"}), Not(kColoured));
  for (const char* off : {"never", "false", "0"}) {
    box_.Git({"config", "color.ui", off});
    EXPECT_THAT(PlanOnTerminal(), Not(kColoured)) << off;
    EXPECT_THAT(Plan({"--color", "always"}), kColoured);
  }
  box_.Git({"config", "color.ui", "true"});
  EXPECT_THAT(PlanOnTerminal(), kColoured);
  EXPECT_THAT(Plan(), Not(kColoured));
  box_.Git({"config", "color.ui", "red"});
  const ProcessResult result = box_.Backgraft({"flatten", "-n", Backup()});
  EXPECT_EQ(result.status, 2);
  EXPECT_THAT(result.err, HasSubstr("'color.ui'"));
}

TEST_F(TerminalTest, StagesShareOneLineThatIsGoneInTheEnd) {
  const std::string backup = Backup();
  const ProcessResult result = testing::Run(
      {"script", "-q", "-e", "-c",
       "(head -c 1000 '" + backup + "'; sleep 0.8; tail -c +1001 '" + backup +
           "') | " + testing::ProgramPath() + " flatten --color never -",
       "/dev/null"},
      {.directory = box_.repo(), .env = {{"TERM", "xterm"}}});
  EXPECT_EQ(result.status, 0) << result.out;
  const size_t reading = result.out.find("\rreading");
  const size_t verifying = result.out.find("\rverifying\033[K");
  const size_t writing =
      result.out.find("\rwriting files:   0% (0 of 3 files)\033[K");
  EXPECT_LT(reading, verifying) << result.out;
  EXPECT_LT(verifying, writing) << result.out;
  EXPECT_THAT(result.out.substr(std::min(writing, result.out.size())),
              HasSubstr("\r\033[K-: tar, 1 file\r\n"));
}

TEST_F(TerminalTest, LogsGetPlainLinesOfWhatTakesLong) {
  const std::string backup = Backup();
  const auto slow = [&](const std::string& options) {
    return testing::Run(
        {"sh", "-c",
         "(head -c 1000 '" + backup + "'; sleep 2.3; tail -c +1001 '" + backup +
             "') | " + testing::ProgramPath() + " " + options +
             " flatten -n -"},
        {.directory = box_.repo()});
  };
  EXPECT_THAT(slow("").err, AllOf(HasSubstr("reading: "), Not(HasSubstr("\r")),
                                  Not(HasSubstr("\033"))));
  EXPECT_EQ(slow("-q").err, "");
  EXPECT_EQ(slow("--progress never").err, "");
}

}  // namespace
}  // namespace backgraft::commands
