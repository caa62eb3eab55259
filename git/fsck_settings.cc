#include "git/fsck_settings.h"

#include "base/error.h"
#include "base/escape.h"
#include "base/io.h"
#include "git/config.h"

namespace backgraft::git {
namespace {

constexpr std::string_view kPrefix = "fetch.fsck.";
// As keys of Config are spelled.
constexpr char kSkipList[] = "fetch.fsck.skiplist";

// One id a line; "#" begins a comment (git's oidset_parse_file()).
void ReadSkipList(const std::string& path, FsckOptions* options) {
  const std::string text = ReadFile(path);
  for (size_t at = 0; at < text.size();) {
    const size_t end = std::min(text.find('\n', at), text.size());
    std::string_view line = std::string_view(text).substr(at, end - at);
    at = end + 1;
    line = line.substr(0, line.find('#'));
    while (!line.empty() &&
           (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) {
      line.remove_suffix(1);
    }
    if (line.empty()) continue;
    auto oid = Oid::FromHex(line);
    if (!oid) {
      throw Error(ErrorKind::kRefused,
                  Quote(path) +
                      " of 'fetch.fsck.skipList'"
                      " has a line that is no object id: " +
                      Quote(line));
    }
    options->skip_list.insert(*oid);
  }
}

}  // namespace

FsckOptions FsckOptionsOf(const Config& config) {
  FsckOptions options;
  for (const ConfigEntry& entry : config.entries()) {
    if (!entry.key.starts_with(kPrefix) || entry.key == kSkipList) continue;
    options.Override(std::string_view(entry.key).substr(kPrefix.size()),
                     entry.value.value_or(""));
  }
  if (auto path = config.GetPath(kSkipList)) ReadSkipList(*path, &options);
  return options;
}

}  // namespace backgraft::git
