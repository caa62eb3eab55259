#include "git/ignore.h"

#include <algorithm>

namespace backgraft::git {
namespace {

// Spaces at the end count only behind a backslash; tabs always do.
std::string_view TrimSpaces(std::string_view line) {
  size_t end = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == ' ') continue;
    if (line[i] == '\\') ++i;
    end = std::min(i + 1, line.size());
  }
  return line.substr(0, end);
}

}  // namespace

std::vector<IgnoreRules::Rule> IgnoreRules::Parse(
    std::string_view bytes, const std::string& source) const {
  std::vector<Rule> rules;
  if (bytes.substr(0, 3) == "\xef\xbb\xbf") bytes.remove_prefix(3);
  for (size_t number = 1; !bytes.empty(); ++number) {
    const size_t end = std::min(bytes.find('\n'), bytes.size());
    std::string_view line = bytes.substr(0, end);
    bytes.remove_prefix(std::min(end + 1, bytes.size()));
    if (line.empty() || line.front() == '#') continue;
    if (line.back() == '\r') line.remove_suffix(1);
    line = TrimSpaces(line.substr(0, line.find('\0')));
    if (line.empty()) continue;
    rules.push_back({PathPattern(line, ignore_case_), number, source});
  }
  return rules;
}

void IgnoreRules::Add(const std::string& directory, std::string_view bytes) {
  const std::string prefix = directory.empty() ? "" : directory + "/";
  directories_[directory] = Parse(bytes, prefix + ".gitignore");
}

void IgnoreRules::AddExcludes(const std::string& source,
                              std::string_view bytes) {
  excludes_.push_back(Parse(bytes, source));
}

// From the strongest rule to the weakest: the deepest directory first, in each
// file from its end.
const IgnoreRules::Rule* IgnoreRules::LastMatch(std::string_view path,
                                                bool is_directory) const {
  auto last_of = [&](const std::vector<Rule>& rules,
                     std::string_view relative) -> const Rule* {
    for (auto rule = rules.rbegin(); rule != rules.rend(); ++rule) {
      if (rule->pattern.Matches(relative, is_directory)) return &*rule;
    }
    return nullptr;
  };
  for (size_t end = path.rfind('/'); !directories_.empty();
       end = end == 0 ? std::string_view::npos : path.rfind('/', end - 1)) {
    const bool root = end == std::string_view::npos;
    const auto found =
        directories_.find(root ? std::string_view() : path.substr(0, end));
    if (found != directories_.end()) {
      const Rule* rule =
          last_of(found->second, path.substr(root ? 0 : end + 1));
      if (rule != nullptr) return rule;
    }
    if (root) break;
  }
  for (auto rules = excludes_.rbegin(); rules != excludes_.rend(); ++rules) {
    if (const Rule* rule = last_of(*rules, path)) return rule;
  }
  return nullptr;
}

const IgnoreRules::Rule* IgnoreRules::Find(std::string_view path,
                                           bool is_directory) const {
  for (size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    const Rule* rule = LastMatch(path.substr(0, slash), true);
    if (rule != nullptr && !rule->pattern.is_negative()) return rule;
  }
  return LastMatch(path, is_directory);
}

bool IgnoreRules::IsIgnored(std::string_view path, bool is_directory) const {
  const Rule* rule = Find(path, is_directory);
  return rule != nullptr && !rule->pattern.is_negative();
}

}  // namespace backgraft::git
