#include "import/insert_rule.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace backgraft::imports {
namespace {

using namespace std::string_view_literals;

constexpr std::array kValues = {
    "null"sv,
    "\\n"sv,
    "default"sv,
    "true"sv,
    "false"sv,
    "x"sv,
    "b"sv,
    "n"sv,
    "current_timestamp"sv,
    "now"sv,
    "st_geomfromtext"sv,
    "geomfromtext"sv,
    "geometryfromtext"sv,
    "st_geomfromwkb"sv,
    "geomfromwkb"sv,
    "st_geometryfromtext"sv,
    "st_pointfromtext"sv,
    "pointfromtext"sv,
    "point"sv,
    "unhex"sv,
    "conv"sv,
};

class InsertReader {
 public:
  explicit InsertReader(const StatementContext& context)
      : context_(context),
        text_(context.statement.text),
        tokenizer_(text_, context.mode, context.target.server_version) {
    Advance();
  }

  InsertedRows Read() {
    rows_.counted = Is("insert");
    Advance();
    while (Is("ignore") || Is("low_priority") || Is("high_priority") ||
           Is("delayed")) {
      if (Is("ignore")) rows_.counted = false;
      Advance();
    }
    if (Is("into")) Advance();
    ReadTable();
    if (IsSymbol('(')) SkipColumns();
    if (!Is("values") && !Is("value")) Fail("only rows of values are loaded");
    Advance();
    for (;;) {
      ReadRow();
      if (!IsSymbol(',')) break;
      Advance();
    }
    if (!tokenizer_.problem().empty()) Fail(tokenizer_.problem());
    if (token_.kind != TokenKind::kEnd) {
      Fail("only rows of values are loaded");
    }
    rows_.edits.insert(rows_.edits.end(), tokenizer_.edits().begin(),
                       tokenizer_.edits().end());
    return std::move(rows_);
  }

 private:
  void Advance() { token_ = tokenizer_.Next(); }
  std::string_view Raw() const {
    return text_.substr(token_.begin, token_.end - token_.begin);
  }
  bool Is(std::string_view word) const {
    return token_.kind == TokenKind::kWord && SameWord(Raw(), word);
  }
  bool IsSymbol(char symbol) const {
    return token_.kind == TokenKind::kSymbol && text_[token_.begin] == symbol;
  }
  bool IsName() const {
    return token_.kind == TokenKind::kWord || token_.kind == TokenKind::kName;
  }
  [[noreturn]] void Fail(const std::string& reason) const {
    context_.Refuse(tokenizer_.problem().empty() ? reason
                                                 : tokenizer_.problem());
  }

  void ReadTable() {
    if (!IsName()) Fail("it names no table");
    const Token first = token_;
    rows_.table = TextOf(text_, token_, context_.mode);
    Advance();
    if (!IsSymbol('.')) return;
    if (!context_.IsOwn(rows_.table)) {
      Fail("it names another database");
    }
    const Token dot = token_;
    Advance();
    if (!IsName()) Fail("it names no table");
    rows_.table = TextOf(text_, token_, context_.mode);
    rows_.edits.push_back({first.begin, first.end, {}});
    rows_.edits.push_back({dot.begin, dot.end, {}});
    Advance();
  }

  void SkipColumns() {
    do {
      Advance();
      if (!IsName() && !IsSymbol(',')) break;
    } while (true);
    if (!IsSymbol(')')) Fail("its columns cannot be followed");
    Advance();
  }

  void ReadRow() {
    if (!IsSymbol('(')) Fail("only rows of values are loaded");
    size_t depth = 0;
    do {
      if (token_.kind == TokenKind::kSymbol) {
        const char symbol = text_[token_.begin];
        if (symbol == '(') {
          ++depth;
        } else if (symbol == ')') {
          --depth;
        } else if (symbol != ',' && symbol != '-' && symbol != '+') {
          Fail("only plain values are loaded");
        }
      } else if (token_.kind == TokenKind::kWord) {
        CheckWord();
      } else if (token_.kind == TokenKind::kName ||
                 token_.kind == TokenKind::kEnd) {
        Fail("only plain values are loaded");
      }
      Advance();
    } while (depth > 0);
    ++rows_.rows;
  }

  void CheckWord() const {
    const std::string_view word = Raw();
    if (word.size() == 4 && SameWord(word, "null")) return;
    // _utf8mb4'text': as there is no column here, it is nothing else.
    if (word.front() == '_') return;
    const std::string lower = Lower(word);
    if (std::find(kValues.begin(), kValues.end(), lower) == kValues.end()) {
      Fail("only plain values are loaded");
    }
  }

  const StatementContext& context_;
  const std::string_view text_;
  Tokenizer tokenizer_;
  Token token_;
  InsertedRows rows_;
};

}  // namespace

InsertedRows CheckInsert(const StatementContext& context) {
  return InsertReader(context).Read();
}

}  // namespace backgraft::imports
