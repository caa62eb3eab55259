#include "git/config_file.h"

#include "base/error.h"
#include "base/escape.h"
#include "git/config_value.h"

namespace backgraft::git {
namespace {

bool IsAlpha(char c) {
  const char lower = AsciiLower(c);
  return lower >= 'a' && lower <= 'z';
}

bool IsKeyChar(char c) {
  return IsAlpha(c) || (c >= '0' && c <= '9') || c == '-';
}

class Parser {
 public:
  Parser(std::string_view text, const std::string& file_name)
      : text_(text), file_name_(file_name) {
    if (text_.substr(0, 3) == "\xef\xbb\xbf") text_.remove_prefix(3);
  }

  std::vector<ConfigEntry> Parse() {
    bool comment = false;
    for (;;) {
      const char c = Next();
      if (c == '\n') {
        if (ended_) return std::move(entries_);
        comment = false;
      } else if (comment || IsGitSpace(c)) {
        continue;
      } else if (c == '#' || c == ';') {
        comment = true;
      } else if (c == '[') {
        ParseSection();
      } else if (IsAlpha(c)) {
        ParseEntry(c);
      } else {
        Fail();
      }
    }
  }

 private:
  // The next byte; \r\n reads as \n, and so does the end of the file. The
  // latter sets ended_.
  char Next() {
    if (position_ >= text_.size()) {
      ended_ = true;
      return '\n';
    }
    char c = text_[position_++];
    if (c == '\r' && position_ < text_.size() && text_[position_] == '\n') {
      ++position_;
      c = '\n';
    }
    if (c == '\n') ++line_;
    return c;
  }

  [[noreturn]] void Fail() const {
    throw Error(ErrorKind::kRefused, "bad config line " +
                                         std::to_string(line_) + " in file " +
                                         Quote(file_name_));
  }

  void ParseSection() {
    section_.clear();
    for (;;) {
      const char c = Next();
      if (ended_) Fail();
      if (c == ']') break;
      if (IsGitSpace(c)) {
        ParseSubsection(c);
        break;
      }
      if (!IsKeyChar(c) && c != '.') Fail();
      section_ += AsciiLower(c);
    }
    section_ += '.';
  }

  void ParseSubsection(char c) {
    while (IsGitSpace(c)) {
      if (c == '\n') Fail();
      c = Next();
    }
    if (c != '"') Fail();
    section_ += '.';
    while ((c = Next()) != '"') {
      if (c == '\n') Fail();
      if (c == '\\' && (c = Next()) == '\n') Fail();
      section_ += c;
    }
    if (Next() != ']') Fail();
  }

  void ParseEntry(char c) {
    ConfigEntry entry;
    entry.key = section_ + AsciiLower(c);
    while (IsKeyChar(c = Next())) entry.key += AsciiLower(c);
    while (c == ' ' || c == '\t') c = Next();
    if (c != '\n') {
      if (c != '=') Fail();
      entry.value = ParseValue();
    }
    entries_.push_back(std::move(entry));
  }

  std::string ParseValue() {
    std::string value;
    bool quoted = false;
    bool comment = false;
    size_t spaces = 0;
    for (;;) {
      char c = Next();
      if (c == '\n') {
        if (quoted) Fail();
        return value;
      }
      if (comment) continue;
      if (IsGitSpace(c) && !quoted) {
        if (!value.empty()) ++spaces;
        continue;
      }
      if (!quoted && (c == ';' || c == '#')) {
        comment = true;
        continue;
      }
      value.append(spaces, ' ');
      spaces = 0;
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\') {
        ParseEscape(&value);
      } else {
        value += c;
      }
    }
  }

  void ParseEscape(std::string* value) {
    switch (const char c = Next()) {
      case '\n':
        break;  // a continued line
      case 't':
        *value += '\t';
        break;
      case 'b':
        *value += '\b';
        break;
      case 'n':
        *value += '\n';
        break;
      case '\\':
      case '"':
        *value += c;
        break;
      default:
        Fail();
    }
  }

  std::string_view text_;
  const std::string& file_name_;
  size_t position_ = 0;
  size_t line_ = 1;
  bool ended_ = false;
  std::string section_;
  std::vector<ConfigEntry> entries_;
};

}  // namespace

std::vector<ConfigEntry> ParseConfigFile(std::string_view text,
                                         const std::string& file_name) {
  return Parser(text, file_name).Parse();
}

std::optional<std::string> CanonicalConfigKey(std::string_view key) {
  const size_t first = key.find('.');
  const size_t last = key.rfind('.');
  if (first == std::string_view::npos || first == 0 || last + 1 == key.size() ||
      !IsAlpha(key[last + 1])) {
    return std::nullopt;
  }
  std::string result(key);
  for (size_t i = 0; i < key.size(); ++i) {
    if (i >= first && i <= last) {
      if (key[i] == '\n') return std::nullopt;
      continue;
    }
    if (!IsKeyChar(key[i])) return std::nullopt;
    result[i] = AsciiLower(key[i]);
  }
  return result;
}

}  // namespace backgraft::git
