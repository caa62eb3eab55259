// The manual, opened as git opens its own.
#pragma once

#include <string>

namespace backgraft::cli {

// Becomes man(1) with this page of the installation that the running program is
// part of; on a terminal or not is man's business. Returns only where that
// cannot be: the program is not installed, its pages are not, or there is no
// man.
void BecomeManual(const std::string& page);

}  // namespace backgraft::cli
