// What diffs and merges take for a binary file (buffer_is_binary in git's
// xdiff-interface.c). Line-ending conversion has another idea of it.
#pragma once

#include <string_view>

namespace backgraft::git {

inline bool LooksBinary(std::string_view content) {
  return content.substr(0, 8000).find('\0') != std::string_view::npos;
}

}  // namespace backgraft::git
