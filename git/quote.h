// git's C-style quoting of paths (quote.c).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backgraft::git {

// The text of the quoted string `*text` begins with ("a\tb\303\244"), which is
// removed from it. Nothing, and `*text` as it was, where none stands there or
// it is malformed.
std::optional<std::string> TakeQuotedString(std::string_view* text);

}  // namespace backgraft::git
