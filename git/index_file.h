// The index as a file (gitformat-index).
#pragma once

#include <string>
#include <string_view>

#include "git/index.h"

namespace backgraft::git {

// Reads versions 2, 3 and 4. Extensions that only save git work (untracked
// cache, fsmonitor, offsets) are passed over. `path` is for messages.
// Error(kIo) where the bytes are damaged, Error(kRefused) with the git command
// that helps for a split or sparse index and for extensions we do not know but
// would have to.
Index ParseIndex(std::string_view bytes, const std::string& path);

// ParseIndex() of a file; an empty index where there is none.
Index ReadIndexFile(const std::string& path);

// The bytes of an index file: version 2, or 3 where an entry has a flag that
// needs it.
std::string SerializeIndex(const Index& index);

}  // namespace backgraft::git
