#include "source/version_order.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

namespace backgraft::source {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// Bytes beyond ASCII are parts of words.
bool IsLetter(char c) {
  return (Lower(c) >= 'a' && Lower(c) <= 'z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// What comes before the version it stands behind, in its order.
constexpr std::array<std::pair<std::string_view, int>, 11> kPreReleases = {{
    {"dev", 1},
    {"snapshot", 1},
    {"alpha", 2},
    {"a", 2},
    {"beta", 3},
    {"b", 3},
    {"m", 4},
    {"pre", 5},
    {"preview", 5},
    {"rc", 6},
    {"c", 6},
}};

struct Token {
  enum Kind { kPreRelease, kEnd, kWord, kNumber } kind = kEnd;
  std::string text{};  // digits without zeros in front, letters in lower case
  int rank = 0;        // of a pre-release
};

class Tokens {
 public:
  explicit Tokens(std::string_view name) : rest_(name) {}

  Token Next() {
    while (!rest_.empty() && !IsDigit(rest_[0]) && !IsLetter(rest_[0])) {
      rest_.remove_prefix(1);
    }
    if (rest_.empty()) return {};
    Token token = IsDigit(rest_[0]) ? Number() : Word();
    after_number_ = token.kind == Token::kNumber;
    return token;
  }

 private:
  std::string TakeWhile(bool (*belongs)(char)) {
    size_t n = 0;
    while (n < rest_.size() && belongs(rest_[n])) ++n;
    std::string text(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return text;
  }

  Token Number() {
    std::string digits = TakeWhile(IsDigit);
    digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size() - 1));
    return {Token::kNumber, std::move(digits)};
  }

  Token Word() {
    std::string word = TakeWhile(IsLetter);
    std::transform(word.begin(), word.end(), word.begin(), Lower);
    const auto* known =
        std::find_if(kPreReleases.begin(), kPreReleases.end(),
                     [&](const auto& one) { return one.first == word; });
    // A single letter is one only between numbers: 2.0b1, but not 1.0.2b.
    const bool counts = known != kPreReleases.end() && after_number_ &&
                        (word.size() > 1 || NumberFollows());
    if (counts) return {Token::kPreRelease, std::move(word), known->second};
    return {Token::kWord, std::move(word)};
  }

  bool NumberFollows() const { return !rest_.empty() && IsDigit(rest_[0]); }

  std::string_view rest_;
  bool after_number_ = false;
};

int Compare(const Token& a, const Token& b) {
  if (a.kind != b.kind) return a.kind < b.kind ? -1 : 1;
  if (a.rank != b.rank) return a.rank < b.rank ? -1 : 1;
  if (a.kind == Token::kPreRelease) return 0;
  if (a.kind == Token::kNumber && a.text.size() != b.text.size()) {
    return a.text.size() < b.text.size() ? -1 : 1;
  }
  return a.text.compare(b.text);
}

}  // namespace

int CompareVersions(std::string_view a, std::string_view b) {
  Tokens left(a);
  Tokens right(b);
  for (;;) {
    const Token x = left.Next();
    const Token y = right.Next();
    if (const int order = Compare(x, y); order != 0) return order;
    if (x.kind == Token::kEnd) return 0;
  }
}

}  // namespace backgraft::source
