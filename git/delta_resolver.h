// The second pass over a foreign pack: whatever the first has not resolved is
// inflated and hashed, every delta applied, bases before what stands on them,
// on all processors.
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

  // Resolves `roots` (records that are no deltas) and everything that stands on
  // them, directly or not. Every entry has to end where the next one begins;
  // its checksum is noted. Throws Error(kBadSource), and what the sink throws.
  void Resolve(const std::vector<uint32_t>& roots);

  // Records that are no deltas, and are not resolved or have deltas on them.
  std::vector<uint32_t> Roots() const;

  // The ids of objects that deltas stand on and nobody has found.
  std::vector<Oid> UnresolvedBases() const { return tree_.UnresolvedBases(); }

 private:
  class Worker;

  // A base is held in memory.
  void CheckBaseSize(uint64_t offset, uint64_t size) const;
  // The bytes of an entry, its header included.
  ByteSpan EntryOf(uint32_t index) const;

  const PackOptions& options_;
  const ByteSpan pack_;
  ExpansionGuard* guard_;
  const PackObjectSink& sink_;
  PackTable* table_;
  const size_t pack_records_;
  DeltaTree tree_;
  PackContents contents_;
};

}  // namespace backgraft::git
