// The first pass over a foreign pack in its short form: where each entry begins
// is taken from the pack's own .idx, and nothing is inflated.
#pragma once

#include <optional>

#include "git/pack_index_view.h"
#include "git/pack_table.h"

namespace backgraft::git {

// The table that ScanPack() would make, but for what only contents tell: no
// record is resolved and none has its checksum. Nothing where `index` and the
// entries' headers do not fit together, or where the pack is over a limit.
//
// The index is not believed by this: the records cover the pack without a gap,
// so that whoever inflates each of them to its very end has proved the places
// (see DeltaResolver). An index that tells lies shows there as a damaged entry;
// ScanPack() then knows whether the pack is damaged.
std::optional<PackTable> OutlinePack(const MappedFile& pack,
                                     const PackIndexView& index,
                                     const PackOptions& options,
                                     ExpansionGuard* guard);

}  // namespace backgraft::git
