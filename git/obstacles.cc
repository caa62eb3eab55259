#include "git/obstacles.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::git {
namespace {

// At most so many paths are spelled out in one message.
constexpr size_t kShownPaths = 20;

std::string List(const std::vector<std::string>& paths) {
  std::string out;
  for (size_t i = 0; i < std::min(paths.size(), kShownPaths); ++i)
    out += (i ? ", " : "") + Quote(paths[i]);
  if (paths.size() > kShownPaths)
    out += " and " + std::to_string(paths.size() - kShownPaths) + " more";
  return out;
}

}  // namespace

std::string ShortRefName(const std::string& ref, bool described) {
  constexpr std::string_view kHeads = "refs/heads/";
  const bool is_branch = ref.starts_with(kHeads);
  std::string name = is_branch ? ref.substr(kHeads.size()) : ref;
  if (!described) return name;
  return is_branch ? "branch " + Quote(name) : Quote(name);
}

void RefuseObstacles(const Obstacles& obstacles, bool force) {
  std::vector<std::string> clauses;
  std::vector<std::string> hints;
  std::vector<std::string> paths;
  auto add = [&](const std::vector<std::string>& some, const char* what,
                 const char* hint) {
    if (some.empty()) return;
    clauses.push_back(what + List(some));
    hints.emplace_back(hint);
    paths.insert(paths.end(), some.begin(), some.end());
  };
  add(obstacles.unmerged, "unmerged paths: ",
      "resolve them and commit, or give up: git merge --abort");
  add(obstacles.repositories, "repositories in the way: ",
      "move them away: a repository is never overwritten");
  if (!force) {
    add(obstacles.uncommitted, "uncommitted changes in the way: ",
        "commit them, or put them aside: git stash");
    add(obstacles.untracked, "untracked files in the way: ",
        "move them, or put them aside: git stash --include-untracked");
    if (!obstacles.uncommitted.empty() || !obstacles.untracked.empty())
      hints.emplace_back(
          "or overwrite them, which 'backgraft undo' takes back: add --force");
  }
  if (clauses.empty()) return;
  std::string message;
  for (const std::string& clause : clauses)
    message += (message.empty() ? "" : "; ") + clause;
  std::sort(paths.begin(), paths.end());
  paths.erase(std::unique(paths.begin(), paths.end()), paths.end());
  throw Error(ErrorKind::kRefused, message, hints).WithPaths(std::move(paths));
}

}  // namespace backgraft::git
