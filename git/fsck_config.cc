#include "git/fsck_config.h"

namespace backgraft::git {
namespace {

bool IsSpace(int c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }
bool IsAlpha(int c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsKeyChar(int c) {
  return IsAlpha(c) || (c >= '0' && c <= '9') || c == '-';
}
char ToLower(int c) {
  return static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
}

// git hands these on as C strings.
std::string_view UpToNul(const std::string& text) {
  return std::string_view(text).substr(0, text.find('\0'));
}

class Parser {
 public:
  Parser(std::string_view bytes, const FsckConfigCallback& callback)
      : bytes_(bytes), callback_(callback) {}

  bool Parse();

 private:
  static constexpr int kEof = -1;

  int RawChar();
  int NextChar();
  bool ParseSection();
  bool ParseSubsection(int c);
  bool ParseVariable();
  bool ParseValue(std::string* value);

  std::string_view bytes_;
  size_t pos_ = 0;
  // Set for good once the end was seen, though reading may go on after it: see
  // RawChar().
  bool eof_ = false;
  std::string name_;
  const FsckConfigCallback& callback_;
};

// git reads text in memory as signed char, so that 0xff is EOF to it and what
// follows can be read all the same (config_buf_fgetc, on x86).
int Parser::RawChar() {
  if (pos_ >= bytes_.size()) return kEof;
  return static_cast<signed char>(bytes_[pos_++]);
}

int Parser::NextChar() {
  int c = RawChar();
  if (c == '\r') {
    c = RawChar();
    if (c != '\n') {
      if (c != kEof) --pos_;
      c = '\r';
    }
  }
  if (c == kEof) {
    eof_ = true;
    c = '\n';
  }
  return c;
}

bool Parser::Parse() {
  bool comment = false;
  size_t base_length = 0;
  for (;;) {
    int c = NextChar();
    if (c == '\n') {
      if (eof_) return true;
      comment = false;
      continue;
    }
    if (comment || IsSpace(c)) continue;
    if (c == '#' || c == ';') {
      comment = true;
      continue;
    }
    if (c == '[') {
      name_.clear();
      if (!ParseSection() || name_.empty()) return false;
      name_ += '.';
      base_length = name_.size();
      continue;
    }
    if (!IsAlpha(c)) return false;
    name_.resize(base_length);
    name_ += ToLower(c);
    if (!ParseVariable()) return false;
  }
}

bool Parser::ParseSection() {
  for (;;) {
    int c = NextChar();
    if (eof_) return false;
    if (c == ']') return true;
    if (IsSpace(c)) return ParseSubsection(c);
    if (!IsKeyChar(c) && c != '.') return false;
    name_ += ToLower(c);
  }
}

bool Parser::ParseSubsection(int c) {
  do {
    if (c == '\n') return false;
    c = NextChar();
  } while (IsSpace(c));
  if (c != '"') return false;
  name_ += '.';
  for (;;) {
    c = NextChar();
    if (c == '\n') return false;
    if (c == '"') break;
    if (c == '\\') {
      c = NextChar();
      if (c == '\n') return false;
    }
    name_ += static_cast<char>(c);
  }
  return NextChar() == ']';
}

bool Parser::ParseVariable() {
  int c;
  for (;;) {
    c = NextChar();
    if (eof_ || !IsKeyChar(c)) break;
    name_ += ToLower(c);
  }
  while (c == ' ' || c == '\t') c = NextChar();
  if (c == '\n') {
    callback_(UpToNul(name_), std::nullopt);
    return true;
  }
  if (c != '=') return false;
  std::string value;
  if (!ParseValue(&value)) return false;
  callback_(UpToNul(name_), UpToNul(value));
  return true;
}

bool Parser::ParseValue(std::string* value) {
  bool quote = false;
  bool comment = false;
  size_t spaces = 0;
  for (;;) {
    int c = NextChar();
    if (c == '\n') return !quote;
    if (comment) continue;
    if (IsSpace(c) && !quote) {
      if (!value->empty()) ++spaces;
      continue;
    }
    if (!quote && (c == ';' || c == '#')) {
      comment = true;
      continue;
    }
    value->append(spaces, ' ');
    spaces = 0;
    if (c == '\\') {
      c = NextChar();
      switch (c) {
        case '\n':
          continue;
        case 't':
          c = '\t';
          break;
        case 'b':
          c = '\b';
          break;
        case 'n':
          c = '\n';
          break;
        case '\\':
        case '"':
          break;
        default:
          return false;
      }
      *value += static_cast<char>(c);
    } else if (c == '"') {
      quote = !quote;
    } else {
      *value += static_cast<char>(c);
    }
  }
}

}  // namespace

bool ParseFsckConfig(std::string_view bytes,
                     const FsckConfigCallback& callback) {
  return Parser(bytes, callback).Parse();
}

}  // namespace backgraft::git
