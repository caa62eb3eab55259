#include "import/tokenizer.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "base/sha.h"

namespace backgraft::imports {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsSpaceOrControl(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || IsDigit(c) ||
         c == '_' || c == '$' || (c & '\x80') != 0;
}

char Unescaped(char c) {
  switch (c) {
    case '0':
      return '\0';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    case 'r':
      return '\r';
    case 'b':
      return '\b';
    case 'Z':
      return '\x1a';
    default:
      return c;
  }
}

}  // namespace

std::string Apply(std::string_view text, std::vector<Edit> edits) {
  std::stable_sort(edits.begin(), edits.end(),
                   [](const Edit& a, const Edit& b) {
                     return std::tie(a.begin, a.end) < std::tie(b.begin, b.end);
                   });
  std::string out;
  out.reserve(text.size() + 64);
  size_t done = 0;
  for (const Edit& edit : edits) {
    out += text.substr(done, edit.begin - done);
    out += edit.replacement;
    done = edit.end;
  }
  out += text.substr(done);
  return out;
}

Token Tokenizer::Fail(const char* problem) {
  problem_ = problem;
  at_ = text_.size();
  return {TokenKind::kEnd, at_, at_};
}

// At "/*!" or "/*M!": what the server's version makes of it. MariaDB takes
// versions from 50700 to 99999 for those of a MySQL that it is not.
void Tokenizer::OpenVersioned() {
  const size_t begin = at_;
  const bool maria = At(at_ + 2) == 'M';
  at_ += maria ? 4 : 3;
  size_t digits = 0;
  while (digits < 6 && IsDigit(At(at_ + digits))) ++digits;
  if (digits < 5) {
    open_ = true;
    return;
  }
  uint32_t version = 0;
  for (size_t i = 0; i < digits; ++i) {
    version = version * 10 + static_cast<uint32_t>(At(at_ + i) - '0');
  }
  at_ += digits;
  if (version <= server_version_ &&
      (version < 50700 || version > 99999 || maria)) {
    if (IsDigit(At(at_))) {
      problem_ = "a versioned comment goes on with a digit";
    }
    open_ = true;
    edits_.push_back({begin, at_, "/*!"});
    return;
  }
  // Comments of one level may stand in what is skipped.
  size_t depth = 1;
  while (depth > 0 && at_ < text_.size()) {
    if (At(at_) == '*' && At(at_ + 1) == '/') {
      --depth;
      at_ += 2;
    } else if (depth == 1 && At(at_) == '/' && At(at_ + 1) == '*') {
      ++depth;
      at_ += 2;
    } else {
      ++at_;
    }
  }
  if (depth > 0) problem_ = "a versioned comment is not closed";
  edits_.push_back({begin, at_, " "});
}

// Skips a comment, opens a versioned one or closes it; false where there is
// none.
bool Tokenizer::SkipComment() {
  const char c = At(at_);
  const char next = At(at_ + 1);
  if (c == '#' || (c == '-' && next == '-' && IsSpaceOrControl(At(at_ + 2)))) {
    at_ = std::min(text_.find('\n', at_), text_.size());
    return true;
  }
  if (open_ && c == '*' && next == '/') {
    open_ = false;
    at_ += 2;
    return true;
  }
  if (c != '/' || next != '*') return false;
  if (At(at_ + 2) == '!' || (At(at_ + 2) == 'M' && At(at_ + 3) == '!')) {
    if (open_) {
      problem_ = "versioned comments stand within each other";
      return false;
    }
    OpenVersioned();
    return true;
  }
  const size_t end = text_.find("*/", at_ + 2);
  if (end == std::string_view::npos) {
    problem_ = "a comment is not closed";
    return false;
  }
  at_ = end + 2;
  return true;
}

bool Tokenizer::SkipSpace() {
  for (;;) {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || (text_[at_] >= '\t' && text_[at_] <= '\r'))) {
      ++at_;
    }
    if (at_ == text_.size() || !problem_.empty()) return false;
    const char c = text_[at_];
    if (c != '#' && c != '-' && c != '/' && c != '*') return true;
    if (!SkipComment()) return problem_.empty();
  }
}

