// What decides how the bytes of a dump fall into strings, names and code.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace backgraft::imports {

// Character sets whose characters may end in a byte that ASCII uses for a quote
// or a backslash. In all others such a byte is always what it seems to be.
enum class MultiByte : uint8_t { kNone, kBig5, kGbk, kSjis };

// A copy of what the server's session is set to (sql_mode and
// character_set_client): the server reads a statement by these.
struct LexicalMode {
  bool no_backslash_escapes = false;
  bool ansi_quotes = false;  // "x" is a name, not a string
  MultiByte multi_byte = MultiByte::kNone;

  friend bool operator==(const LexicalMode&, const LexicalMode&) = default;
};

// True where `lead` and `trail` are one character of two bytes.
bool IsPair(MultiByte set, char lead, char trail);

// For `character_set_client = name` in any case.
MultiByte MultiByteOf(std::string_view name);

// Sets the two flags from a value of sql_mode, "A,B,C" in any case; the
// combinations that imply them (ANSI, DB2, ORACLE, …) count.
void SetSqlMode(std::string_view sql_mode, LexicalMode* mode);

// Of ASCII letters only, as keywords are compared.
std::string Lower(std::string_view text);
bool SameWord(std::string_view a, std::string_view b);

}  // namespace backgraft::imports
