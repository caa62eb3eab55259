#include "git/date.h"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

#include "git/date_fields.h"

namespace backgraft::git {
namespace {

struct Zone {
  std::string_view name;
  int hours;  // summer time included
};
// git's timezone_names. Where a name is a beginning of several, the first
// counts, hence the order.
constexpr Zone kZones[] = {
    {"IDLW", -12}, {"NT", -11},  {"CAT", -10}, {"HST", -10}, {"HDT", -9},
    {"YST", -9},   {"YDT", -8},  {"PST", -8},  {"PDT", -7},  {"MST", -7},
    {"MDT", -6},   {"CST", -6},  {"CDT", -5},  {"EST", -5},  {"EDT", -4},
    {"AST", -3},   {"ADT", -2},  {"WAT", -1},  {"GMT", 0},   {"UTC", 0},
    {"Z", 0},      {"WET", 0},   {"BST", 1},   {"CET", 1},   {"MET", 1},
    {"MEWT", 1},   {"MEST", 2},  {"CEST", 2},  {"MESZ", 2},  {"FWT", 1},
    {"FST", 2},    {"EET", 2},   {"EEST", 3},  {"WAST", 7},  {"WADT", 8},
    {"CCT", 8},    {"JST", 9},   {"EAST", 10}, {"EADT", 11}, {"GST", 10},
    {"NZT", 12},   {"NZST", 12}, {"NZDT", 13}, {"IDLE", 12},
};

bool IsOneOf(char c, std::string_view set) {
  return set.find(c) != std::string_view::npos;
}

// Whether a separator and a digit stand at `position`.
bool StartsGroup(std::string_view text, size_t position) {
  return position + 1 < text.size() && IsOneOf(text[position], ":./-") &&
         IsDigit(text[position + 1]);
}

class ExactParser {
 public:
  explicit ExactParser(int64_t now) : now_(now) {}

  std::optional<Date> Parse(std::string_view text) {
    text = text.substr(0, text.find('\n'));
    if (!text.empty() && text[0] == '@') {
      if (auto date = RawDate(text.substr(1))) return date;
    }
    while (!text.empty()) {
      size_t taken = 0;
      if (IsAlpha(text[0])) {
        taken = TakeWord(text);
      } else if (IsDigit(text[0])) {
        taken = TakeNumber(text);
      } else if (IsOneOf(text[0], "+-") && text.size() > 1 &&
                 IsDigit(text[1])) {
        taken = TakeOffset(text);
      }
      // What says nothing is passed over, as git does.
      text.remove_prefix(std::max<size_t>(taken, 1));
    }
    return Finish();
  }

 private:
  // "<seconds> <+|-><hhmm>" and nothing else, for moments too near 1970 to be
  // told from other numbers.
  static std::optional<Date> RawDate(std::string_view text) {
    const Digits seconds = LeadingDigits(text);
    const std::string_view zone = text.substr(seconds.length);
    if (seconds.length == 0 || seconds.number == INT64_MAX ||
        zone.size() != 6 || zone[0] != ' ' || !IsOneOf(zone[1], "+-")) {
      return std::nullopt;
    }
    const Digits digits = LeadingDigits(zone.substr(2));
    if (digits.length != 4) return std::nullopt;
    const int hhmm = static_cast<int>(digits.number);
    const int offset = hhmm / 100 * 60 + hhmm % 100;
    return Date{seconds.number, zone[1] == '-' ? -offset : offset, true};
  }

  std::optional<Date> Finish() {
    const auto utc = fields_.UtcSeconds();
    if (!utc) return std::nullopt;
    if (fields_.offset == -1) {
      std::tm local = fields_.tm;
      local.tm_isdst = -1;
      fields_.offset = static_cast<int>((*utc - mktime(&local)) / 60);
    }
    const int64_t seconds =
        fields_.is_utc ? *utc : *utc - int64_t{60} * fields_.offset;
    if (seconds < 0) return std::nullopt;
    return Date{seconds, fields_.offset, true};
  }

  size_t TakeWord(std::string_view text) {
    const std::string_view word = LeadingWord(text);
    if (const auto month = FindName(word, kMonthNames)) {
      fields_.tm.tm_mon = *month;
      return word.size();
    }
    if (FindName(word, kWeekdayNames)) return word.size();
    for (const Zone& zone : kZones) {
      if (!Abbreviates(word, zone.name)) continue;
      if (word.size() < 3 && word.size() != zone.name.size()) continue;
      if (fields_.offset == -1) fields_.offset = 60 * zone.hours;
      return word.size();
    }
    if (word.size() == 2 && Abbreviates(word, "PM")) {
      fields_.tm.tm_hour = fields_.tm.tm_hour % 12 + 12;
      return 2;
    }
    if (word.size() == 2 && Abbreviates(word, "AM")) {
      fields_.tm.tm_hour = fields_.tm.tm_hour % 12;
      return 2;
    }
    size_t letters = 1;
    while (letters < text.size() && IsAlpha(text[letters])) ++letters;
    return letters;
  }