Token Tokenizer::Quoted() {
  const size_t begin = at_;
  const char quote = text_[at_++];
  const bool name = quote == '`' || (quote == '"' && mode_.ansi_quotes);
  const bool escapes = !name && !mode_.no_backslash_escapes;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == quote) {
      if (At(at_ + 1) != quote || at_ + 1 >= text_.size()) {
        ++at_;
        return {name ? TokenKind::kName : TokenKind::kString, begin, at_};
      }
      at_ += 2;
    } else if ((c == '\\' && escapes) ||
               IsPair(mode_.multi_byte, c, At(at_ + 1))) {
      at_ += 2;
    } else {
      ++at_;
    }
  }
  return Fail("a quote is not closed");
}

Token Tokenizer::Word() {
  const size_t begin = at_;
  const auto skip = [this] {
    while (at_ < text_.size() && IsWordByte(text_[at_])) {
      at_ += IsPair(mode_.multi_byte, text_[at_], At(at_ + 1)) ? 2 : 1;
    }
    at_ = std::min(at_, text_.size());
  };
  if (!IsDigit(At(at_)) && At(at_) != '.') {
    skip();
    return {TokenKind::kWord, begin, at_};
  }
  const auto digits = [this] {
    while (IsDigit(At(at_))) ++at_;
  };
  digits();
  if (At(at_) == '.') {
    ++at_;
    digits();
  }
  if (At(at_) == 'e' || At(at_) == 'E') {
    const size_t sign = At(at_ + 1) == '+' || At(at_ + 1) == '-' ? 1 : 0;
    if (IsDigit(At(at_ + 1 + sign))) {
      at_ += 1 + sign;
      digits();
    }
  }
  if (!IsWordByte(At(at_))) return {TokenKind::kNumber, begin, at_};
  skip();
  // 0x1f and 0b1 are numbers, 2nd is a name.
  const char second = At(begin + 1);
  const bool number = At(begin) == '0' && (second == 'x' || second == 'b');
  return {number ? TokenKind::kNumber : TokenKind::kWord, begin, at_};
}

Token Tokenizer::Next() {
  if (!SkipSpace()) {
    if (problem_.empty() && open_) {
      problem_ = "a versioned comment is not closed";
    }
    return {TokenKind::kEnd, text_.size(), text_.size()};
  }
  const char c = text_[at_];
  if (c == '\'' || c == '"' || c == '`') return Quoted();
  if (IsWordByte(c)) return Word();
  if (c == '.' && IsDigit(At(at_ + 1))) {
    // Behind a name it separates: `t`.1a
    const bool behind_name =
        at_ > 0 && (IsWordByte(text_[at_ - 1]) || text_[at_ - 1] == '`');
    if (!behind_name) return Word();
  }
  if (c == '\\' && At(at_ + 1) == 'N') {
    at_ += 2;
    return {TokenKind::kWord, at_ - 2, at_};
  }
  if (c == '\0') return Fail("it holds a NUL byte outside of quotes");
  ++at_;
  return {TokenKind::kSymbol, at_ - 1, at_};
}

std::string TextOf(std::string_view statement, const Token& token,
                   const LexicalMode& mode) {
  std::string_view text =
      statement.substr(token.begin, token.end - token.begin);
  const bool string = token.kind == TokenKind::kString;
  if (!string && token.kind != TokenKind::kName) return std::string(text);
  const char quote = text.front();
  text = text.substr(1, text.size() - 2);
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size(); ++i) {
    const bool more = i + 1 < text.size();
    if (string && text[i] == '\\' && more && !mode.no_backslash_escapes) {
      // The server keeps the backslash of these two for LIKE.
      if (text[i + 1] == '%' || text[i + 1] == '_') out.push_back('\\');
      out.push_back(Unescaped(text[++i]));
    } else if (more && IsPair(mode.multi_byte, text[i], text[i + 1])) {
      out.push_back(text[i]);
      out.push_back(text[++i]);
    } else {
      out.push_back(text[i]);
      if (text[i] == quote) ++i;
    }
  }
  return out;
}

std::string QuoteName(std::string_view name) {
  std::string quoted = "`";
  for (const char c : name) {
    if (c == '`') quoted.push_back('`');
    quoted.push_back(c);
  }
  return quoted + "`";
}

std::string HexString(std::string_view text) {
  if (text.empty()) return "''";
  return "0x" +
         Hex({reinterpret_cast<const uint8_t*>(text.data()), text.size()});
}

}  // namespace backgraft::imports
