// The first pass over a foreign pack: where each entry begins, and the ids of
// the objects that are no deltas.
#pragma once

#include "git/pack_table.h"

namespace backgraft::git {

// Reads the pack from its first to its last byte. On return every record has
// its place, size, checksum and kind; objects that are no deltas are resolved
// and went to `sink`; offset deltas know their base. Throws Error(kBadSource).
PackTable ScanPack(const MappedFile& pack, const PackOptions& options,
                   ExpansionGuard* guard, const PackObjectSink& sink);

}  // namespace backgraft::git
