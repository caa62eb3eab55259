// How a source's history and a branch's are related.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "git/history.h"
#include "git/oid.h"

namespace backgraft::git {

// Seen from the source.
enum class Relation {
  kIdentical,  // both are at the same commit
  kBehind,     // the branch has all the source has, and more
  kAhead,      // the source has all the branch has, and more
  kDiverged,   // both have something of their own
  kUnrelated,  // they share nothing
};

// "identical", "behind", …
std::string_view RelationName(Relation relation);

struct RelationResult {
  Relation relation;
  std::vector<Oid> merge_bases;  // as MergeBases() has them
  // Commits that only the source has, and that only the branch has, as
  // `git rev-list --count branch..source` and the other way round count them.
  uint64_t ahead = 0;
  uint64_t behind = 0;
};

RelationResult FindRelation(History& history, const Oid& branch_tip,
                            const Oid& source_tip);

}  // namespace backgraft::git
