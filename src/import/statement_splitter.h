// The statements of a dump, one after the other, out of a stream of any length.
//
// Splits as mariadb(1) does (client/mysql.cc, add_line()): a delimiter counts
// outside of strings, names and comments, but inside /*! … */; DELIMITER
// changes it. Comments between statements are skipped, those within are kept.
// The client's other commands (\! and the like) are refused.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/io.h"
#include "import/lexical_mode.h"

namespace backgraft::imports {

struct Statement {
  std::string_view text;  // without its delimiter
  uint64_t line = 0;      // of its first byte, counted from 1
};

class StatementSplitter {
 public:
  // `read` gives the next bytes, empty at the end, borrowed until it is called
  // again. `subject` is the dump, quoted, for messages. A statement of more
  // than `most_bytes` is refused.
  StatementSplitter(std::function<ByteSpan()> read, std::string subject,
                    size_t most_bytes);

  // The next statement, borrowed until the next call; nothing at the end.
  // Error(kBadSource) where the dump ends within a statement, a string or a
  // comment, holds a client command or what a dumping program said on standard
  // error, or is in UTF-16.
  std::optional<Statement> Next();

  // The text of the statement that Next() returned last, for the caller to
  // keep; `statement` does not hold it any more. One that is large is not
  // copied.
  std::string TakeText(const Statement& statement);

  // How the statements from now on are read.
  void SetMode(const LexicalMode& mode);

  // What the program that made the dump said before it began, and was passed
  // over: archive::DumperMessage::kHarmless.
  const std::vector<std::string>& messages() const { return messages_; }
  // True where "-- Dump completed" was the last line so far.
  bool trailer() const { return trailer_; }
  // Bytes of the statements and comments that were passed.
  uint64_t bytes() const { return passed_ + at_; }

 private:
  // Makes `count` bytes readable from at_ on; false where there are fewer.
  bool Have(size_t count);
  bool Refill();
  // The byte `ahead` of at_; NUL at the end.
  char Peek(size_t ahead = 0) {
    return Have(ahead + 1) ? buffer_[at_ + ahead] : '\0';
  }
  bool LooksAt(std::string_view text);
  bool AtSandboxLine();
  bool SkipDumperMessage();

  bool SkipBetween();
  void SkipLine();
  void SkipComment(const char* what);
  void SkipQuoted();
  void SkipPlain();
  bool TakeDelimiterCommand();
  Statement Scan();
  size_t WordLength();
  void SetDelimiter(std::string delimiter);
  void UpdateInteresting();
  uint64_t LineAt(size_t position);
  [[noreturn]] void Refuse(size_t position, const std::string& reason);

  const std::function<ByteSpan()> read_;
  const std::string subject_;
  const size_t most_bytes_;
  LexicalMode mode_;
  std::string delimiter_ = ";";
  std::array<bool, 256> interesting_{};

  std::string buffer_;
  size_t at_ = 0;        // everything before is done with or is start_'s
  size_t start_ = 0;     // of the statement that is being read
  uint64_t passed_ = 0;  // bytes dropped from the buffer's front
  size_t counted_ = 0;   // lines up to here are in line_
  uint64_t line_ = 1;
  bool line_start_ = true;  // nothing but white space since the line began
  bool first_ = true;
  bool begun_ = false;  // a statement was found
  std::vector<std::string> messages_;
  bool ended_ = false;
  bool trailer_ = false;
};

}  // namespace backgraft::imports
