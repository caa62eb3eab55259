// What macOS leaves in archives.
#pragma once

#include <string_view>

namespace backgraft::archive {

// True for Entry::path values `__MACOSX` at the top and everything below it,
// and for `._*` and `.DS_Store` at any depth.
bool IsMacLitter(std::string_view path);

}  // namespace backgraft::archive
