#include "git/date_fields.h"

#include <limits>

#include "git/config_value.h"

namespace backgraft::git {

const std::array<std::string_view, 12> kMonthNames = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
// The plural, so that "last Fridays" counts as git has it.
const std::array<std::string_view, 7> kWeekdayNames = {
    "Sundays",   "Mondays", "Tuesdays", "Wednesdays",
    "Thursdays", "Fridays", "Saturdays"};

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsAlpha(char c) {
  const char lower = AsciiLower(c);
  return lower >= 'a' && lower <= 'z';
}

Digits LeadingDigits(std::string_view text) {
  constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
  Digits digits;
  for (const char c : text) {
    if (!IsDigit(c)) break;
    ++digits.length;
    const int digit = c - '0';
    digits.number = digits.number > (kMost - digit) / 10
                        ? kMost
                        : digits.number * 10 + digit;
  }
  return digits;
}

std::string_view LeadingWord(std::string_view text) {
  size_t length = 0;
  while (length < text.size() &&
         (IsAlpha(text[length]) || IsDigit(text[length]))) {
    ++length;
  }
  return text.substr(0, length);
}

bool Abbreviates(std::string_view word, std::string_view name) {
  return word.size() <= name.size() &&
         EqualsIgnoringCase(word, name.substr(0, word.size()));
}

DateFields DateFields::Unknown() {
  DateFields fields;
  fields.tm.tm_year = fields.tm.tm_mon = fields.tm.tm_mday = -1;
  fields.tm.tm_hour = fields.tm.tm_min = fields.tm.tm_sec = -1;
  fields.tm.tm_isdst = -1;
  return fields;
}

bool DateFields::HasNothing() const {
  return tm.tm_year < 0 && tm.tm_mon < 0 && tm.tm_mday < 0 && tm.tm_hour < 0 &&
         tm.tm_min < 0 && tm.tm_sec < 0;
}

bool DateFields::HasDay() const {
  return tm.tm_year != -1 && tm.tm_mon != -1 && tm.tm_mday != -1;
}

std::optional<int64_t> DateFields::UtcSeconds() const {
  if (tm.tm_year < 70 || tm.tm_year > 199 || tm.tm_mon < 0 || tm.tm_mon > 11 ||
      tm.tm_hour < 0 || tm.tm_min < 0 || tm.tm_sec < 0) {
    return std::nullopt;
  }
  // Days since 1970 by the rule for 1970-2099, where every fourth year leaps.
  // A day of -1 or 31 February counts on, as it does in git.
  constexpr std::array<int, 12> kDaysBefore = {0,   31,  59,  90,  120, 151,
                                               181, 212, 243, 273, 304, 334};
  const int year = tm.tm_year - 70;
  int64_t days = year * 365 + (year + 1) / 4 +
                 kDaysBefore[static_cast<size_t>(tm.tm_mon)] + tm.tm_mday;
  if (tm.tm_mon < 2 || (year + 2) % 4 != 0) --days;
  const int64_t seconds =
      days * 86400 + tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec;
  if (seconds == -1) return std::nullopt;
  return seconds;
}

bool DateFields::SetTime(int64_t hour, int64_t minute, int64_t second) {
  // The 61st second is a leap second.
  if (hour < 0 || hour > 24 || minute < 0 || minute >= 60 || second < 0 ||
      second > 60) {
    return false;
  }
  tm.tm_hour = static_cast<int>(hour);
  tm.tm_min = static_cast<int>(minute);
  tm.tm_sec = static_cast<int>(second);
  has_time = true;
  return true;
}

bool DateFields::SetDate(int64_t year, int64_t month, int64_t day,
                         const std::tm* today, int64_t now) {
  if (month < 1 || month > 12 || day < 1 || day > 31) return false;
  DateFields changed = *this;
  DateFields* target = today != nullptr ? &changed : this;
  target->tm.tm_mon = static_cast<int>(month) - 1;
  target->tm.tm_mday = static_cast<int>(day);
  if (year == -1) {
    if (today == nullptr) return false;
    target->tm.tm_year = today->tm_year;
  } else if (year >= 1970 && year < 2100) {
    target->tm.tm_year = static_cast<int>(year) - 1900;
  } else if (year > 70 && year < 100) {
    target->tm.tm_year = static_cast<int>(year);
  } else if (year >= 0 && year < 38) {
    target->tm.tm_year = static_cast<int>(year) + 100;
  } else {
    return false;
  }
  if (today == nullptr) return true;
  constexpr int64_t kTenDays = 10 * 24 * 3600;
  const auto specified = changed.UtcSeconds();
  if (specified && now + kTenDays < *specified) return false;
  tm.tm_mon = changed.tm.tm_mon;
  tm.tm_mday = changed.tm.tm_mday;
  if (year != -1) tm.tm_year = changed.tm.tm_year;
  return true;
}

size_t DateFields::TakeGroup(int64_t first, std::string_view text,
                             int64_t now) {
  const char separator = text[0];
  size_t taken = 1;
  auto number_at = [&](size_t position) {
    const Digits digits = LeadingDigits(text.substr(position));
    taken = position + digits.length;
    return digits.number;
  };
  const int64_t second = number_at(1);
  int64_t third = -1;
  if (taken + 1 < text.size() && text[taken] == separator &&
      IsDigit(text[taken + 1])) {
    third = number_at(taken + 1);
  }
  if (separator == ':') {
    if (!SetTime(first, second, third < 0 ? 0 : third)) return 0;
    // A fraction of a second, which git drops where the day is known.
    if (taken + 1 < text.size() && text[taken] == '.' &&
        IsDigit(text[taken + 1]) && HasDay()) {
      number_at(taken + 1);
    }
    return taken;
  }
  const time_t moment = now;
  std::tm broken{};
  const std::tm* today = gmtime_r(&moment, &broken);
  const bool dots = separator == '.';
  const bool found =
      // year-month-day, year-day-month
      (first > 70 && (SetDate(first, second, third, nullptr, now) ||
                      SetDate(first, third, second, nullptr, now))) ||
      // month/day/year, but not with dots: those are day.month.year first
      (!dots && SetDate(third, first, second, today, now)) ||
      SetDate(third, second, first, today, now) ||
      (dots && SetDate(third, first, second, today, now));
  return found ? taken : 0;
}

}  // namespace backgraft::git
