// The tokens of one statement at hand, and the edits it needs.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "import/tokenizer.h"

namespace backgraft::imports {

class TokenList {
 public:
  // `text` is borrowed.
  TokenList(std::string_view text, const LexicalMode& mode,
            uint32_t server_version);

  // As Tokenizer::problem().
  const std::string& problem() const { return problem_; }

  size_t size() const { return tokens_.size(); }
  // Every position may be asked for: behind the last token stands kEnd.
  const Token& at(size_t position) const {
    return position < tokens_.size() ? tokens_[position] : end_;
  }
  std::string_view text() const { return text_; }
  std::string_view Raw(size_t position) const {
    const Token& token = at(position);
    return text_.substr(token.begin, token.end - token.begin);
  }
  // Without quotes; see TextOf().
  std::string Text(size_t position) const {
    return TextOf(text_, at(position), mode_);
  }

  // An unquoted word, in any case.
  bool Is(size_t position, std::string_view word) const {
    return at(position).kind == TokenKind::kWord &&
           SameWord(Raw(position), word);
  }
  bool IsOneOf(size_t position,
               std::initializer_list<std::string_view> words) const;
  bool IsSymbol(size_t position, char symbol) const {
    return at(position).kind == TokenKind::kSymbol &&
           text_[at(position).begin] == symbol;
  }
  // Something that can name a thing: a word or a quoted name.
  bool IsName(size_t position) const {
    return at(position).kind == TokenKind::kWord ||
           at(position).kind == TokenKind::kName;
  }
  bool IsEnd(size_t position) const {
    return at(position).kind == TokenKind::kEnd;
  }

  // Replaces the tokens [first, last) by `replacement`.
  void Replace(size_t first, size_t last, std::string replacement);
  // Puts `insertion` in front of the token at `position`.
  void Insert(size_t position, const std::string& insertion);
  // The text as the server is to get it.
  std::string Edited() const;

 private:
  const std::string_view text_;
  const LexicalMode mode_;
  std::vector<Token> tokens_;
  Token end_;
  std::string problem_;
  std::vector<Edit> edits_;
};

}  // namespace backgraft::imports
