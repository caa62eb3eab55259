// How names that come from a source are shown: nothing in them may steer the
// terminal or change the reading order of the line they stand in.
#pragma once

#include <string>
#include <string_view>

namespace backgraft {

// `text` with control bytes, DEL, bidirectional controls (U+061C, U+200E-F,
// U+202A-E, U+2066-9), C1 controls and bytes that are not UTF-8 written as
// \xNN, one for each byte. A backslash stays as it is unless
// `escape_backslash`.
std::string Escape(std::string_view text, bool escape_backslash = false);

// Escape() in single quotes, as error messages name things.
std::string Quote(std::string_view text);

// Bytes that are not UTF-8 as \xNN and everything else as it is: what JSON
// strings need (its own escaping takes care of control bytes).
std::string EscapeInvalidUtf8(std::string_view text);

}  // namespace backgraft
