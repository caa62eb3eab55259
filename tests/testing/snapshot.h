// What a directory holds, for tests that nothing of it changed.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace backgraft::testing {

// By path below `root`, `.git` included: kind, mode, and a file's bytes or a
// link's target. `times` adds inode, mtime and ctime: equal snapshots then mean
// that nothing was written at all, not even the same bytes again.
std::map<std::string, std::string> Snapshot(const std::string& root,
                                            bool times = false);

// The paths in which two snapshots differ.
std::vector<std::string> Changes(
    const std::map<std::string, std::string>& before,
    const std::map<std::string, std::string>& after);

}  // namespace backgraft::testing
