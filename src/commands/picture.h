// What moves and what moved, as a small graph of commits.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/terminal.h"
#include "git/oid.h"
#include "git/relation.h"

namespace backgraft::commands {

struct Moved {
  std::string branch{};  // short name
  std::optional<git::Oid> before{}, after{};
  std::vector<git::Oid> made{};  // commits of ours, in the order they were made
  // The commit of the backup (or what else `tip_name` says, "": nothing of
  // note), and how it is related to `before`; nothing where it brings no
  // history.
  std::optional<git::Oid> tip{};
  std::string tip_name = "the backup";
  std::optional<git::RelationResult> relation{};
  // The first of `made` is a merge of both.
  bool joined = false;
};

// Nothing where nothing moved.
void SayGraph(const cli::Terminal& terminal, const Moved& moved);

// Two histories that share nothing, before anybody has said what becomes of
// them. `relation` is that of `tip` to `branch_tip`.
void SayApart(const cli::Terminal& terminal, const std::string& branch,
              const git::Oid& branch_tip, const git::Oid& tip,
              const git::RelationResult& relation);

}  // namespace backgraft::commands
