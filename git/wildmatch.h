// Shell patterns as git matches them (git's wildmatch.c), compiled once and
// matched in time proportional to pattern times text, whatever the pattern:
// patterns come from hostile sources.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace backgraft::git {

struct WildmatchOptions {
  bool pathname = false;  // WM_PATHNAME: only "**" matches a slash
  bool casefold = false;  // WM_CASEFOLD: ASCII letters match either case
};

class Wildmatch {
 public:
  // Any text is a pattern; a malformed one ("[a", "\") matches nothing.
  explicit Wildmatch(std::string_view pattern, WildmatchOptions options = {});

  // Whether the whole of `text` matches.
  bool Matches(std::string_view text) const;

 private:
  enum class Kind : uint8_t {
    kByte,           // one byte
    kAny,            // ?
    kClass,          // [...]
    kStar,           // * with pathname
    kStarStar,       // ** as a component, or * without pathname
    kStarStarSlash,  // **/ : nothing, or anything that ends in a slash
  };
  struct Token {
    Kind kind;
    unsigned char byte = 0;
    uint32_t class_index = 0;
  };

  bool CompileClass(std::string_view pattern, size_t* position);
  void CompileStars(std::string_view pattern, size_t* position);
  bool Accepts(const Token& token, unsigned char byte) const;
  bool MatchesTokens(std::string_view text) const;

  WildmatchOptions options_;
  bool malformed_ = false;
  // The bytes before the first token that is not kByte, and after the last:
  // most texts are settled by comparing these.
  std::string prefix_;
  std::string suffix_;
  std::vector<Token> tokens_;
  std::vector<std::bitset<256>> classes_;
};

// One match of a pattern that is not worth keeping.
inline bool MatchesWild(std::string_view pattern, std::string_view text,
                        WildmatchOptions options = {}) {
  return Wildmatch(pattern, options).Matches(text);
}

}  // namespace backgraft::git
