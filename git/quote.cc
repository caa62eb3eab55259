#include "git/quote.h"

namespace backgraft::git {
namespace {

// A backslash has been read. False where what follows is no escape.
bool TakeEscape(std::string_view* text, std::string* out) {
  if (text->empty()) return false;
  constexpr std::string_view kLetters = "abfnrtv\\\"";
  constexpr std::string_view kBytes = "\a\b\f\n\r\t\v\\\"";
  const size_t letter = kLetters.find(text->front());
  if (letter != std::string_view::npos) {
    *out += kBytes[letter];
    text->remove_prefix(1);
    return true;
  }
  if (text->size() < 3 || text->front() > '3') return false;
  int value = 0;
  for (const char digit : text->substr(0, 3)) {
    if (digit < '0' || digit > '7') return false;
    value = value * 8 + (digit - '0');
  }
  *out += static_cast<char>(value);
  text->remove_prefix(3);
  return true;
}

}  // namespace

std::optional<std::string> TakeQuotedString(std::string_view* text) {
  std::string_view rest = *text;
  if (rest.empty() || rest.front() != '"') return std::nullopt;
  rest.remove_prefix(1);
  std::string out;
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"') {
      *text = rest;
      return out;
    }
    if (c != '\\') {
      out += c;
    } else if (!TakeEscape(&rest, &out)) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

}  // namespace backgraft::git
