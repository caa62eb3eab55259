#include "base/escape.h"

#include <cstdint>

namespace backgraft {
namespace {

struct CodePoint {
  uint32_t value;
  size_t length;  // bytes; 0 where `text` does not start with valid UTF-8
};

// Decodes the first code point as RFC 3629 defines it: shortest form, no
// surrogates, nothing above U+10FFFF.
CodePoint Decode(std::string_view text) {
  auto byte = [&](size_t i) {
    return static_cast<uint32_t>(static_cast<unsigned char>(text[i]));
  };
  auto continues = [&](size_t i) {
    return i < text.size() && (byte(i) & 0xC0u) == 0x80u;
  };
  uint32_t first = byte(0);
  if (first < 0x80) return {first, 1};
  if (first >= 0xC2 && first <= 0xDF && continues(1)) {
    return {(first & 0x1Fu) << 6 | (byte(1) & 0x3Fu), 2};
  }
  if (first >= 0xE0 && first <= 0xEF && continues(1) && continues(2)) {
    uint32_t value =
        (first & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
    if (value >= 0x800 && (value < 0xD800 || value > 0xDFFF)) return {value, 3};
  }
  if (first >= 0xF0 && first <= 0xF4 && continues(1) && continues(2) &&
      continues(3)) {
    uint32_t value = (first & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 |
                     (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
    if (value >= 0x10000 && value <= 0x10FFFF) return {value, 4};
  }
  return {0, 0};
}

bool Steers(uint32_t value) {
  return value < 0x20 || (value >= 0x7F && value <= 0x9F) || value == 0x061C ||
         value == 0x200E || value == 0x200F ||
         (value >= 0x202A && value <= 0x202E) ||
         (value >= 0x2066 && value <= 0x2069);
}

void AppendHex(std::string_view bytes, std::string* out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  for (char c : bytes) {
    auto byte = static_cast<unsigned char>(c);
    *out += "\\x";
    *out += kDigits[byte >> 4];
    *out += kDigits[byte & 15];
  }
}

}  // namespace

std::string Escape(std::string_view text, bool escape_backslash) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    CodePoint point = Decode(text);
    size_t length = point.length == 0 ? 1 : point.length;
    if (point.length == 0 || Steers(point.value) ||
        (escape_backslash && point.value == '\\')) {
      AppendHex(text.substr(0, length), &out);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string Quote(std::string_view text) { return "'" + Escape(text) + "'"; }

std::string EscapeInvalidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    size_t length = Decode(text).length;
    if (length == 0) {
      AppendHex(text.substr(0, 1), &out);
      length = 1;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace backgraft
