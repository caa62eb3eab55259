#include "import/token_list.h"

#include <algorithm>

namespace backgraft::imports {

TokenList::TokenList(std::string_view text, const LexicalMode& mode,
                     uint32_t server_version)
    : text_(text), mode_(mode) {
  Tokenizer tokenizer(text, mode, server_version);
  for (Token token = tokenizer.Next(); token.kind != TokenKind::kEnd;
       token = tokenizer.Next()) {
    tokens_.push_back(token);
  }
  end_ = {TokenKind::kEnd, text.size(), text.size()};
  problem_ = tokenizer.problem();
  edits_ = tokenizer.edits();
}

bool TokenList::IsOneOf(size_t position,
                        std::initializer_list<std::string_view> words) const {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view word) { return Is(position, word); });
}

// Token by token: what stands between them, as the marks of a versioned
// comment, stays where it is.
void TokenList::Replace(size_t first, size_t last, std::string replacement) {
  if (first == last) return;
  edits_.push_back({at(first).begin, at(first).end, std::move(replacement)});
  for (size_t i = first + 1; i < last; ++i) {
    edits_.push_back({at(i).begin, at(i).end, std::string()});
  }
}

void TokenList::Insert(size_t position, const std::string& insertion) {
  edits_.push_back({at(position).begin, at(position).begin, insertion});
}

std::string TokenList::Edited() const { return Apply(text_, edits_); }

}  // namespace backgraft::imports
