// The deploys a repository knows of: tags with a number.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "git/history.h"
#include "git/oid.h"
#include "git/repository.h"

namespace backgraft::restore {

struct Deploy {
  std::string tag;     // without refs/tags/
  std::string series;  // what stands before the number
  git::Oid commit;
  // Of the tag where it is annotated, otherwise of the commit.
  int64_t time = 0;
  int offset_minutes = 0;
  // Commits that it brought since the one before in its series, or in all; set
  // by CountCommits().
  uint64_t commits = 0;
  // Whether the branch's history has it.
  bool in_branch = false;
  // Whether the branch is at it: at its commit, else with its tree, else at the
  // nearest one with commits of its own on top. Several tags may name it.
  bool current = false;
};

// Which tags are deploys: `globs`, else backgraft.deployTags, else
// pantheon_live_N and pantheon_test_N.
std::vector<std::string> DeployGlobs(const git::Config& config,
                                     const std::vector<std::string>& globs);

// All of them, series by series, each by number (9 before 10). `tip` is the
// branch's; nothing where it is unborn.
std::vector<Deploy> ListDeploys(const git::Repository& repository,
                                git::History& history,
                                const std::vector<std::string>& globs,
                                const std::optional<git::Oid>& tip);

// Sets `commits` of each. Reads as much history as there is between them.
void CountCommits(git::History& history, std::vector<Deploy>* deploys);

struct DeploySpan {
  Deploy deploy, previous;
};

// The deploy that `tag` names (nothing: the newest live one, or the newest of
// all where no series is called so) and the one before it in its series.
// Error(kRefused) where there is none, where it is the first, or where it is
// not in the branch's history.
DeploySpan FindDeploy(const std::vector<Deploy>& deploys,
                      const std::optional<std::string>& tag,
                      const std::string& branch);

}  // namespace backgraft::restore
