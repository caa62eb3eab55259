#include "import/statement_splitter.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "archive/dumper_message.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "import/statement_head.h"

namespace backgraft::imports {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kTrailer = "-- Dump completed";
constexpr size_t kLongestDelimiter = 64;
constexpr size_t kLongestMessage = 1000;
// From here on another copy would be dear.
constexpr size_t kLarge = size_t{4} << 20;

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

// What ends "--" as a comment's beginning, for the client and the server.
bool IsSpaceOrControl(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

bool IsWord(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         (c >= '0' && c <= '9') || c == '$' || (c & '\x80') != 0;
}

}  // namespace

StatementSplitter::StatementSplitter(std::function<ByteSpan()> read,
                                     std::string subject, size_t most_bytes)
    : read_(std::move(read)),
      subject_(std::move(subject)),
      most_bytes_(most_bytes) {
  UpdateInteresting();
}

void StatementSplitter::SetMode(const LexicalMode& mode) {
  mode_ = mode;
  UpdateInteresting();
}

void StatementSplitter::SetDelimiter(std::string delimiter) {
  delimiter_ = std::move(delimiter);
  UpdateInteresting();
}

// Bytes at which SkipPlain() stops.
void StatementSplitter::UpdateInteresting() {
  interesting_.fill(false);
  for (const char c : "'\"`-#/\\"sv) {
    interesting_[static_cast<unsigned char>(c)] = true;
  }
  interesting_[static_cast<unsigned char>(delimiter_.front())] = true;
  if (mode_.multi_byte != MultiByte::kNone) {
    std::fill(interesting_.begin() + 0x80, interesting_.end(), true);
  }
}

bool StatementSplitter::Refill() {
  if (ended_) return false;
  ThrowIfInterrupted();
  if (start_ > 0) {
    LineAt(start_);
    buffer_.erase(0, start_);
    passed_ += start_;
    at_ -= start_;
    counted_ -= start_;
    start_ = 0;
  }
  if (buffer_.size() > most_bytes_) {
    Refuse(0, "it is longer than " + std::to_string(most_bytes_) + " bytes");
  }
  const ByteSpan piece = read_();
  if (piece.empty()) {
    ended_ = true;
    return false;
  }
  buffer_ += AsText(piece);
  return true;
}

bool StatementSplitter::Have(size_t count) {
  while (buffer_.size() - at_ < count) {
    if (!Refill()) return false;
  }
  return true;
}

bool StatementSplitter::LooksAt(std::string_view text) {
  return Have(text.size()) &&
         std::string_view(buffer_).substr(at_, text.size()) == text;
}

// The line of `position`, which must not lie before one asked for earlier.
uint64_t StatementSplitter::LineAt(size_t position) {
  if (position > counted_) {
    line_ += static_cast<uint64_t>(
        std::count(buffer_.data() + counted_, buffer_.data() + position, '\n'));
    counted_ = position;
  }
  return line_;
}

void StatementSplitter::Refuse(size_t position, const std::string& reason) {
  RefuseStatement(subject_, LineAt(position),
                  std::string_view(buffer_).substr(position), reason);
}

std::string StatementSplitter::TakeText(const Statement& statement) {
  const size_t size = statement.text.size();
  if (size < kLarge) return std::string(statement.text);
  LineAt(at_);
  std::string rest = buffer_.substr(at_);
  std::string text = std::exchange(buffer_, std::move(rest));
  text.resize(start_ + size);
  text.erase(0, start_);
  passed_ += at_;
  counted_ -= at_;
  at_ = start_ = 0;
  return text;
}

void StatementSplitter::SkipLine() {
  for (;;) {
    const size_t end = buffer_.find('\n', at_);
    if (end != std::string::npos) {
      at_ = end;
      return;
    }
    at_ = buffer_.size();
    if (!Refill()) return;
  }
}

// From "/*" behind its "*/".
void StatementSplitter::SkipComment(const char* what) {
  const size_t begin = at_ - start_;
  at_ += 2;
  for (;;) {
    const size_t end = buffer_.find("*/", at_);
    if (end != std::string::npos) {
      at_ = end + 2;
      return;
    }
    // The last byte may be the "*" of what comes next.
    at_ = std::max(at_, buffer_.size() - (buffer_.ends_with('*') ? 1 : 0));
    if (!Refill()) Refuse(start_ + begin, what);
  }
}

// From an opening quote behind the closing one.
void StatementSplitter::SkipQuoted() {
  const char quote = buffer_[at_];
  const bool escapes = quote != '`' && !mode_.no_backslash_escapes &&
                       !(quote == '"' && mode_.ansi_quotes);
  const size_t begin = at_ - start_;
  ++at_;
  for (;;) {
    const char* data = buffer_.data();
    const size_t size = buffer_.size();
    if (mode_.multi_byte == MultiByte::kNone) {
      if (escapes) {
        while (at_ < size && data[at_] != quote && data[at_] != '\\') ++at_;
      } else {
        const void* end = std::memchr(data + at_, quote, size - at_);
        at_ = end ? static_cast<size_t>(static_cast<const char*>(end) - data)
                  : size;
      }
    }
    if (at_ == size) {
      if (Refill()) continue;
      Refuse(start_ + begin, "the dump ends within this quoted text");
    }
    const char c = buffer_[at_];
    if (c == quote) {
      ++at_;
      return;
    }
    if (c == '\\' && escapes) {
      Have(2);
      at_ = std::min(at_ + 2, buffer_.size());
    } else if (IsPair(mode_.multi_byte, c, Peek(1))) {
      at_ += 2;
    } else {
      ++at_;
    }
  }
}

void StatementSplitter::SkipPlain() {
  const char* data = buffer_.data();
  const size_t size = buffer_.size();
  while (at_ < size && !interesting_[static_cast<unsigned char>(data[at_])]) {
    ++at_;
  }
}

// The line that newer dumps begin with; its text is a client command that no
// server may see: "/*M!999999\- enable the sandbox mode */".
bool StatementSplitter::AtSandboxLine() {
  return LooksAt("/*!999999\\-") || LooksAt("/*M!999999\\-");
}

// What a dumping program said on standard error, where a statement could be.
bool StatementSplitter::SkipDumperMessage() {
  // "mysqldump: ", "/usr/bin/mysqldump: " or "Warning: ": no statement begins
  // like these, and most begin like none.
  const char c = buffer_[at_];
  if (!line_start_ || (c != 'm' && c != 'W' && (c != '/' || Peek(1) == '*'))) {
    return false;
  }
  size_t length = 0;
  // As far as the program's name and what it says go.
  while (length < kLongestMessage && Have(length + 1) &&
         buffer_[at_ + length] != '\n') {
    ++length;
  }
  const std::string_view line = std::string_view(buffer_).substr(at_, length);
  const archive::DumperMessage message = archive::DumperMessageOf(line);
  if (message == archive::DumperMessage::kNone) return false;
  const std::string shown = QuoteHead(line);
  if (begun_ || message == archive::DumperMessage::kOther) {
    const std::string number = std::to_string(LineAt(start_));
    throw Error(ErrorKind::kBadSource,
                subject_ + ": line " + number + ": " + shown +
                    " is no SQL: it is what the program that made the dump "
                    "said on standard error",
                {"make the dump again without '2>&1'",
                 "or, if you know that nothing else is wrong: sed " + number +
                     "d FILE | backgraft import db -"});
  }
  messages_.push_back(shown);
  SkipLine();
  return true;
}

// Skips what stands between two statements; false at the dump's end.
bool StatementSplitter::SkipBetween() {
  for (;;) {
    start_ = at_;
    if (!Have(1)) return false;
    const char c = buffer_[at_];
    if (c == '\n') {
      line_start_ = true;
      ++at_;
    } else if (IsSpace(c)) {
      ++at_;
    } else if (c == '#' ||
               (LooksAt("--") && (line_start_ || IsSpaceOrControl(Peek(2))))) {
      const bool trailer = line_start_ && LooksAt(kTrailer);
      SkipLine();
      trailer_ = trailer;
    } else if (AtSandboxLine()) {
      SkipComment("the dump ends within this comment");
    } else if (LooksAt("/*") && Peek(2) != '!' && !LooksAt("/*M!")) {
      SkipComment("the dump ends within this comment");
      trailer_ = false;
      line_start_ = false;
    } else if (!SkipDumperMessage()) {
      trailer_ = false;
      line_start_ = false;
      if (!LooksAt(delimiter_)) return true;
      at_ += delimiter_.size();
    }
  }
}

size_t StatementSplitter::WordLength() {
  size_t length = 0;
  while (length < 16 && IsWord(Peek(length))) ++length;
  return length;
}

// "DELIMITER x" takes the rest of its line.
bool StatementSplitter::TakeDelimiterCommand() {
  const size_t length = WordLength();
  if (!SameWord(std::string_view(buffer_).substr(at_, length), "delimiter")) {
    return false;
  }
  at_ += length;
  const size_t behind = at_ - start_;
  SkipLine();
  std::string_view rest =
      std::string_view(buffer_).substr(start_ + behind, at_ - start_ - behind);
  while (!rest.empty() && IsSpace(rest.front())) rest.remove_prefix(1);
  const auto* end = std::find_if(rest.begin(), rest.end(), IsSpace);
  std::string delimiter(rest.begin(), end);
  if (delimiter.empty() || delimiter.size() > kLongestDelimiter ||
      delimiter.find_first_of("\\'\"`") != std::string::npos) {
    Refuse(start_, "this is no delimiter that can be followed");
  }
  SetDelimiter(std::move(delimiter));
  return true;
}

Statement StatementSplitter::Scan() {
  const size_t word = WordLength();
  // The client takes the line after this word, with or without a delimiter.
  const bool use = SameWord(std::string_view(buffer_).substr(at_, word), "use");
  if (use) interesting_[static_cast<unsigned char>('\n')] = true;
  const auto finish = [&](size_t skipped) {
    const size_t length = at_ - start_;
    at_ += skipped;
    if (use) UpdateInteresting();
    return Statement{std::string_view(buffer_).substr(start_, length),
                     LineAt(start_)};
  };
  for (;;) {
    SkipPlain();
    if (!Have(1)) {
      if (use) return finish(0);
      Refuse(start_, "the dump ends within this statement");
    }
    const char c = buffer_[at_];
    if (LooksAt(delimiter_)) return finish(delimiter_.size());
    if (c == '\'' || c == '"' || c == '`') {
      SkipQuoted();
    } else if (c == '#' || (LooksAt("--") && IsSpaceOrControl(Peek(2)))) {
      SkipLine();
    } else if (c == '\\') {
      if (Peek(1) != 'N') Refuse(at_, "commands of the client are not run");
      at_ += 2;
    } else if (c == '/' && Peek(1) == '*') {
      if (AtSandboxLine()) {
        SkipComment("the dump ends within this comment");
      } else if (Peek(2) == '!' || LooksAt("/*M!")) {
        at_ += 3;
      } else {
        SkipComment("the dump ends within this comment");
      }
    } else if (use && c == '\n') {
      return finish(0);
    } else {
      at_ += IsPair(mode_.multi_byte, c, Peek(1)) ? 2 : 1;
    }
  }
}

std::optional<Statement> StatementSplitter::Next() {
  if (first_) {
    first_ = false;
    if (LooksAt("\xff\xfe") || LooksAt("\xfe\xff")) {
      throw Error(ErrorKind::kBadSource,
                  subject_ + ": it is in UTF-16, which no server reads",
                  {"convert it first: iconv -f UTF-16 -t UTF-8"});
    }
    if (LooksAt("\xef\xbb\xbf")) at_ += 3;
  }
  for (;;) {
    if (!SkipBetween()) return std::nullopt;
    begun_ = true;
    if (!TakeDelimiterCommand()) return Scan();
  }
}

}  // namespace backgraft::imports