  size_t TakeNumber(std::string_view text) {
    const auto [number, length] = LeadingDigits(text);
    std::tm& tm = fields_.tm;
    // Nine digits or more are seconds since 1970; eight may be YYYYMMDD.
    if (number >= 100000000 && fields_.HasNothing()) {
      const time_t moment = number;
      if (gmtime_r(&moment, &tm) != nullptr) {
        fields_.is_utc = true;
        return length;
      }
    }
    if (StartsGroup(text, length)) {
      const size_t taken = fields_.TakeGroup(number, text.substr(length), now_);
      if (taken != 0) return length + taken;
    }
    if (length == 8) {
      fields_.SetDate(number / 10000, number % 10000 / 100, number % 100,
                      nullptr, now_);
      return length;
    }
    if (length == 6) {
      const bool set =
          fields_.SetTime(number / 10000, number % 10000 / 100, number % 100);
      if (set && StartsGroup(text, length) && text[length] == '.') {
        return length + 1 + LeadingDigits(text.substr(length + 1)).length;
      }
      return length;
    }
    if (length == 4) {
      if (number <= 1400 && fields_.offset == -1) {
        fields_.offset = static_cast<int>(number / 100 * 60 + number % 100);
      } else if (number > 1900 && number < 2100) {
        tm.tm_year = static_cast<int>(number) - 1900;
      }
      return length;
    }
    if (length > 2) return length;
    // A day is more likely than a month or a year.
    const int small = static_cast<int>(number);
    if (small > 0 && small < 32 && tm.tm_mday < 0) {
      tm.tm_mday = small;
    } else if (length == 2 && tm.tm_year < 0 && small < 10 && tm.tm_mday >= 0) {
      tm.tm_year = small + 100;
    } else if (length == 2 && tm.tm_year < 0 && small >= 70) {
      tm.tm_year = small;
    } else if (small > 0 && small < 13 && tm.tm_mon < 0) {
      tm.tm_mon = small - 1;
    }
    return length;
  }

  // +hh, +hhmm, +hh:mm; anything else is passed over.
  size_t TakeOffset(std::string_view text) {
    const Digits first = LeadingDigits(text.substr(1));
    size_t taken = 1 + first.length;
    int64_t hours = first.number;
    int64_t minutes = 0;
    if (first.length == 4) {
      minutes = hours % 100;
      hours /= 100;
    } else if (first.length != 2) {
      return taken;
    } else if (taken < text.size() && text[taken] == ':') {
      const Digits second = LeadingDigits(text.substr(taken + 1));
      taken += 1 + second.length;
      if (second.length != 2) return taken;
      minutes = second.number;
    }
    if (minutes < 60 && hours < 24) {
      const int offset = static_cast<int>(hours * 60 + minutes);
      fields_.offset = text[0] == '-' ? -offset : offset;
    }
    return taken;
  }

  int64_t now_;
  DateFields fields_ = DateFields::Unknown();
};

std::tm Local(int64_t seconds) {
  const time_t moment = seconds;
  std::tm tm{};
  localtime_r(&moment, &tm);
  return tm;
}

// git's approxidate: words and numbers from left to right, each changing what
// the ones before have said.
class ApproximateParser {
 public:
  explicit ApproximateParser(int64_t now) : now_(now), today_(Local(now)) {
    fields_.tm = today_;
    fields_.tm.tm_year = fields_.tm.tm_mon = fields_.tm.tm_mday = -1;
  }

  std::optional<Date> Parse(std::string_view text) {
    while (!text.empty()) {
      size_t taken = 1;
      if (IsDigit(text[0])) {
        SettleNumber();
        taken = TakeNumber(text);
        touched_ = true;
      } else if (IsAlpha(text[0])) {
        while (taken < text.size() && IsAlpha(text[taken])) ++taken;
        if (TakeWord(LeadingWord(text))) touched_ = true;
      }
      text.remove_prefix(taken);
    }
    SettleNumber();
    if (!touched_) return std::nullopt;
    const int64_t seconds = MoveBack(0);
    if (seconds < 0) return std::nullopt;
    return Date{seconds, LocalOffsetMinutes(seconds), fields_.has_time};
  }

