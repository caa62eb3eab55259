// Paths that are different here and one elsewhere.
#pragma once

#include <string>
#include <vector>

namespace backgraft::restore {

// Groups of two and more of `paths` that a case-insensitive or normalising file
// system (macOS, Windows) takes for one, directories included: `A/x` and `a/y`
// collide as `A` and `a`. Sorted.
std::vector<std::vector<std::string>> FindCollisions(
    const std::vector<std::string>& paths);

}  // namespace backgraft::restore
