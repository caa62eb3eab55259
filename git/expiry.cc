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

bool IsBefore(const Journal& journal, const std::string& id, int64_t expiry) {
  struct stat record;
  const std::string path = journal.DirectoryOf(id) + "/record";
  return stat(path.c_str(), &record) == 0 && record.st_mtim.tv_sec < expiry;
}

// Ids of those that are forgotten; what their parts keep is dropped by now.
std::vector<std::string> Expired(const Journal& journal, int64_t expiry,
                                 const DropParts& drop) {
  std::vector<std::string> expired;
  const std::vector<std::string> all = journal.List();
  // In the order of time: most often the first one is young enough.
  if (all.empty() || !IsBefore(journal, all.front(), expiry)) return expired;
  std::vector<Operation> others;
  for (const std::string& id : all)
    if (auto operation = journal.Find(id))
      others.push_back(std::move(*operation));
  for (const std::string& id : all) {
    if (!IsBefore(journal, id, expiry)) continue;
    const auto at =
        std::find_if(others.begin(), others.end(),
                     [&](const Operation& other) { return other.id == id; });
    if (at != others.end()) {
      const Operation operation = *at;
      others.erase(at);
      if (!operation.parts.empty() && (!drop || !drop(operation, others))) {
        others.push_back(operation);
        continue;
      }
    }
    expired.push_back(id);
  }
  return expired;
}

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

void ExpireOperations(const Repository& repository, int64_t now,
                      const DropParts& drop) {
  const auto expiry = UndoExpiry(repository.config(), now);
  if (!expiry) return;
  const Journal journal(JournalDirectory(repository));
  for (const std::string& id : Expired(journal, *expiry, drop)) {
    ReleaseObjects(repository, id, journal.directory() + "/lock-kept");
    journal.Remove(id);
  }
}

void ExpireParts(const Journal& journal, const Config& config, int64_t now,
                 const DropParts& drop) {
  const auto expiry = UndoExpiry(config, now);
  if (!expiry) return;
  for (const std::string& id : Expired(journal, *expiry, drop))
    journal.Remove(id);
}

}  // namespace backgraft::git
