#include "git/config_value.h"

#include <cerrno>
#include <cinttypes>
#include <cstdlib>
#include <string>

namespace backgraft::git {

char AsciiLower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool EqualsIgnoringCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (AsciiLower(a[i]) != AsciiLower(b[i])) return false;
  }
  return true;
}

std::optional<int64_t> ParseConfigInt(std::string_view text) {
  const std::string copy(text);
  if (copy.empty()) return std::nullopt;
  errno = 0;
  char* end = nullptr;
  const intmax_t number = std::strtoimax(copy.c_str(), &end, 0);
  if (errno == ERANGE || end == copy.c_str()) return std::nullopt;
  const std::string_view unit = end;
  if (end + unit.size() != copy.c_str() + copy.size()) return std::nullopt;
  int64_t factor = 1;
  if (EqualsIgnoringCase(unit, "k")) {
    factor = int64_t{1} << 10;
  } else if (EqualsIgnoringCase(unit, "m")) {
    factor = int64_t{1} << 20;
  } else if (EqualsIgnoringCase(unit, "g")) {
    factor = int64_t{1} << 30;
  } else if (!unit.empty()) {
    return std::nullopt;
  }
  int64_t result = 0;
  if (__builtin_mul_overflow(number, factor, &result)) return std::nullopt;
  return result;
}

std::optional<bool> ParseConfigBool(std::string_view text) {
  for (std::string_view word : {"true", "yes", "on"}) {
    if (EqualsIgnoringCase(text, word)) return true;
  }
  for (std::string_view word : {"", "false", "no", "off"}) {
    if (EqualsIgnoringCase(text, word)) return false;
  }
  const auto number = ParseConfigInt(text);
  if (!number || *number < INT32_MIN || *number > INT32_MAX) {
    return std::nullopt;
  }
  return *number != 0;
}

}  // namespace backgraft::git
