// What .gitignore files hide (gitignore(5), git's dir.c), from plain values.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "git/path_pattern.h"

namespace backgraft::git {

// Files are added in any order but for AddExcludes(); once that is done, safe
// to ask from several threads.
class IgnoreRules {
 public:
  struct Rule {
    PathPattern pattern;
    size_t line;  // from 1
    // Where it stands: "a/.gitignore", or what AddExcludes() was told.
    std::string source;
  };

  // `ignore_case` is core.ignoreCase.
  explicit IgnoreRules(bool ignore_case = false) : ignore_case_(ignore_case) {}

  // The bytes of `directory`/.gitignore; "" is the root.
  void Add(const std::string& directory, std::string_view bytes);
  // Rules for the whole tree that are weaker than every .gitignore:
  // core.excludesFile first, then info/exclude, which wins over it. `source` is
  // for Rule::source.
  void AddExcludes(const std::string& source, std::string_view bytes);

  // Whether git hides `path` (from the root, without a slash at its end): the
  // last rule that matches it says so, or a directory above it is hidden, from
  // which nothing comes back.
  bool IsIgnored(std::string_view path, bool is_directory) const;

  // The rule that decides about `path`, which may be negative; nullptr where
  // none does. Owned by this.
  const Rule* Find(std::string_view path, bool is_directory) const;

  bool empty() const { return directories_.empty() && excludes_.empty(); }

 private:
  std::vector<Rule> Parse(std::string_view bytes,
                          const std::string& source) const;
  const Rule* LastMatch(std::string_view path, bool is_directory) const;

  bool ignore_case_;
  std::map<std::string, std::vector<Rule>, std::less<>> directories_;
  std::vector<std::vector<Rule>> excludes_;
};

}  // namespace backgraft::git
