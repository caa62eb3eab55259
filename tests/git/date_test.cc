#include "git/date.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <ctime>
#include <random>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

constexpr int64_t kNow = 1700000000;  // Tue Nov 14 22:13:20 2023 UTC

// The local zone of this process, for the length of a test.
class ScopedZone {
 public:
  explicit ScopedZone(const char* zone) {
    setenv("TZ", zone, 1);
    tzset();
  }
  ~ScopedZone() {
    unsetenv("TZ");
    tzset();
  }
};

std::string Show(const std::optional<Date>& date) {
  if (!date) return "none";
  return std::to_string(date->seconds) + " " +
         FormatOffset(date->offset_minutes);
}

TEST(DateTest, ExactFormats) {
  const ScopedZone zone("UTC");
  const std::pair<const char*, const char*> rows[] = {
      {"@1700000000 +0100", "1700000000 +0100"},
      {"@0 +0000", "0 +0000"},
      {"1700000000 -0330", "1700000000 -0330"},
      {"1700000000", "1700000000 +0000"},
      {"2023-11-14T22:13:20Z", "1700000000 +0000"},
      {"2023-11-14T22:13:20+02:00", "1699992800 +0200"},
      {"2023-11-14 22:13:20.123 -0500", "1700018000 -0500"},
      {"Tue, 14 Nov 2023 22:13:20 +0000", "1700000000 +0000"},
      {"Tue Nov 14 22:13:20 2023 PST", "1700028800 -0800"},
      {"2023.11.14 22:13:20", "1700000000 +0000"},
      {"11/14/2023 22:13", "1699999980 +0000"},
      {"14.11.2023 10:13:20 PM", "1700000000 +0000"},
      {"20231114T221320", "1700000000 +0000"},
      {"2023-11-14", "none"},
      {"yesterday", "none"},
      {"", "none"},
  };
  for (const auto& [text, expected] : rows) {
    EXPECT_EQ(Show(ParseExactDate(text, kNow)), expected) << text;
  }
}

TEST(DateTest, ApproximateWords) {
  const ScopedZone zone("UTC");
  struct Row {
    const char* text;
    const char* iso;
    bool has_time;
  };
  const Row rows[] = {
      {"now", "2023-11-14 22:13:20 +0000", true},
      {"yesterday", "2023-11-13 22:13:20 +0000", false},
      {"2 days ago", "2023-11-12 22:13:20 +0000", true},
      {"three weeks ago", "2023-10-24 22:13:20 +0000", true},
      {"last friday", "2023-11-10 22:13:20 +0000", false},
      {"last friday noon", "2023-11-10 12:00:00 +0000", true},
      {"noon", "2023-11-14 12:00:00 +0000", true},
      {"1 month ago", "2023-10-14 22:13:20 +0000", true},
      {"2022-02-03", "2022-02-03 22:13:20 +0000", false},
      {"2022-02-03 14:00", "2022-02-03 14:00:00 +0000", true},
      {"Dec 6, 1992", "1992-12-06 22:13:20 +0000", false},
      {"yesterday 3pm", "2023-11-13 15:00:00 +0000", true},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto date = ParseDate(row.text, kNow);
    ASSERT_TRUE(date);
    EXPECT_EQ(FormatIsoDate(date->seconds, date->offset_minutes), row.iso);
    EXPECT_EQ(date->has_time_of_day, row.has_time);
  }
  EXPECT_EQ(ParseDate("gibberish", kNow), std::nullopt);
  EXPECT_EQ(ParseDate("", kNow), std::nullopt);
}

TEST(DateTest, Shows) {
  EXPECT_EQ(FormatGitDate(1700000000, 330), "Wed Nov 15 03:43:20 2023 +0530");
  EXPECT_EQ(FormatIsoDate(1700000000, -90), "2023-11-14 20:43:20 -0130");
  EXPECT_EQ(FormatUtcDate(0), "1970-01-01T00:00:00Z");
}

