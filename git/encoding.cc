#include "git/encoding.h"

#include <iconv.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>

#include "git/config_value.h"

namespace backgraft::git {
namespace {

constexpr std::string_view kUtf16BigMark("\xfe\xff", 2);
constexpr std::string_view kUtf16LittleMark("\xff\xfe", 2);
constexpr std::string_view kUtf32BigMark("\0\0\xfe\xff", 4);
constexpr std::string_view kUtf32LittleMark("\xff\xfe\0\0", 4);

// Whether `name` is UTF-`form`, with or without its hyphen, in any case.
bool IsUtf(std::string_view name, std::string_view form) {
  if (!EqualsIgnoringCase(name.substr(0, 3), "utf")) return false;
  name.remove_prefix(3);
  if (!name.empty() && name.front() == '-') name.remove_prefix(1);
  return EqualsIgnoringCase(name, form);
}

bool HasMark(std::string_view bytes, std::string_view big,
             std::string_view little) {
  return bytes.substr(0, big.size()) == big ||
         bytes.substr(0, little.size()) == little;
}

bool MarkIsRight(std::string_view bytes, std::string_view name) {
  const bool mark16 = HasMark(bytes, kUtf16BigMark, kUtf16LittleMark);
  const bool mark32 = HasMark(bytes, kUtf32BigMark, kUtf32LittleMark);
  if (IsUtf(name, "16")) return mark16;
  if (IsUtf(name, "32")) return mark32;
  if (IsUtf(name, "16BE") || IsUtf(name, "16LE")) return !mark16;
  if (IsUtf(name, "32BE") || IsUtf(name, "32LE")) return !mark32;
  return true;
}

class Converter {
 public:
  Converter(const char* to, const char* from) : handle_(iconv_open(to, from)) {}
  ~Converter() {
    if (IsOpen()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  // iconv's error value is a pointer of -1.
  bool IsOpen() const {
    return reinterpret_cast<intptr_t>(handle_) != intptr_t{-1};
  }

  std::optional<std::string> Convert(std::string_view bytes) {
    std::string out;
    char* in = const_cast<char*>(bytes.data());  // iconv does not write there
    size_t in_left = bytes.size();
    char buffer[16384];
    for (;;) {
      char* to = buffer;
      size_t to_left = sizeof buffer;
      const size_t result = iconv(handle_, &in, &in_left, &to, &to_left);
      const int error = errno;
      out.append(buffer, sizeof buffer - to_left);
      if (result != static_cast<size_t>(-1)) return out;
      if (error != E2BIG) return std::nullopt;
    }
  }

 private:
  iconv_t handle_;
};

// The name comes from an archive's .gitattributes: nothing that iconv might
// take for a path or an option.
bool IsHarmlessName(std::string_view name) {
  return name.size() < 64 && std::all_of(name.begin(), name.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                  (c >= 'A' && c <= 'Z') || c == '-' || c == '_' || c == '.' ||
                  c == ':' || c == '+';
         });
}

std::optional<std::string> Convert(std::string_view bytes, std::string to,
                                   std::string from) {
  if (!IsHarmlessName(to) || !IsHarmlessName(from)) return std::nullopt;
  for (std::string* name : {&to, &from}) {
    if (EqualsIgnoringCase(*name, "latin-1")) *name = "ISO-8859-1";
  }
  Converter converter(to.c_str(), from.c_str());
  if (!converter.IsOpen()) return std::nullopt;
  return converter.Convert(bytes);
}

}  // namespace

bool IsUtf8Name(std::string_view name) { return IsUtf(name, "8"); }

std::optional<std::string> DecodeToUtf8(std::string_view bytes,
                                        const std::string& name) {
  if (!MarkIsRight(bytes, name)) return std::nullopt;
  return Convert(bytes, "UTF-8", IsUtf(name, "16LE-BOM") ? "UTF-16" : name);
}

std::optional<std::string> EncodeFromUtf8(std::string_view text,
                                          const std::string& name) {
  std::string mark;
  std::string encoding = name;
  if (IsUtf(name, "16LE-BOM")) {
    mark = kUtf16LittleMark;
    encoding = "UTF-16LE";
  } else if (IsUtf(name, "16BE-BOM")) {
    mark = kUtf16BigMark;
    encoding = "UTF-16BE";
  }
  auto converted = Convert(text, encoding, "UTF-8");
  if (!converted) return std::nullopt;
  return mark + *converted;
}

}  // namespace backgraft::git
