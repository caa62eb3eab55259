// Which deltas stand on which object of a pack.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "git/pack_table.h"

namespace backgraft::git {

// Built once after the first pass. Deltas by offset are known by their base's
// record; deltas by id are found once an object of that id turns up.
class DeltaTree {
 public:
  explicit DeltaTree(const std::vector<PackRecord>& records);

  // Offset deltas on this record, the one with the most deltas on top of it
  // last: whoever works through them in this order, forgetting a base with its
  // last delta, never holds more bases at a time than the logarithm of their
  // number.
  std::span<const uint32_t> OffsetChildren(uint32_t record) const;

  // Whether there are deltas by id.
  bool has_id_deltas() const { return !refs_.empty(); }

  // Positions of the id deltas on `oid`, for RefChild().
  std::pair<uint32_t, uint32_t> RefChildren(const Oid& oid) const;
  // The record of the id delta at this position, the first time it is asked
  // for; kNoRecord after that (an object that is twice in the pack is found
  // twice). Thread-safe.
  uint32_t TakeRefChild(uint32_t position);

  bool HasChildren(uint32_t record, const Oid& oid) const;

  // Bases of id deltas that nobody has taken yet, ascending, each once.
  std::vector<Oid> UnresolvedBases() const;

 private:
  struct RefDelta {
    Oid base;
    uint32_t record;
  };
  std::vector<uint32_t> first_;  // of each record, into children_
  std::vector<uint32_t> children_;
  std::vector<RefDelta> refs_;  // by base
  std::unique_ptr<std::atomic<bool>[]> taken_;
};

}  // namespace backgraft::git