 private:
  // Fills in today for what is not known, then goes back by `seconds`.
  int64_t MoveBack(int64_t seconds) {
    std::tm& tm = fields_.tm;
    if (tm.tm_mday < 0) tm.tm_mday = today_.tm_mday;
    if (tm.tm_mon < 0) tm.tm_mon = today_.tm_mon;
    if (tm.tm_year < 0) {
      tm.tm_year = today_.tm_year;
      if (tm.tm_mon > today_.tm_mon) --tm.tm_year;
    }
    const int64_t moment = mktime(&tm) - seconds;
    tm = Local(moment);
    return moment;
  }

  // Not further than year 0, where nothing is a date to git anyway.
  void MoveYears(int64_t years) {
    fields_.tm.tm_year =
        static_cast<int>(std::max<int64_t>(fields_.tm.tm_year - years, -1900));
  }

  // A number nobody claimed: a day, else a month, else a year.
  void SettleNumber() {
    const int64_t number = std::exchange(number_, 0);
    if (number == 0) return;
    std::tm& tm = fields_.tm;
    if (tm.tm_mday < 0 && number < 32) {
      tm.tm_mday = static_cast<int>(number);
    } else if (tm.tm_mon < 0 && number < 13) {
      tm.tm_mon = static_cast<int>(number) - 1;
    } else if (tm.tm_year < 0) {
      if (number > 1969 && number < 2100) {
        tm.tm_year = static_cast<int>(number) - 1900;
      } else if (number > 69 && number < 100) {
        tm.tm_year = static_cast<int>(number);
      } else if (number < 38) {
        tm.tm_year = static_cast<int>(number) + 100;
      }
    }
  }

  size_t TakeNumber(std::string_view text) {
    const auto [number, length] = LeadingDigits(text);
    if (StartsGroup(text, length)) {
      const size_t taken = fields_.TakeGroup(number, text.substr(length), now_);
      if (taken != 0) return length + taken;
    }
    // "Dec 02", but never "Dec 0002". Capped, so that no sum overflows.
    if (text[0] != '0' || length <= 2) {
      number_ = std::min<int64_t>(number, INT32_MAX);
    }
    return length;
  }

  void SetHour(int hour) {
    SettleNumber();
    if (fields_.tm.tm_hour < hour) MoveBack(kDay);
    fields_.SetTime(hour, 0, 0);
  }

  void SetHalfOfDay(int first_hour) {
    const int64_t given = std::exchange(number_, 0);
    if (given != 0) {
      fields_.tm.tm_hour = static_cast<int>(given % 12);
      fields_.tm.tm_min = fields_.tm.tm_sec = 0;
    }
    fields_.tm.tm_hour = fields_.tm.tm_hour % 12 + first_hour;
    fields_.has_time = true;
  }

  bool TakeSpecial(std::string_view word) {
    auto is = [word](std::string_view name) {
      return word.size() == name.size() && Abbreviates(word, name);
    };
    if (is("yesterday")) {
      number_ = 0;
      MoveBack(kDay);
    } else if (is("noon")) {
      SetHour(12);
    } else if (is("midnight")) {
      SetHour(0);
    } else if (is("tea")) {
      SetHour(17);
    } else if (is("PM")) {
      SetHalfOfDay(12);
    } else if (is("AM")) {
      SetHalfOfDay(0);
    } else if (is("never")) {
      number_ = 0;
      fields_.tm = Local(0);
      fields_.has_time = true;
    } else if (is("now")) {
      number_ = 0;
      MoveBack(0);
      fields_.has_time = true;
    } else {
      return false;
    }
    return true;
  }

  // "two", "last".
  bool TakeNumberName(std::string_view word) {
    constexpr std::string_view kNames[] = {"one",  "two", "three", "four",
                                           "five", "six", "seven", "eight",
                                           "nine", "ten"};
    for (size_t i = 0; i < std::size(kNames); ++i) {
      if (word.size() == kNames[i].size() && Abbreviates(word, kNames[i])) {
        number_ = static_cast<int64_t>(i) + 1;
        return true;
      }
    }
    if (word.size() == 4 && Abbreviates(word, "last")) {
      number_ = 1;
      return true;
    }
    return false;
  }

