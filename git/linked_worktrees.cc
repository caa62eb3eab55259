#include "git/linked_worktrees.h"

#include <filesystem>
#include <system_error>

#include "base/io.h"
#include "git/repository.h"

namespace backgraft::git {
namespace {

namespace fs = std::filesystem;

// The only line of a file; empty where there is no such file.
std::string ReadLine(const std::string& path) {
  std::string text;
  if (!ReadFileIfExists(path, &text)) return "";
  return text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
}

// Whether the rebase or bisection of the working tree with this git directory
// began on `ref`.
bool WillComeBack(const std::string& git_dir, const std::string& ref) {
  return ReadLine(git_dir + "/rebase-merge/head-name") == ref ||
         ReadLine(git_dir + "/rebase-apply/head-name") == ref ||
         "refs/heads/" + ReadLine(git_dir + "/BISECT_START") == ref;
}

bool Uses(const std::string& git_dir, const std::string& ref) {
  return ReadLine(git_dir + "/HEAD") == "ref: " + ref ||
         WillComeBack(git_dir, ref);
}

std::string WithoutGit(const std::string& path) {
  return path.ends_with("/.git") ? path.substr(0, path.size() - 5) : path;
}

}  // namespace

std::optional<std::string> CheckedOutElsewhere(const Repository& repository,
                                               const std::string& ref) {
  const std::string& common = repository.common_dir();
  bool is_main = repository.git_dir() == common;
  if (!is_main && !repository.config().GetBool("core.bare").value_or(false) &&
      Uses(common, ref))
    return WithoutGit(common);
  std::error_code error;
  fs::directory_iterator end;
  for (fs::directory_iterator it(common + "/worktrees", error);
       !error && it != end; it.increment(error)) {
    std::string git_dir = it->path().string();
    std::error_code same_error;
    if (fs::equivalent(git_dir, repository.git_dir(), same_error)) continue;
    if (Uses(git_dir, ref)) return WithoutGit(ReadLine(git_dir + "/gitdir"));
  }
  return std::nullopt;
}

bool IsLeftForOperation(const Repository& repository, const std::string& ref) {
  return WillComeBack(repository.git_dir(), ref);
}

}  // namespace backgraft::git
