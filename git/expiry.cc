#include "git/expiry.h"

#include <sys/stat.h>

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/date.h"
#include "git/journal.h"
#include "git/kept_objects.h"
#include "git/recovery.h"

namespace backgraft::git {
namespace {

constexpr char kKey[] = "backgraft.undoExpiry";
constexpr int64_t kDefaultDays = 30;
constexpr int64_t kSecondsOfDay = 24 * 60 * 60;

}  // namespace

std::optional<int64_t> UndoExpiry(const Config& config, int64_t now) {
  std::optional<std::string> text = config.GetString(kKey);
  if (!text) return now - kDefaultDays * kSecondsOfDay;
  if (*text == "never" || *text == "false") return std::nullopt;
  if (*text == "now" || *text == "all") return now;
  // git takes "30.days" for "30 days ago".
  std::string words = *text;
  std::replace(words.begin(), words.end(), '.', ' ');
  if (words.find("ago") == std::string::npos) words += " ago";
  std::optional<Date> date = ParseDate(words, now);
  if (!date) date = ParseDate(*text, now);
  if (!date)
    throw Error(ErrorKind::kRefused,
                Quote(*text) + " in " + kKey + " is no date",
                {"git config backgraft.undoExpiry 30.days"});
  return date->seconds;
}

void ExpireOperations(const Repository& repository, int64_t now) {
  const auto expiry = UndoExpiry(repository.config(), now);
  if (!expiry) return;
  const Journal journal(JournalDirectory(repository));
  for (const std::string& id : journal.List()) {
    struct stat record;
    const std::string path = journal.DirectoryOf(id);
    if (stat((path + "/record").c_str(), &record) != 0) continue;
    // In the order of time: those that come are younger.
    if (record.st_mtim.tv_sec >= *expiry) break;
    ReleaseObjects(repository, id, journal.directory() + "/lock-kept");
    journal.Remove(id);
  }
}

}  // namespace backgraft::git
