// The order in which people count versions.
#pragma once

#include <string_view>

namespace backgraft::source {

// <0, 0, >0 as the name `a` is of an earlier, the same or a later version than
// `b`: numbers count as numbers (1.9 before 1.10), and what announces a version
// comes before it (2.0-dev, 2.0-alpha1, 2.0-beta1, 2.0-pre1, 2.0-rc1, 2.0).
// Separators and the case of letters do not matter; other words are compared as
// text. Names, not whole paths: see FileStem().
int CompareVersions(std::string_view a, std::string_view b);

}  // namespace backgraft::source
