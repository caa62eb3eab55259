// Which commits the arguments of `revert` mean, in which order they are undone,
// and what each is taken back to.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/history.h"
#include "git/oid.h"
#include "git/repository.h"
#include "restore/target.h"

namespace backgraft::restore {

struct SelectedCommit {
  git::Oid oid;
  // The parent it is taken back to; nothing for a root commit.
  std::optional<git::Oid> parent;
  size_t mainline = 0;  // which parent that is, from 1; 0 where it is no merge
};

struct Selection {
  std::vector<SelectedCommit> commits;  // newest first
  // A range was given, or several commits: git calls that a sequence.
  bool is_sequence = false;
};

// `arguments` are COMMIT or A..B (either end may be left out, it is the branch
// then). A merge on the branch's first-parent line is taken back to its first
// parent, or to parent `mainline`; what a merge brought is not undone again
// where a range holds both. Error(kRefused) for what is no commit, is not in
// the branch's history, or is a merge elsewhere without `mainline`;
// Error(kUsage) for other forms of ranges.
Selection SelectCommits(const git::Repository& repository,
                        git::History& history, const Target& target,
                        const std::vector<std::string>& arguments,
                        std::optional<size_t> mainline);

}  // namespace backgraft::restore
