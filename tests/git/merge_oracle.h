// What git makes of a merge and what we make of it, in words that can be
// compared.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "git/tree_merge.h"

namespace backgraft::git {

struct MergeOutcome {
  bool died = false;  // git gave up on one of its assertions
  bool clean = false;
  std::string tree;
  std::string stages;  // as `git ls-files --stage` prints them
  std::string messages;

  bool operator==(const MergeOutcome&) const = default;
};

MergeOutcome OutcomeOf(const MergeResult& result);

// Lets `git merge-tree --write-tree` of the installed git do the merges in the
// repository `directory`: each of `pairs` is "<ours> <theirs>\n", each of
// `config` "<key>=<value>". In one process unless git dies of one of them.
std::vector<MergeOutcome> GitOutcomes(const std::string& directory,
                                      const std::vector<std::string>& config,
                                      std::span<const std::string> pairs);

}  // namespace backgraft::git
