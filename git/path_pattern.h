// One pattern of a .gitignore or .gitattributes file (git's dir.c,
// parse_path_pattern() and the two matchers behind it).
#pragma once

#include <string>
#include <string_view>

#include "git/wildmatch.h"

namespace backgraft::git {

class PathPattern {
 public:
  // `text` as it stands in the file, tidied of white space. `ignore_case` is
  // core.ignoreCase.
  explicit PathPattern(std::string_view text, bool ignore_case = false);

  bool is_negative() const { return negative_; }
  const std::string& text() const { return text_; }

  // Whether `path` matches: relative to the directory the file stands in,
  // without a slash at its end.
  bool Matches(std::string_view path, bool is_directory) const;

 private:
  bool Equal(std::string_view a, std::string_view b) const;

  std::string text_;
  bool ignore_case_;
  bool negative_ = false;
  bool only_directories_ = false;  // "foo/"
  bool only_basename_ = false;     // no slash but the last
  // "*literal" of a basename, the most frequent kind: literal_ holds the rest.
  bool is_suffix_ = false;
  // What stands before the first wildcard, and the rest. git matches the rest
  // on its own, so that "foo**/bar" has a "**" at its beginning.
  std::string literal_;
  Wildmatch rest_{""};
  bool has_rest_ = false;
};

// How many bytes of `pattern` stand before its first wildcard (or backslash).
size_t LiteralLength(std::string_view pattern);

}  // namespace backgraft::git
