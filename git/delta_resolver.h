// The second pass over a foreign pack: every delta applied and hashed, bases
// before what stands on them, on all processors.
#pragma once

#include <vector>

#include "git/delta_tree.h"
#include "git/pack_contents.h"

namespace backgraft::git {

class DeltaResolver {
 public:
  // The references must outlive this. `table` holds the first pass's records;
  // those behind them (added by the caller) are read from options.bases.
  DeltaResolver(const MappedFile& pack, const PackOptions& options,
                ExpansionGuard* guard, const PackObjectSink& sink,
                PackTable* table);

  // Resolves everything that stands on `roots` (records that are resolved),
  // directly or not. Throws Error(kBadSource), and what the sink throws.
  void Resolve(const std::vector<uint32_t>& roots);

  // Records that are resolved and have deltas on them.
  std::vector<uint32_t> Roots() const;

  // The ids of objects that deltas stand on and nobody has found.
  std::vector<Oid> UnresolvedBases() const { return tree_.UnresolvedBases(); }

 private:
  class Queue;
  class Worker;

  const PackOptions& options_;
  ExpansionGuard* guard_;
  const PackObjectSink& sink_;
  PackTable* table_;
  const size_t pack_records_;
  DeltaTree tree_;
  PackContents contents_;
};

}  // namespace backgraft::git
