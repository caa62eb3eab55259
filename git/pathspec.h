// Pathspecs as git understands them on its command line (gitglossary(7)):
// prefixes, patterns and the magic words top, literal, glob, icase, exclude.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/wildmatch.h"

namespace backgraft::git {

class Pathspec {
 public:
  // Matches everything.
  Pathspec() = default;

  // `prefix` is the directory the specs are relative to, from the root, "" or
  // ending in a slash. Only exclusions mean everything else. Throws
  // Error(kUsage) for magic git does not know, for `attr`, for an empty spec,
  // and for one that leads outside.
  static Pathspec Parse(const std::vector<std::string>& specs,
                        const std::string& prefix = "");

  // Whether no spec was given.
  bool empty() const { return items_.empty(); }

  // Whether `path` (from the root, without a slash at its end) is meant. A
  // directory is where it is named itself; not because something in it may be.
  bool Matches(std::string_view path, bool is_directory = false) const;

  // For "did not match any files": the specs as given, without the exclusions,
  // and whether one of them matches by itself.
  size_t size() const { return included_; }
  const std::string& text(size_t i) const { return items_[i].text; }
  bool ItemMatches(size_t i, std::string_view path,
                   bool is_directory = false) const {
    return items_[i].Matches(path, is_directory);
  }

 private:
  struct Item {
    bool Matches(std::string_view path, bool is_directory) const;
    bool Equal(std::string_view a, std::string_view b) const;

    std::string text;    // as given
    std::string match;   // from the root
    size_t prefix = 0;   // how much of `match` is compared case and all
    size_t literal = 0;  // how much stands before the first wildcard
    bool icase = false;
    bool exclude = false;
    // What follows `literal`, where that is not all.
    std::optional<Wildmatch> wild{};
  };
  static Item ParseItem(const std::string& spec, const std::string& prefix);

  std::vector<Item> items_;  // exclusions last
  size_t included_ = 0;
};

}  // namespace backgraft::git
