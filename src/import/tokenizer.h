// The tokens of one statement, with versioned comments opened.
//
// Reads as the server's own lexer does (sql/sql_lex.cc, lex_one_token()): what
// the server would run is a token, what it would skip is none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "import/lexical_mode.h"

namespace backgraft::imports {

enum class TokenKind : uint8_t {
  kEnd,
  kWord,    // a keyword or a name without quotes, also 1a and \N
  kName,    // `x`, and "x" with ANSI_QUOTES
  kString,  // 'x' and "x"
  kNumber,
  kSymbol,  // one byte
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  size_t begin = 0;
  size_t end = 0;
};

// A piece of a text that is to be replaced.
struct Edit {
  size_t begin = 0;
  size_t end = 0;
  std::string replacement;
};

// `text` with `edits` made, which may come in any order and must not overlap.
std::string Apply(std::string_view text, std::vector<Edit> edits);

class Tokenizer {
 public:
  // `text` is borrowed. `server_version` is like 101119 for 10.11.19.
  Tokenizer(std::string_view text, const LexicalMode& mode,
            uint32_t server_version)
      : text_(text), mode_(mode), server_version_(server_version) {}

  // The next token; kEnd at the end, and where the text cannot be followed.
  Token Next();

  // What is wrong with the text, once Next() has returned kEnd: "" or a reason
  // to refuse it.
  const std::string& problem() const { return problem_; }

  // What makes the server read the text as it was read here whatever its
  // version: /*!50003 becomes /*!, and what is skipped is gone.
  const std::vector<Edit>& edits() const { return edits_; }

 private:
  char At(size_t position) const {
    return position < text_.size() ? text_[position] : '\0';
  }
  bool SkipSpace();
  bool SkipComment();
  void OpenVersioned();
  Token Quoted();
  Token Word();
  Token Fail(const char* problem);

  const std::string_view text_;
  const LexicalMode mode_;
  const uint32_t server_version_;
  size_t at_ = 0;
  bool open_ = false;  // within /*! … */
  std::string problem_;
  std::vector<Edit> edits_;
};

// The text of a quoted token without its quotes, doubled quotes and (in
// strings) escapes resolved; of any other token its own text.
std::string TextOf(std::string_view statement, const Token& token,
                   const LexicalMode& mode);

// `name` as the server takes it: in backticks.
std::string QuoteName(std::string_view name);
// `text` as a string the server takes under any sql_mode: 0x… of its bytes.
std::string HexString(std::string_view text);

}  // namespace backgraft::imports
