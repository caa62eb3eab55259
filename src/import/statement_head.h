// How a statement of a dump is named and refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace backgraft::imports {

// As much of `text` as QuoteHead() looks at.
std::string HeadOf(std::string_view text);

// The beginning of `text` as one line, escaped, in single quotes.
std::string QuoteHead(std::string_view text);

// Throws Error(kBadSource) "<subject>: line <line>: <head>: <reason>".
[[noreturn]] void RefuseStatement(const std::string& subject, uint64_t line,
                                  std::string_view text,
                                  const std::string& reason);

}  // namespace backgraft::imports
