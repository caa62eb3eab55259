// What a date's text has said so far. Private to the two parsers, exact and
// approximate, which share their words and numbers.
#pragma once

#include <array>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string_view>

namespace backgraft::git {

// A struct tm whose fields are -1 until they are known, and its zone.
struct DateFields {
  std::tm tm{};
  int offset = -1;      // minutes; -1 is unknown, as in git
  bool is_utc = false;  // a number of seconds since 1970 was given
  bool has_time = false;

  static DateFields Unknown();

  bool HasNothing() const;
  bool HasDay() const;
  // Since 1970, reading the fields as UTC. Nothing where one is missing or the
  // year is outside 1970-2099.
  std::optional<int64_t> UtcSeconds() const;

  // False where it is no time of day.
  bool SetTime(int64_t hour, int64_t minute, int64_t second);
  // `year` -1 is none given. `today` refuses dates more than ten days after
  // `now`, and gives the year where there is none. False where it is no date;
  // fields may have changed all the same (git's set_date()).
  bool SetDate(int64_t year, int64_t month, int64_t day, const std::tm* today,
               int64_t now);
  // A group of two or three numbers with the same separator (":", "-", "/" or
  // "."), the first of them `first`, `text` beginning at the first separator.
  // Returns how many bytes of `text` it took; 0 is not a date or time.
  size_t TakeGroup(int64_t first, std::string_view text, int64_t now);
};

extern const std::array<std::string_view, 12> kMonthNames;
extern const std::array<std::string_view, 7> kWeekdayNames;

bool IsDigit(char c);
bool IsAlpha(char c);

// The digits `text` begins with, as a number (saturated) and a length.
struct Digits {
  int64_t number = 0;
  size_t length = 0;
};
Digits LeadingDigits(std::string_view text);

// The letters and digits `text` begins with.
std::string_view LeadingWord(std::string_view text);
// Whether `word` is a beginning of `name`, in any case.
bool Abbreviates(std::string_view word, std::string_view name);
// The index of the name that `word` abbreviates with three letters or more.
template <size_t N>
std::optional<int> FindName(std::string_view word,
                            const std::array<std::string_view, N>& names) {
  if (word.size() < 3) return std::nullopt;
  for (size_t i = 0; i < N; ++i) {
    if (Abbreviates(word, names[i])) return static_cast<int>(i);
  }
  return std::nullopt;
}

}  // namespace backgraft::git