  // "days" after a number; the plural's s may be missing.
  bool TakeUnit(std::string_view word) {
    struct Unit {
      std::string_view name;
      int64_t seconds;
    };
    constexpr Unit kUnits[] = {{"seconds", 1},
                               {"minutes", 60},
                               {"hours", 3600},
                               {"days", kDay},
                               {"weeks", 7 * kDay}};
    auto is = [word](std::string_view name) {
      return word.size() + 1 >= name.size() && Abbreviates(word, name);
    };
    for (const Unit& unit : kUnits) {
      if (!is(unit.name)) continue;
      MoveBack(unit.seconds * std::exchange(number_, 0));
      fields_.has_time = true;
      return true;
    }
    if (const auto weekday = FindName(word, kWeekdayNames)) {
      int64_t weeks = std::exchange(number_, 0) - 1;
      const int days = fields_.tm.tm_wday - *weekday;
      if (days <= 0) ++weeks;
      MoveBack((days + 7 * weeks) * kDay);
      return true;
    }
    if (is("months")) {
      MoveBack(0);
      const int64_t month = fields_.tm.tm_mon - std::exchange(number_, 0);
      const int64_t years = month < 0 ? (11 - month) / 12 : 0;
      MoveYears(years);
      fields_.tm.tm_mon = static_cast<int>(month + 12 * years);
      fields_.has_time = true;
      return true;
    }
    if (is("years")) {
      MoveBack(0);
      MoveYears(std::exchange(number_, 0));
      fields_.has_time = true;
      return true;
    }
    return false;
  }

  // Whether the word said anything.
  bool TakeWord(std::string_view word) {
    if (const auto month = FindName(word, kMonthNames)) {
      fields_.tm.tm_mon = *month;
      return true;
    }
    if (TakeSpecial(word)) return true;
    return number_ == 0 ? TakeNumberName(word) : TakeUnit(word);
  }

  static constexpr int64_t kDay = 24 * 60 * 60;

  int64_t now_;
  std::tm today_;
  DateFields fields_;
  int64_t number_ = 0;
  bool touched_ = false;
};

std::string Format(const char* format, int64_t seconds, int offset_minutes) {
  const time_t moment = seconds + int64_t{60} * offset_minutes;
  std::tm tm{};
  if (gmtime_r(&moment, &tm) == nullptr) return std::to_string(seconds);
  const std::string_view day =
      kWeekdayNames[static_cast<size_t>(tm.tm_wday)].substr(0, 3);
  const std::string_view month =
      kMonthNames[static_cast<size_t>(tm.tm_mon)].substr(0, 3);
  auto padded = [](int value, size_t width) {
    std::string text = std::to_string(value);
    return std::string(text.size() < width ? width - text.size() : 0, '0') +
           text;
  };
  std::string text;
  for (; *format != '\0'; ++format) {
    switch (*format) {
      case 'Y':
        text += padded(tm.tm_year + 1900, 4);
        break;
      case 'm':
        text += padded(tm.tm_mon + 1, 2);
        break;
      case 'd':
        text += padded(tm.tm_mday, 2);
        break;
      case 'e':
        text += std::to_string(tm.tm_mday);
        break;
      case 'h':
        text += padded(tm.tm_hour, 2) + ":" + padded(tm.tm_min, 2) + ":" +
                padded(tm.tm_sec, 2);
        break;
      case 'a':
        text += day;
        break;
      case 'b':
        text += month;
        break;
      case 'z':
        text += FormatOffset(offset_minutes);
        break;
      default:
        text += *format;
    }
  }
  return text;
}

}  // namespace

std::optional<Date> ParseExactDate(std::string_view text, int64_t now) {
  return ExactParser(now).Parse(text);
}

std::optional<Date> ParseDate(std::string_view text, int64_t now) {
  if (auto date = ParseExactDate(text, now)) return date;
  return ApproximateParser(now).Parse(text);
}

int LocalOffsetMinutes(int64_t seconds) {
  return static_cast<int>(Local(seconds).tm_gmtoff / 60);
}

std::string FormatOffset(int offset_minutes) {
  const int size = std::abs(offset_minutes);
  const int hhmm = size / 60 * 100 + size % 60;
  const std::string digits = std::to_string(hhmm);
  return (offset_minutes < 0 ? "-" : "+") +
         std::string(digits.size() < 4 ? 4 - digits.size() : 0, '0') + digits;
}

std::string FormatIsoDate(int64_t seconds, int offset_minutes) {
  return Format("Y-m-d h z", seconds, offset_minutes);
}

std::string FormatGitDate(int64_t seconds, int offset_minutes) {
  return Format("a b e h Y z", seconds, offset_minutes);
}

std::string FormatUtcDate(int64_t seconds) {
  return Format("Y-m-dThZ", seconds, 0);
}

}  // namespace backgraft::git
