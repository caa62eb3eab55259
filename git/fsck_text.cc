#include "git/fsck_text.h"

#include <algorithm>

namespace backgraft::git {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// strtoumax(3) at `from` in base 10, with its leading white space (newlines
// too) and sign. Overflow gives the largest value.
uint64_t ParseTimestamp(const TextCursor& cursor, size_t from, size_t* end) {
  size_t i = from;
  auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (is_space(cursor.Peek(i))) ++i;
  bool negative = cursor.Peek(i) == '-';
  if (negative || cursor.Peek(i) == '+') ++i;
  if (!IsDigit(cursor.Peek(i))) {
    *end = from;
    return 0;
  }
  uint64_t value = 0;
  bool overflow = false;
  for (; IsDigit(cursor.Peek(i)); ++i) {
    auto digit = static_cast<uint64_t>(cursor.Peek(i) - '0');
    overflow |= value > (UINT64_MAX - digit) / 10;
    value = value * 10 + digit;
  }
  *end = i;
  if (overflow) return UINT64_MAX;
  return negative ? uint64_t{0} - value : value;
}

// Of the identity at the cursor; the checks of fsck_ident in their order.
std::optional<FsckId> FindIdentError(const TextCursor& cursor) {
  if (cursor.Peek() == '<') return FsckId::kMissingNameBeforeEmail;
  size_t i = cursor.Span("<>\n");
  if (cursor.Peek(i) == '>') return FsckId::kBadName;
  if (cursor.Peek(i) != '<') return FsckId::kMissingEmail;
  if (cursor.Peek(i - 1) != ' ') return FsckId::kMissingSpaceBeforeEmail;
  ++i;
  TextCursor mail = cursor;
  mail.Advance(i);
  i += mail.Span("<>\n");
  if (cursor.Peek(i) != '>') return FsckId::kBadEmail;
  ++i;
  if (cursor.Peek(i) != ' ') return FsckId::kMissingSpaceBeforeDate;
  ++i;
  if (cursor.Peek(i) == '0' && cursor.Peek(i + 1) != ' ') {
    return FsckId::kZeroPaddedDate;
  }
  size_t end;
  uint64_t timestamp = ParseTimestamp(cursor, i, &end);
  // What a signed 64-bit time_t cannot hold.
  if (timestamp > INT64_MAX) return FsckId::kBadDateOverflow;
  if (end == i || cursor.Peek(end) != ' ') return FsckId::kBadDate;
  i = end + 1;
  bool zone = (cursor.Peek(i) == '+' || cursor.Peek(i) == '-') &&
              IsDigit(cursor.Peek(i + 1)) && IsDigit(cursor.Peek(i + 2)) &&
              IsDigit(cursor.Peek(i + 3)) && IsDigit(cursor.Peek(i + 4)) &&
              cursor.Peek(i + 5) == '\n';
  if (!zone) return FsckId::kBadTimezone;
  return std::nullopt;
}

}  // namespace

bool TextCursor::Skip(std::string_view prefix) {
  if (pos_ > text_.size() || !text_.substr(pos_).starts_with(prefix)) {
    return false;
  }
  pos_ += prefix.size();
  return true;
}

std::optional<Oid> TextCursor::TakeOidLine() {
  if (Peek(40) == '\n') {
    if (std::optional<Oid> oid = Oid::FromHex(text_.substr(pos_, 40))) {
      pos_ += 41;
      return oid;
    }
  }
  // Where git goes on after such a line is undefined; the next line is sane.
  pos_ += Span("\n");
  if (Peek() == '\n') ++pos_;
  return std::nullopt;
}

std::optional<std::string_view> TextCursor::TakeLine() {
  size_t length = Span("\n");
  if (Peek(length) != '\n') return std::nullopt;
  std::string_view line = text_.substr(pos_, length);
  pos_ += length + 1;
  return line;
}

size_t TextCursor::Span(std::string_view stops) const {
  size_t i = 0;
  while (Peek(i) != '\0' && stops.find(Peek(i)) == std::string_view::npos) ++i;
  return i;
}

bool CheckHeaders(std::string_view bytes, FsckReporter* reporter) {
  size_t end = std::min(bytes.find("\n\n"), bytes.size());
  if (bytes.substr(0, end).find('\0') != std::string_view::npos) {
    return reporter->Report(FsckId::kNulInHeader);
  }
  if (end < bytes.size() || bytes.ends_with('\n')) return false;
  return reporter->Report(FsckId::kUnterminatedHeader);
}

bool CheckIdent(TextCursor* cursor, FsckReporter* reporter) {
  std::optional<FsckId> error = FindIdentError(*cursor);
  cursor->Advance(cursor->Span("\n"));
  if (cursor->Peek() == '\n') cursor->Advance(1);
  return error && reporter->Report(*error);
}

}  // namespace backgraft::git
