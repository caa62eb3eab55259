#include "import/lexical_mode.h"

#include <algorithm>
#include <array>

namespace backgraft::imports {
namespace {

using namespace std::string_view_literals;

bool Within(char c, unsigned char from, unsigned char to) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= from && byte <= to;
}

char LowerChar(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

}  // namespace

// The ranges of the server's own ctype-big5.c, ctype-gbk.c and ctype-sjis.c.
bool IsPair(MultiByte set, char lead, char trail) {
  switch (set) {
    case MultiByte::kNone:
      return false;
    case MultiByte::kBig5:
      return Within(lead, 0xa1, 0xf9) &&
             (Within(trail, 0x40, 0x7e) || Within(trail, 0xa1, 0xfe));
    case MultiByte::kGbk:
      return Within(lead, 0x81, 0xfe) &&
             (Within(trail, 0x40, 0x7e) || Within(trail, 0x80, 0xfe));
    case MultiByte::kSjis:
      return (Within(lead, 0x81, 0x9f) || Within(lead, 0xe0, 0xfc)) &&
             (Within(trail, 0x40, 0x7e) || Within(trail, 0x80, 0xfc));
  }
  return false;
}

MultiByte MultiByteOf(std::string_view name) {
  const std::string lower = Lower(name);
  if (lower == "big5") return MultiByte::kBig5;
  if (lower == "gbk") return MultiByte::kGbk;
  if (lower == "sjis" || lower == "cp932") return MultiByte::kSjis;
  return MultiByte::kNone;
}

void SetSqlMode(std::string_view sql_mode, LexicalMode* mode) {
  constexpr std::array kAnsi = {"ansi_quotes"sv, "ansi"sv,  "db2"sv,
                                "maxdb"sv,       "mssql"sv, "oracle"sv,
                                "postgresql"sv};
  mode->ansi_quotes = false;
  mode->no_backslash_escapes = false;
  while (!sql_mode.empty()) {
    const size_t comma = std::min(sql_mode.find(','), sql_mode.size());
    std::string word = Lower(sql_mode.substr(0, comma));
    std::erase(word, ' ');
    if (word == "no_backslash_escapes") mode->no_backslash_escapes = true;
    if (std::find(kAnsi.begin(), kAnsi.end(), word) != kAnsi.end()) {
      mode->ansi_quotes = true;
    }
    sql_mode.remove_prefix(std::min(comma + 1, sql_mode.size()));
  }
}

std::string Lower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), LowerChar);
  return lower;
}

bool SameWord(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) {
    return LowerChar(x) == LowerChar(y);
  });
}

}  // namespace backgraft::imports
