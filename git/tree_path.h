// A path that may stand in a tree: foreign bytes become one, or a reason why
// not.
#pragma once

#include <string>
#include <string_view>
#include <variant>

namespace backgraft::git {

// Relative, with single slashes, no empty, "." or ".." component, no NUL, and
// no component that any system takes for `.git`.
class TreePath {
 public:
  // The checked path, or the reason as a clause for a message ("has a component
  // that is '.git' to git on some system").
  static std::variant<TreePath, std::string> Parse(std::string_view bytes);

  const std::string& str() const { return path_; }

 private:
  explicit TreePath(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace backgraft::git
