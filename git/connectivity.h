// Proves that an imported history is whole.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "git/object_reader.h"
#include "git/reference_set.h"

namespace backgraft::git {

// The objects that were imported, from packs and loose files together.
struct ImportedObjects {
  // Reads them. Must not see the repository's.
  const ObjectReader* reader;
  // The type of one of them, without reading it; nothing where it is none of
  // them. Thread-safe.
  std::function<std::optional<ObjectType>(const Oid&)> type;
};

// Proves that everything reachable from `tips` is among the imported objects or
// in `repository`, whose own objects are taken to be whole, and that imported
// objects are of the types they are named as (also unreachable ones, as git
// fsck demands).
//
// `references` holds what all imported objects name. Where all of that is there
// the proof is done. Otherwise the history is walked from the tips, because
// what is missing may belong to objects that nothing leads to. Memory: 28 bytes
// for each id, no recursion.
//
// Throws Error(kBadSource) naming the first missing object and what names it.
void ProveConnected(const std::vector<Oid>& tips,
                    const ReferenceSet& references,
                    const ImportedObjects& imported,
                    const ObjectReader& repository);

}  // namespace backgraft::git
