// The index's side of taking an operation back.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "git/index.h"
#include "git/operation.h"

namespace backgraft::git {

struct InverseIndex {
  // The index to be: `now` with the entries that the operation changed as they
  // were before. Their file times are unknown.
  Index index;
  std::vector<std::string> paths;  // whose entries change, sorted
  // Those of them that were staged anew since.
  std::vector<std::string> changed;
  // Blobs that `now` has there and that are not what the operation left.
  std::vector<Oid> staged;
};

// `before` and `after` are the index before and after the operation.
InverseIndex FindInverseIndex(const Index& before, const Index& after,
                              const Index& now);

// Gives entries whose file has just been written from their very blob its
// times.
void SetStats(const std::vector<PathRecord>& paths,
              const std::map<std::string, IndexStat>& stats, Index* index);

}  // namespace backgraft::git
