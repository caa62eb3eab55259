// A pipe's bytes as a file, for formats that cannot be read in one pass.
#pragma once

#include "base/byte_source.h"
#include "base/io.h"

namespace backgraft::archive {

// Reads `source` to its end into a file without a name in TMPDIR (or /tmp):
// nothing is left behind, whatever happens. Throws Error.
UniqueFd Spool(ByteSource& source);

}  // namespace backgraft::archive
