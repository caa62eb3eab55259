#include "git/wildmatch.h"

#include <algorithm>
#include <array>

#include "git/config_value.h"

namespace backgraft::git {
namespace {

unsigned char Lower(unsigned char c) {
  return static_cast<unsigned char>(AsciiLower(static_cast<char>(c)));
}
bool IsLower(unsigned char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(unsigned char c) { return c >= 'A' && c <= 'Z'; }
bool IsDigit(unsigned char c) { return c >= '0' && c <= '9'; }
bool IsAlpha(unsigned char c) { return IsLower(c) || IsUpper(c); }
bool IsPrint(unsigned char c) { return c >= 0x20 && c <= 0x7e; }

// The members of [:name:] as git's ASCII-only ctype has them.
struct NamedClass {
  std::string_view name;
  bool (*contains)(unsigned char);
};
constexpr std::array<NamedClass, 12> kNamedClasses = {{
    {"alnum", [](unsigned char c) { return IsAlpha(c) || IsDigit(c); }},
    {"alpha", IsAlpha},
    {"blank", [](unsigned char c) { return c == ' ' || c == '\t'; }},
    {"cntrl", [](unsigned char c) { return c < 0x20 || c == 0x7f; }},
    {"digit", IsDigit},
    {"graph", [](unsigned char c) { return IsPrint(c) && c != ' '; }},
    {"lower", IsLower},
    {"print", IsPrint},
    {"punct",
     [](unsigned char c) {
       return IsPrint(c) && c != ' ' && !IsAlpha(c) && !IsDigit(c);
     }},
    {"space", [](unsigned char c) { return IsGitSpace(static_cast<char>(c)); }},
    {"upper", IsUpper},
    {"xdigit",
     [](unsigned char c) {
       return IsDigit(c) || (Lower(c) >= 'a' && Lower(c) <= 'f');
     }},
}};

// [:name:] at `position`, or npos where there is no ":]" before the next "]".
size_t NamedClassEnd(std::string_view pattern, size_t position) {
  const size_t bracket = pattern.find(']', position + 2);
  if (bracket == std::string_view::npos) return bracket;
  const bool closed = bracket > position + 2 && pattern[bracket - 1] == ':';
  return closed ? bracket : std::string_view::npos;
}

bool EqualBytes(std::string_view text, std::string_view pattern,
                bool casefold) {
  if (!casefold) return text == pattern;
  // Only the text is folded here: what the pattern escapes stays as it is.
  return std::equal(text.begin(), text.end(), pattern.begin(), pattern.end(),
                    [](char t, char p) { return AsciiLower(t) == p; });
}

}  // namespace

Wildmatch::Wildmatch(std::string_view pattern, WildmatchOptions options)
    : options_(options) {
  auto byte = [this](char c) {
    tokens_.push_back({Kind::kByte, static_cast<unsigned char>(c)});
  };
  for (size_t i = 0; i < pattern.size() && !malformed_;) {
    switch (pattern[i]) {
      case '\\':
        malformed_ = i + 1 == pattern.size();
        if (!malformed_) byte(pattern[i + 1]);
        i += 2;
        break;
      case '?':
        tokens_.push_back({Kind::kAny});
        ++i;
        break;
      case '[':
        malformed_ = !CompileClass(pattern, &i);
        break;
      case '*':
        CompileStars(pattern, &i);
        break;
      default:
        byte(options_.casefold ? AsciiLower(pattern[i]) : pattern[i]);
        ++i;
    }
  }
  auto is_byte = [](const Token& t) { return t.kind == Kind::kByte; };
  auto text_of = [](auto from, auto to) {
    std::string text;
    for (; from != to; ++from) text += static_cast<char>(from->byte);
    return text;
  };
  const auto first = std::find_if_not(tokens_.begin(), tokens_.end(), is_byte);
  prefix_ = text_of(tokens_.begin(), first);
  tokens_.erase(tokens_.begin(), first);
  const auto last =
      std::find_if_not(tokens_.rbegin(), tokens_.rend(), is_byte).base();
  suffix_ = text_of(last, tokens_.end());
  tokens_.erase(last, tokens_.end());
}

void Wildmatch::CompileStars(std::string_view pattern, size_t* position) {
  const size_t begin = *position;
  size_t end = begin;
  while (end < pattern.size() && pattern[end] == '*') ++end;
  *position = end;
  const std::string_view rest = pattern.substr(end);
  if (!options_.pathname) {
    tokens_.push_back({Kind::kStarStar});
  } else if (end - begin == 1 || (begin > 0 && pattern[begin - 1] != '/') ||
             (!rest.empty() && rest[0] != '/' && rest.substr(0, 2) != "\\/")) {
    tokens_.push_back({Kind::kStar});
  } else if (!rest.empty() && rest[0] == '/') {
    tokens_.push_back({Kind::kStarStarSlash});
    ++*position;
  } else {
    tokens_.push_back({Kind::kStarStar});
  }
}

bool Wildmatch::CompileClass(std::string_view pattern, size_t* position) {
  std::bitset<256> members;
  size_t i = *position + 1;
  auto at = [&](size_t index) {
    return index < pattern.size() ? static_cast<unsigned char>(pattern[index])
                                  : static_cast<unsigned char>(0);
  };
  const bool negated = at(i) == '!' || at(i) == '^';
  if (negated) ++i;
  unsigned char previous = 0;
  // The first "]" is a member, hence the loop that tests at its end.
  do {
    unsigned char c = at(i);
    if (c == 0) return false;
    if (c == '\\') {
      c = at(++i);
      if (c == 0) return false;
      members.set(c);
    } else if (c == '-' && previous != 0 && at(i + 1) != 0 &&
               at(i + 1) != ']') {
      c = at(++i);
      if (c == '\\') c = at(++i);
      if (c == 0) return false;
      for (unsigned t = previous; t <= c; ++t) {
        const auto member = static_cast<unsigned char>(t);
        members.set(member);
        if (options_.casefold && IsUpper(member)) members.set(Lower(member));
      }
      c = 0;  // no range starts at the end of one
    } else if (c == '[' && at(i + 1) == ':') {
      if (pattern.find(']', i + 2) == std::string_view::npos) return false;
      const size_t end = NamedClassEnd(pattern, i);
      if (end == std::string_view::npos) {
        members.set('[');
      } else {
        const std::string_view name = pattern.substr(i + 2, end - i - 3);
        const auto* found =
            std::find_if(kNamedClasses.begin(), kNamedClasses.end(),
                         [&](const auto& n) { return n.name == name; });
        if (found == kNamedClasses.end()) return false;
        for (unsigned t = 0; t < 256; ++t) {
          if (found->contains(static_cast<unsigned char>(t))) members.set(t);
          if (options_.casefold && name == "upper" &&
              IsLower(static_cast<unsigned char>(t))) {
            members.set(t);
          }
        }
        i = end;
        c = 0;
      }
    } else {
      members.set(c);
    }
    previous = c;
    ++i;
  } while (at(i) != ']');
  if (negated) members.flip();
  if (options_.pathname) members.reset('/');
  Token token{Kind::kClass};
  token.class_index = static_cast<uint32_t>(classes_.size());
  classes_.push_back(members);
  tokens_.push_back(token);
  *position = i + 1;
  return true;
}

bool Wildmatch::Accepts(const Token& token, unsigned char byte) const {
  const unsigned char folded = options_.casefold ? Lower(byte) : byte;
  switch (token.kind) {
    case Kind::kByte:
      return folded == token.byte;
    case Kind::kClass:
      return classes_[token.class_index][folded];
    case Kind::kAny:
    case Kind::kStar:
      return !options_.pathname || byte != '/';
    case Kind::kStarStar:
    case Kind::kStarStarSlash:
      return true;
  }
  return false;
}

bool Wildmatch::Matches(std::string_view text) const {
  if (malformed_ || text.size() < prefix_.size() + suffix_.size() ||
      !EqualBytes(text.substr(0, prefix_.size()), prefix_, options_.casefold) ||
      !EqualBytes(text.substr(text.size() - suffix_.size()), suffix_,
                  options_.casefold)) {
    return false;
  }
  text.remove_prefix(prefix_.size());
  text.remove_suffix(suffix_.size());
  if (tokens_.empty()) return text.empty();
  if (tokens_.size() == 1 && tokens_[0].kind == Kind::kStarStar) return true;
  if (tokens_.size() == 1 && tokens_[0].kind == Kind::kStar) {
    return text.find('/') == std::string_view::npos;
  }
  return MatchesTokens(text);
}

// The set of tokens that may take the next byte, advanced byte by byte
// (Thompson's simulation): no backtracking, hence no pattern that explodes.
bool Wildmatch::MatchesTokens(std::string_view text) const {
  const size_t end = tokens_.size();
  std::vector<uint32_t> active;
  std::vector<uint32_t> next;
  // marks[i] is the step in which token i was last entered.
  std::vector<size_t> marks(end + 1, 0);
  size_t step = 1;
  auto add = [&](std::vector<uint32_t>* set, size_t token) {
    // Stars may take nothing, so that entering one enters its successor too.
    for (;; ++token) {
      if (marks[token] == step) return;
      marks[token] = step;
      set->push_back(static_cast<uint32_t>(token));
      if (token == end) return;
      const Kind kind = tokens_[token].kind;
      if (kind != Kind::kStar && kind != Kind::kStarStar &&
          kind != Kind::kStarStarSlash) {
        return;
      }
    }
  };
  // A "**/" that is inside a component: it stays, its successor waits for the
  // slash. Kept apart from marks, as entering it anew means more.
  std::vector<size_t> inside(end + 1, 0);
  add(&active, 0);
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    ++step;
    next.clear();
    for (const uint32_t token : active) {
      if (token == end || !Accepts(tokens_[token], byte)) continue;
      switch (tokens_[token].kind) {
        case Kind::kStar:
        case Kind::kStarStar:
          add(&next, token);
          break;
        case Kind::kStarStarSlash:
          if (byte == '/') add(&next, token + 1);
          if (inside[token] != step && marks[token] != step) {
            inside[token] = step;
            next.push_back(token);
          }
          break;
        default:
          add(&next, token + 1);
      }
    }
    active.swap(next);
    if (active.empty()) return false;
  }
  return marks[end] == step;
}

}  // namespace backgraft::git
