#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/commit_graph.h"
#include "cli/exit_status.h"
#include "cli/help_formatter.h"
#include "cli/progress_bar.h"
#include "cli/report.h"
#include "cli/terminal.h"
#include "cli/text_layout.h"

namespace backgraft::cli {
namespace {

using ::testing::ElementsAre;

TEST(CommitGraphTest, JoinsBothSidesAtTheirMergeBase) {
  CommitGraph graph{.shape = CommitGraph::Shape::kJoined,
                    .made = {"c main", "m new"},
                    .branch = "b main before",
                    .backup = "t the backup",
                    .base = "a merge base"};
  EXPECT_THAT(Draw(graph),
              ElementsAre("* c main", "*   m new", "|\\", "| * t the backup",
                          "* | b main before", "|/", "* a merge base"));
  graph.base.reset();
  EXPECT_THAT(Draw(graph), ElementsAre("* c main", "*   m new", "|\\",
                                       "| * t the backup", "* b main before"));
}

TEST(CommitGraphTest, StacksWhatIsNotJoined) {
  CommitGraph graph{.shape = CommitGraph::Shape::kAhead,
                    .branch = "b main before",
                    .backup = "t the backup, main"};
  EXPECT_THAT(Draw(graph),
              ElementsAre("* t the backup, main", "* b main before"));
  graph.shape = CommitGraph::Shape::kBehind;
  graph.made = {"c main"};
  EXPECT_THAT(Draw(graph), ElementsAre("* c main", "* b main before",
                                       "* t the backup, main"));
}

TEST(CommitGraphTest, JoinsNothingThatIsApart) {
  EXPECT_THAT(Draw({.shape = CommitGraph::Shape::kApart,
                    .branch = "b main",
                    .backup = "t the backup"}),
              ElementsAre("* t the backup", "", "* b main"));
}

TEST(CommitGraphTest, CountsTheMiddleOfMany) {
  const CommitGraph graph{
      .made = {"5 main", "4 new", "3 new", "2 new", "1 new"},
      .branch = "0 main before"};
  EXPECT_THAT(Draw(graph),
              ElementsAre("* 5 main", "* 4 new", ":  2 more new commits",
                          "* 1 new", "* 0 main before"));
  // A line that says "1 more" could as well draw it.
  EXPECT_THAT(Draw({.made = {"4", "3", "2", "1"}, .branch = "0"}),
              ElementsAre("* 4", "* 3", "* 2", "* 1", "* 0"));
}

TEST(ExitStatusTest, EveryKindOfFailureHasItsNumberAndWord) {
  struct Row {
    ErrorKind kind;
    int exit;
    const char* word;
  };
  for (const Row& row : {Row{ErrorKind::kConflict, 1, "conflict"},
                         {ErrorKind::kRefused, 2, "refused"},
                         {ErrorKind::kBadSource, 3, "bad-source"},
                         {ErrorKind::kTransfer, 4, "transfer"},
                         {ErrorKind::kExpired, 5, "expired"},
                         {ErrorKind::kDatabase, 6, "database"},
                         {ErrorKind::kIo, 7, "io"},
                         {ErrorKind::kBug, 70, "bug"},
                         {ErrorKind::kUsage, 129, "usage"}}) {
    EXPECT_EQ(ExitStatus(StatusOf(row.kind)), row.exit);
    EXPECT_EQ(StatusName(StatusOf(row.kind)), row.word);
  }
  EXPECT_EQ(ExitStatus(Status::kOk), 0);
  EXPECT_EQ(ExitStatus(Status::kNothingToDo), 0);
  EXPECT_EQ(ExitStatus(Status::kDifferent), 1);
  EXPECT_EQ(StatusName(Status::kDifferent), "different");
}

TEST(ReportTest, AbsentValuesHaveNoKey) {
  Report report;
  report.command = "verify";
  EXPECT_EQ(ToJson(report),
            "{\"command\":\"verify\",\"status\":\"ok\",\"exit\":0,"
            "\"dry_run\":false}\n");
}

TEST(ReportTest, ForeignBytesAreEscaped) {
  Report report;
  report.command = "verify";
  report.conflicts = {"a\xff\"\n"};
  report.skipped = {{"1234", "done"}};
  report.error = ErrorText{"no", {"one", "two"}};
  EXPECT_EQ(ToJson(report),
            "{\"command\":\"verify\",\"status\":\"ok\",\"exit\":0,"
            "\"dry_run\":false,\"conflicts\":[\"a\\\\xff\\\"\\n\"],"
            "\"skipped\":[{\"commit\":\"1234\",\"reason\":\"done\"}],"
            "\"error\":{\"message\":\"no\",\"hint\":\"one\\ntwo\"}}\n");
}

TEST(TerminalTest, Numbers) {
  EXPECT_EQ(WithCommas(0), "0");
  EXPECT_EQ(WithCommas(999), "999");
  EXPECT_EQ(WithCommas(1000), "1,000");
  EXPECT_EQ(WithCommas(1234567), "1,234,567");
  EXPECT_EQ(Plural(1, "file"), "1 file");
  EXPECT_EQ(Plural(0, "file"), "0 files");
  EXPECT_EQ(Plural(2412, "entry"), "2,412 entries");
  EXPECT_EQ(HumanBytes(1), "1 byte");
  EXPECT_EQ(HumanBytes(1023), "1,023 bytes");
  EXPECT_EQ(HumanBytes(1024), "1.0 KiB");
  EXPECT_EQ(HumanBytes(97622426), "93.1 MiB");
  EXPECT_EQ(HumanSeconds(59), "59 s");
  EXPECT_EQ(HumanSeconds(200), "3 min");
  EXPECT_EQ(HumanSeconds(7500), "2 h 5 min");
}

TEST(TerminalTest, SaysNothingWithJsonAndPaintsOnlyWhenAsked) {
  ::testing::internal::CaptureStdout();
  Terminal({.json = true}).Say("text");
  Terminal({.quiet = true}).Say("text");
  Terminal plain({.color = When::kNever});
  plain.Say(plain.Good("good"));
  Terminal painted({.color = When::kAlways});
  painted.Say(painted.Good("good"));
  EXPECT_EQ(::testing::internal::GetCapturedStdout(),
            "good\n\033[32mgood\033[m\n");
}

TEST(TerminalTest, ErrorsComeWithTheirHints) {
  ::testing::internal::CaptureStderr();
  Terminal terminal({.quiet = true});
  terminal.Warn("unsaid");
  terminal.Fail("it failed", {"try this", "or that"});
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "error: it failed\nhint: try this\nhint: or that\n");
}

TEST(ProgressBarTest, IsSilentForTheFirstMoments) {
  ::testing::internal::CaptureStderr();
  ProgressBar bar(true);
  bar.Begin("reading", restore::Unit::kBytes, 100);
  bar.Update(50);
  bar.Finish();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(), "");
}

