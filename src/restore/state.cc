#include "restore/state.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "base/error.h"
#include "base/escape.h"
#include "git/date.h"
#include "source/link.h"

namespace backgraft::restore {
namespace {

constexpr int64_t kDay = 24 * 60 * 60;

// The words a date may be made of, next to numbers: git's approxidate would
// find a date in nearly everything, the name of a backup file included.
// Months and days count from three letters on, units with an "s".
constexpr std::array<std::string_view, 19> kNames = {
    "january",   "february", "march",  "april",     "may",
    "june",      "july",     "august", "september", "october",
    "november",  "december", "sunday", "monday",    "tuesday",
    "wednesday", "thursday", "friday", "saturday"};
constexpr std::array<std::string_view, 38> kWords = {
    "second", "seconds", "minute", "minutes",   "hour",   "hours", "day",
    "days",   "week",    "weeks",  "month",     "months", "year",  "years",
    "ago",    "last",    "at",     "am",        "pm",     "noon",  "midnight",
    "tea",    "now",     "today",  "yesterday", "never",  "one",   "two",
    "three",  "four",    "five",   "six",       "seven",  "eight", "nine",
    "ten",    "t",       "z"};

bool IsZone(std::string_view word) {
  return word == "utc" || word == "gmt" || word == "cet" || word == "cest" ||
         word == "est" || word == "edt" || word == "pst" || word == "pdt";
}

bool IsDateWord(std::string_view word) {
  if (std::find(kWords.begin(), kWords.end(), word) != kWords.end()) {
    return true;
  }
  if (IsZone(word)) return true;
  return word.size() >= 3 &&
         std::any_of(kNames.begin(), kNames.end(), [&](std::string_view name) {
           return name.starts_with(word);
         });
}

// Whether every word of `text` belongs to a date.
bool LooksLikeDate(const std::string& text) {
  std::string word;
  for (char c : text + " ") {
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    if (letter) {
      word += static_cast<char>(c | 0x20);
      continue;
    }
    // "3rd" and "1st" are no words that git knows either.
    if (!word.empty() && !IsDateWord(word)) return false;
    word.clear();
    bool other = (c >= '0' && c <= '9') ||
                 std::string_view(" :.,-+/@").find(c) != std::string_view::npos;
    if (!other) return false;
  }
  return true;
}

// The last second of the day that `seconds` is in.
int64_t EndOfDay(const git::Date& date) {
  int64_t local = date.seconds + int64_t{date.offset_minutes} * 60;
  int64_t day = local / kDay - (local % kDay < 0 ? 1 : 0);
  return (day + 1) * kDay - 1 - int64_t{date.offset_minutes} * 60;
}

git::Oid AtDate(git::History& history, const Target& target,
                const std::string& text, const git::Date& date) {
  int64_t limit = date.has_time_of_day ? date.seconds : EndOfDay(date);
  git::FirstParentLine line(history, *target.tip);
  git::Oid first = *target.tip;
  for (size_t i = 0; auto commit = line.At(i); ++i) {
    first = *commit;
    if (history.Get(*commit).committed <= limit) return *commit;
  }
  throw Error(
      ErrorKind::kRefused,
      Quote(text) + " (" + git::FormatIsoDate(limit, date.offset_minutes) +
          ") is before the first commit of " + Quote(target.short_name),
      {"that commit is of " +
       git::FormatIsoDate(history.Get(first).committed, date.offset_minutes)});
}

bool IsThere(const std::string& path) {
  struct stat file;
  return stat(path.c_str(), &file) == 0;
}

// Whether somebody who writes this means a file, even if it is missing.
bool LooksLikeFile(const std::string& text) {
  return text.find('/') != std::string::npos ||
         text.find(".tar") != std::string::npos || text.ends_with(".tgz") ||
         text.ends_with(".zip") || text.ends_with(".bundle");
}

}  // namespace

std::optional<git::Oid> ResolveState(const git::Repository& repository,
                                     git::History& history,
                                     const Target& target,
                                     const std::string& text, int64_t now) {
  if (text == "-" || text.starts_with("./") || text.starts_with("../") ||
      text.starts_with('/') || source::IsLink(text)) {
    return std::nullopt;
  }
  if (text.empty()) {
    throw Error(ErrorKind::kUsage, "'--to' needs a revision, date or source");
  }
  if (auto commit = repository.ResolveCommit(text)) return commit;
  if (LooksLikeDate(text)) {
    if (auto date = git::ParseDate(text, now)) {
      return AtDate(history, target, text, *date);
    }
  }
  if (IsThere(text) || LooksLikeFile(text)) return std::nullopt;
  throw Error(ErrorKind::kRefused,
              Quote(text) + " is no revision, tag, date or source",
              {"list the tags: git tag", "list the deploys: backgraft deploys",
               "a file is best named with its directory: ./" + text});
}

}  // namespace backgraft::restore
