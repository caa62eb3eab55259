// What is in a directory.
#pragma once

#include <string>
#include <vector>

namespace backgraft {

// The names in an open directory (O_PATH is enough), but for "." and "..", in
// no order. Error(kIo) naming `path` where it cannot be read to its end.
std::vector<std::string> NamesIn(int directory, const std::string& path);

}  // namespace backgraft
