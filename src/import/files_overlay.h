// What a directory has and a source lacks, copied to beside what it has.
#pragma once

#include <string>

#include "import/files_list.h"
#include "import/files_writer.h"
#include "import/tree_handle.h"

namespace backgraft::imports {

// Copies from `from`, of which `listing` is a listing, to `to` everything that
// `list` has no path for and no non-directory above: bytes, permission bits,
// owners, times and extended attributes. Directories of which the list only
// names children get theirs, too. Space is asked of `writer`. Error(kIo).
void CopyWhatIsKept(int from, const TreeListing& listing, int to,
                    const FilesList& list, const std::string& shown,
                    FilesWriter& writer);

}  // namespace backgraft::imports
