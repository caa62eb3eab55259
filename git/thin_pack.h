// Makes a thin pack whole.
#pragma once

#include <cstddef>
#include <string>

#include "git/object_reader.h"
#include "git/pack_table.h"

namespace backgraft::git {

// Appends the records of `table` from `first` on to the pack at `path`, with
// their contents out of `bases`, and corrects its count and checksum, in the
// file and in `table`. Error(kIo) where the file cannot be written; it is of no
// use then.
void CompleteThinPack(const std::string& path, size_t first,
                      const ObjectReader& bases, PackTable* table);

}  // namespace backgraft::git