std::string RandomDate(std::mt19937* random) {
  const std::vector<std::string> pieces = {
      "yesterday", "noon",     "midnight", "tea",        "pm",     "AM",
      "now",       "never",    "last",     "two",        "days",   "week",
      "months",    "year",     "hours",    "ago",        "friday", "Tue",
      "Dec",       "january",  "14:30",    "7:05:09",    "2020",   "1999-12-31",
      "12/31/99",  "31.12.20", "5",        "13",         "42",     "2",
      "+0100",     "-05:30",   "EST",      "Z",          "CEST",   "T",
      "UTC",       "@5",       "x",        "2026/01/02", "0002",   "3rd",
      "10am",      "2021-06",  "+1"};
  std::string text;
  for (auto n = (*random)() % 5 + 1; n > 0; --n) {
    text += pieces[(*random)() % pieces.size()];
    if ((*random)() % 6 != 0) text += " ";
  }
  return text;
}

// git's sums with these overflow an int, which nobody should copy.
bool HasHugeNumber(const std::string& text) {
  size_t digits = 0;
  for (const char c : text) {
    digits = c >= '0' && c <= '9' ? digits + 1 : 0;
    if (digits > 4) return true;
  }
  return false;
}

// `git rev-parse --since=TEXT` answers with approxidate's seconds.
TEST(DateTest, AgreesWithGitsApproxidate) {
  for (const char* name : {"UTC", "Europe/Berlin", "America/St_Johns"}) {
    const ScopedZone zone(name);
    testing::TempDir dir;
    testing::Git(dir.path(), {"init", "-q"});
    std::mt19937 random(19);
    std::vector<std::string> texts;
    std::vector<std::string> argv = {"git", "rev-parse"};
    for (int i = 0; i < 400; ++i) {
      texts.push_back(RandomDate(&random));
      argv.push_back("--since=" + texts.back());
    }
    // Formats that refuse the future ask the real clock, which no test can
    // set: both sides take the same one.
    const int64_t now = std::time(nullptr);
    const auto result = testing::Run(
        argv,
        {.directory = dir.path(),
         .env = {{"TZ", name}, {"GIT_TEST_DATE_NOW", std::to_string(now)}}});
    ASSERT_EQ(result.status, 0) << result.err;
    size_t begin = 0;
    for (const auto& text : texts) {
      const size_t end = result.out.find('\n', begin);
      const std::string line = result.out.substr(begin, end - begin);
      begin = end + 1;
      const auto date = ParseDate(text, now);
      // git answers with now where nothing was said, and wraps negatives.
      if (!date || HasHugeNumber(text)) continue;
      EXPECT_EQ("--max-age=" + std::to_string(date->seconds), line)
          << "'" << text << "' in " << name;
    }
  }
}

// GIT_AUTHOR_DATE, through `git var`, shows seconds and zone.
TEST(DateTest, AgreesWithGitsExactDates) {
  testing::TempDir dir;
  const ScopedZone zone("Europe/Berlin");
  std::mt19937 random(23);
  const std::vector<std::string> pieces = {
      "2020-02-29", "1999-12-31", "12/31/99", "31.12.20", "20200102",
      "14:30",      "7:05:09",    "T",        " ",        " ",
      "+0100",      "-05:30",     "EST",      "Z",        "CEST",
      "Tue",        "Dec",        "5",        "2021",     "pm",
      "1234567890", ".123",       "-08",      "101112",   "@100 +0200"};
  int accepted = 0;
  for (int round = 0; round < 120; ++round) {
    std::string text = pieces[random() % 5];
    text += random() % 2 == 0 ? " 14:30:15" : "T09:08:07";
    for (auto n = random() % 4; n > 0; --n) {
      text += pieces[random() % pieces.size()];
    }
    const auto result = testing::Run(
        {"git", "var", "GIT_AUTHOR_IDENT"},
        {.directory = dir.path(),
         .env = {{"GIT_AUTHOR_DATE", text}, {"TZ", "Europe/Berlin"}}});
    const auto date = ParseExactDate(text, std::time(nullptr));
    if (result.status != 0) {
      EXPECT_EQ(Show(date), "none") << text;
      continue;
    }
    ++accepted;
    EXPECT_EQ("A U Thor <author@example.com> " + Show(date) + "\n", result.out)
        << text;
  }
  EXPECT_GT(accepted, 40);
}

}  // namespace
}  // namespace backgraft::git
