// What the values of git's configuration mean: booleans and integers as
// git_parse_maybe_bool() and git_parse_int64() in git's parse code read them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace backgraft::git {

// true, yes, on, false, no, off in any case, "" (false), or an integer.
std::optional<bool> ParseConfigBool(std::string_view text);

// Decimal, octal (0…) or hexadecimal (0x…), with an optional k, m or g.
// Nothing where it is no integer or does not fit.
std::optional<int64_t> ParseConfigInt(std::string_view text);

// ASCII lower case, independent of the locale.
char AsciiLower(char c);
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

// What git's own isspace() calls white space: space, \t, \n, \r.
inline bool IsGitSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace backgraft::git
