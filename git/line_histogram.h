// The histogram algorithm itself. For line_diff.cc.
#pragma once

#include <vector>

#include "git/line_diff.h"

namespace backgraft::git {

// Marks which lines only one side has. Both vectors hold one flag a line and
// come filled with 0.
void MarkByHistogram(uint32_t id_count, const LineRange& before,
                     const LineRange& after, std::vector<char>* before_changed,
                     std::vector<char>* after_changed);

}  // namespace backgraft::git
