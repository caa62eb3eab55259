// Dates as people and git write them. What is accepted, and what it means,
// follows git's date.c: its formats, its tolerance, its names of zones.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backgraft::git {

struct Date {
  int64_t seconds = 0;     // since 1970-01-01 00:00:00 UTC
  int offset_minutes = 0;  // of the zone it was given in, east is positive
  // False where only a day was named ("2026-11-20", "yesterday", "last
  // friday"). The time of day is then that of `now`, as git has it.
  bool has_time_of_day = true;

  friend bool operator==(const Date&, const Date&) = default;
};

// What GIT_AUTHOR_DATE and GIT_COMMITTER_DATE may hold (git's parse_date):
// "@1700000000 +0100", "1700000000 +0000", ISO 8601, RFC 2822, 2026.11.20,
// 11/20/2026, 20.11.2026, each with a time. Without a zone the local one of
// that moment. Nothing where git says "invalid date format".
std::optional<Date> ParseExactDate(std::string_view text, int64_t now);

// What --date may hold: the same, and what git's approxidate understands ("2
// days ago", "last friday", "noon", "yesterday"). `now` is in seconds since
// 1970. Nothing where no word of `text` says anything about time.
std::optional<Date> ParseDate(std::string_view text, int64_t now);

// The local zone's offset at that moment, minutes east of UTC.
int LocalOffsetMinutes(int64_t seconds);

// "+0530".
std::string FormatOffset(int offset_minutes);
// "2026-11-20 14:00:00 +0100", git's --date=iso.
std::string FormatIsoDate(int64_t seconds, int offset_minutes);
// "Fri Nov 20 14:00:00 2026 +0100", git's own default.
std::string FormatGitDate(int64_t seconds, int offset_minutes);
// "2026-11-20T13:00:00Z".
std::string FormatUtcDate(int64_t seconds);

}  // namespace backgraft::git
