#include "restore/target.h"

#include "base/error.h"
#include "base/escape.h"
#include "git/linked_worktrees.h"
#include "git/refs.h"

namespace backgraft::restore {
namespace {

constexpr char kHeads[] = "refs/heads/";

void RefuseOperationInProgress(const git::Repository& repository) {
  auto operation = repository.OperationInProgress();
  if (!operation) return;
  std::string command = *operation == "bisect"
                            ? "git bisect reset"
                            : "git " + *operation + " --abort";
  throw Error(ErrorKind::kRefused, "a git " + *operation + " is in progress",
              {"finish it, or give it up: " + command});
}

}  // namespace

Target FindBranch(const git::Repository& repository,
                  const std::optional<std::string>& branch) {
  Target target;
  std::string head = repository.HeadRef();
  target.ref = head;
  if (branch) {
    target.ref =
        branch->starts_with(kHeads) ? *branch : std::string(kHeads) + *branch;
    if (!git::IsValidRefName(target.ref)) {
      throw Error(ErrorKind::kUsage,
                  Quote(*branch) + " is not a valid branch name");
    }
  }
  target.checked_out = target.ref == head && !repository.is_bare();
  target.short_name = target.ref.starts_with(kHeads)
                          ? target.ref.substr(sizeof kHeads - 1)
                          : target.ref;
  target.tip = git::ReadRef(repository, target.ref);
  if (!target.tip && branch && target.ref != head) {
    throw Error(ErrorKind::kRefused,
                "there is no branch " + Quote(target.short_name),
                {"make it: git branch " + target.short_name});
  }
  if (target.tip) target.tree = repository.PeelToTree(*target.tip);
  return target;
}

Target FindTarget(const git::Repository& repository,
                  const std::optional<std::string>& branch) {
  Target target = FindBranch(repository, branch);
  if (target.checked_out || repository.is_bare() ||
      git::IsLeftForOperation(repository, target.ref)) {
    RefuseOperationInProgress(repository);
  } else if (auto elsewhere =
                 git::CheckedOutElsewhere(repository, target.ref)) {
    throw Error(ErrorKind::kRefused,
                "branch " + Quote(target.short_name) +
                    " is checked out in another worktree, " + Quote(*elsewhere),
                {"run the command there: git -C " + Quote(*elsewhere) +
                 " backgraft …"});
  }
  return target;
}

}  // namespace backgraft::restore
