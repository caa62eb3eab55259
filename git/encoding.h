// Text encodings of the working tree (git's utf8.c and convert.c), by iconv.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backgraft::git {

// Whether `name` is UTF-8 in one of its spellings.
bool IsUtf8Name(std::string_view name);

// `bytes` in the encoding `name` as UTF-8. Nothing where they are not in it, it
// is unknown, or a byte order mark is missing (UTF-16, UTF-32) or forbidden
// (UTF-16BE and the like).
std::optional<std::string> DecodeToUtf8(std::string_view bytes,
                                        const std::string& name);

// The reverse. Nothing where the encoding cannot hold the text, the text is
// not UTF-8, or the encoding is unknown.
std::optional<std::string> EncodeFromUtf8(std::string_view text,
                                          const std::string& name);

}  // namespace backgraft::git
