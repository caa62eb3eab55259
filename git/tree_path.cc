#include "git/tree_path.h"

#include "git/dotgit.h"

namespace backgraft::git {

std::variant<TreePath, std::string> TreePath::Parse(std::string_view bytes) {
  if (bytes.empty()) return "is empty";
  if (bytes.find('\0') != std::string_view::npos) return "has a NUL byte";
  if (bytes.front() == '/') return "is absolute";
  std::string_view rest = bytes;
  for (;;) {
    size_t slash = rest.find('/');
    std::string_view component = rest.substr(0, slash);
    if (component.empty()) return "has an empty component";
    if (component == "." || component == "..") {
      return "has a '" + std::string(component) + "' component";
    }
    if (IsDotGitAnywhere(component)) {
      return "has a component that is '.git' to git on some system";
    }
    if (slash == std::string_view::npos) break;
    rest.remove_prefix(slash + 1);
  }
  return TreePath(std::string(bytes));
}

}  // namespace backgraft::git