TEST(ProgressBarTest, TellsHowFarItIsAndLeavesNoLineOnATerminal) {
  for (bool terminal : {true, false}) {
    ::testing::internal::CaptureStderr();
    ProgressBar bar(terminal);
    bar.Begin("reading", restore::Unit::kFiles, 200);
    usleep(510'000);
    bar.Update(50);
    bar.Update(51);  // too soon to be drawn
    bar.Finish();
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              terminal ? "\rreading:  25% (50 of 200 files)\033[K\r\033[K"
                       : "reading:  25% (50 of 200 files)\n");
  }
}

TEST(ProgressBarTest, TheNextStageTakesTheLineAtOnce) {
  ::testing::internal::CaptureStderr();
  ProgressBar bar(true, std::chrono::milliseconds(0));
  bar.Begin("reading", restore::Unit::kFiles, std::nullopt);
  bar.Begin("verifying", restore::Unit::kObjects, std::nullopt);
  bar.Finish();
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "\rreading\033[K\rverifying\033[K\r\033[K");
}

TEST(ProgressBarTest, TellsHowLongItWillTake) {
  ::testing::internal::CaptureStderr();
  ProgressBar bar(false, std::chrono::milliseconds(0));
  bar.Begin("reading", restore::Unit::kFiles, 200);
  usleep(2'010'000);
  bar.Detail("3 tables");
  bar.Update(50);
  bar.Finish();
  EXPECT_THAT(::testing::internal::GetCapturedStderr(),
              ::testing::MatchesRegex(
                  "reading:  25% \\(50 of 200 files\\), [0-9]+ s left, "
                  "3 tables\n"));
}

TEST(TerminalTest, PassesDetailsOn) {
  ::testing::internal::CaptureStderr();
  {
    Terminal terminal({.progress = When::kAlways});
    terminal.progress().Begin("loading", restore::Unit::kFiles, std::nullopt);
    usleep(510'000);
    terminal.progress().Detail("3 tables");
    terminal.progress().Update(1);
  }
  EXPECT_EQ(::testing::internal::GetCapturedStderr(),
            "loading: 1 file, 3 tables\n");
}

TEST(TextLayoutTest, WrapsAtBlanks) {
  EXPECT_EQ(Wrap("one two three", 0, 2, 8), "one two\n  three");
  EXPECT_EQ(Wrap("one two", 5, 5, 8), "one\n     two");
  EXPECT_EQ(Wrap("unbreakable word", 0, 0, 4), "unbreakable\nword");
  EXPECT_EQ(Wrap("", 3, 3), "");
  // Blanks are part of a file's name.
  EXPECT_EQ(Wrap("a  b", 0, 0, 8), "a  b");
  // Colours take no room, and no letter counts twice.
  EXPECT_EQ(Wrap("\033[33mabc\033[m \u00e9\u00e9\u00e9", 0, 0, 7),
            "\033[33mabc\033[m \u00e9\u00e9\u00e9");
}

TEST(TextLayoutTest, CountsColumns) {
  EXPECT_EQ(TextWidth("abc"), 3u);
  EXPECT_EQ(TextWidth("ab\033[3"), 2u);  // a colour that does not end
  EXPECT_EQ(TextWidth("\u00fcb\u00ebr"), 4u);
  EXPECT_EQ(TextWidth("\u6587\u5b57"), 4u);
  EXPECT_EQ(TextWidth("e\u0301"), 1u);
  EXPECT_EQ(TextWidth("\033[33ma\033[m"), 1u);
  EXPECT_EQ(TextWidth("\xff"), 1u);
}

TEST(TextLayoutTest, CutsBetweenCharacters) {
  EXPECT_EQ(CutToWidth("abc", 5), "abc");
  EXPECT_EQ(CutToWidth("abc", 2), "ab");
  EXPECT_EQ(CutToWidth("\u00fcb\u00ebr", 3), "\u00fcb\u00eb");
  EXPECT_EQ(CutToWidth("a\u6587", 2), "a");
}

}  // namespace
}  // namespace backgraft::cli
