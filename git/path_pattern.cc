#include "git/path_pattern.h"

#include <algorithm>

#include "git/config_value.h"

namespace backgraft::git {

size_t LiteralLength(std::string_view pattern) {
  return std::min(pattern.find_first_of("*?[\\"), pattern.size());
}

PathPattern::PathPattern(std::string_view text, bool ignore_case)
    : text_(text), ignore_case_(ignore_case) {
  std::string_view rest = text_;
  if (!rest.empty() && rest.front() == '!') {
    negative_ = true;
    rest.remove_prefix(1);
  }
  if (!rest.empty() && rest.back() == '/') {
    only_directories_ = true;
    rest.remove_suffix(1);
  }
  only_basename_ = rest.find('/') == std::string_view::npos;
  if (!only_basename_ && rest.front() == '/') rest.remove_prefix(1);
  if (only_basename_ && !rest.empty() && rest.front() == '*' &&
      LiteralLength(rest.substr(1)) == rest.size() - 1) {
    is_suffix_ = true;
    literal_ = rest.substr(1);
    return;
  }
  const size_t length = LiteralLength(rest);
  has_rest_ = length < rest.size();
  if (only_basename_ && has_rest_) {
    rest_ = Wildmatch(rest, {.casefold = ignore_case_});
    return;
  }
  literal_ = rest.substr(0, length);
  rest_ = Wildmatch(rest.substr(length),
                    {.pathname = true, .casefold = ignore_case_});
}

bool PathPattern::Equal(std::string_view a, std::string_view b) const {
  return ignore_case_ ? EqualsIgnoringCase(a, b) : a == b;
}

bool PathPattern::Matches(std::string_view path, bool is_directory) const {
  if (only_directories_ && !is_directory) return false;
  if (only_basename_) {
    const size_t slash = path.rfind('/');
    if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
    if (is_suffix_) {
      return path.size() >= literal_.size() &&
             Equal(path.substr(path.size() - literal_.size()), literal_);
    }
    return has_rest_ ? rest_.Matches(path) : Equal(path, literal_);
  }
  if (path.size() < literal_.size() ||
      !Equal(path.substr(0, literal_.size()), literal_)) {
    return false;
  }
  path.remove_prefix(literal_.size());
  return has_rest_ ? rest_.Matches(path) : path.empty();
}

}  // namespace backgraft::git
