#include "git/ref_name.h"

namespace backgraft::git {
namespace {

constexpr size_t kMaxName = 4095;
constexpr std::string_view kLock = ".lock";
// A file name has 255 bytes at the most, and the lock's is longer than the
// ref's.
constexpr size_t kMaxComponent = 255 - kLock.size();

std::string ByteProblem(char c) {
  switch (c) {
    case ' ':
      return "has a space in it";
    case '*':
    case ':':
    case '?':
    case '[':
    case '\\':
    case '^':
    case '~':
      return std::string("has '") + c + "' in it";
    default:
      break;
  }
  if (static_cast<unsigned char>(c) < ' ' || c == '\x7f') {
    return "has a control byte in it";
  }
  return "";
}

std::string ComponentProblem(std::string_view component) {
  if (component.empty()) return "has an empty component";
  if (component.front() == '.') return "has a component that begins with '.'";
  if (component.ends_with(kLock)) return "has a component ending in '.lock'";
  if (component.size() > kMaxComponent) {
    return "has a component over " + std::to_string(kMaxComponent) + " bytes";
  }
  return "";
}

}  // namespace

std::string RefNameProblem(std::string_view name) {
  constexpr std::string_view kRefs = "refs/";
  if (name.size() > kMaxName) {
    return "is over " + std::to_string(kMaxName) + " bytes long";
  }
  if (!name.starts_with(kRefs)) return "is not below refs/";
  for (char c : name) {
    if (std::string problem = ByteProblem(c); !problem.empty()) return problem;
  }
  if (name.find("..") != std::string_view::npos) return "has '..' in it";
  if (name.find("@{") != std::string_view::npos) return "has '@{' in it";
  if (name.back() == '.') return "ends with '.'";
  for (std::string_view rest = name;;) {
    const size_t slash = rest.find('/');
    std::string problem = ComponentProblem(rest.substr(0, slash));
    if (!problem.empty()) return problem;
    if (slash == std::string_view::npos) return "";
    rest.remove_prefix(slash + 1);
  }
}

}  // namespace backgraft::git
