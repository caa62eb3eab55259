#include "git/pathspec.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/config_value.h"
#include "git/path_pattern.h"

namespace backgraft::git {
namespace {

[[noreturn]] void Refuse(const std::string& message) {
  throw Error(ErrorKind::kUsage, message);
}

struct Magic {
  bool top = false;
  bool literal = false;
  bool glob = false;
  bool icase = false;
  bool exclude = false;
};

// ":(word,word)", of which the parenthesis has been read.
Magic TakeLongMagic(std::string_view* rest, const std::string& spec) {
  Magic magic;
  const size_t end = rest->find(')');
  if (end == std::string_view::npos) {
    Refuse("missing ')' at the end of pathspec magic in " + Quote(spec));
  }
  std::string_view words = rest->substr(0, end);
  rest->remove_prefix(end + 1);
  while (!words.empty()) {
    const size_t comma = std::min(words.find(','), words.size());
    const std::string_view word = words.substr(0, comma);
    words.remove_prefix(std::min(comma + 1, words.size()));
    if (word.empty()) continue;
    if (word == "top") {
      magic.top = true;
    } else if (word == "literal") {
      magic.literal = true;
    } else if (word == "glob") {
      magic.glob = true;
    } else if (word == "icase") {
      magic.icase = true;
    } else if (word == "exclude") {
      magic.exclude = true;
    } else if (word.substr(0, 5) == "attr:") {
      Refuse("pathspec magic 'attr' is not supported here: " + Quote(spec));
    } else {
      Refuse("invalid pathspec magic " + Quote(word) + " in " + Quote(spec));
    }
  }
  return magic;
}

// ":/", ":!", ":^" and their combinations, of which the colon has been read.
Magic TakeShortMagic(std::string_view* rest, const std::string& spec) {
  // What git reserves for magic; other bytes begin the path.
  constexpr std::string_view kReserved = "!\"#%&',-/;<=>@_`~";
  Magic magic;
  while (!rest->empty() && rest->front() != ':') {
    const char c = rest->front();
    if (c == '!' || c == '^') {
      magic.exclude = true;
    } else if (c == '/') {
      magic.top = true;
    } else if (kReserved.find(c) != std::string_view::npos) {
      Refuse("unimplemented pathspec magic " + Quote(std::string(1, c)) +
             " in " + Quote(spec));
    } else {
      return magic;
    }
    rest->remove_prefix(1);
  }
  if (!rest->empty()) rest->remove_prefix(1);
  return magic;
}

// `prefix` + `path` without "." and ".." and doubled slashes. How much of
// `prefix` is left goes to `*kept`. False where it leads outside.
bool Normalize(const std::string& prefix, std::string_view path,
               std::string* out, size_t* kept) {
  *out = prefix;
  *kept = prefix.size();
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view component = path.substr(0, slash);
    const bool last = slash == path.size();
    path.remove_prefix(last ? slash : slash + 1);
    if (component.empty() || component == ".") continue;
    if (component == "..") {
      if (out->empty()) return false;
      out->pop_back();  // its slash
      out->resize(out->rfind('/') + 1);
      *kept = std::min(*kept, out->size());
      continue;
    }
    *out += component;
    if (!last) *out += '/';
  }
  return true;
}

}  // namespace

Pathspec::Item Pathspec::ParseItem(const std::string& spec,
                                   const std::string& prefix) {
  if (spec.empty()) {
    Refuse("an empty string is no pathspec; '.' means everything");
  }
  Magic magic;
  std::string_view path = spec;
  if (path.substr(0, 2) == ":(") {
    path.remove_prefix(2);
    magic = TakeLongMagic(&path, spec);
  } else if (path.front() == ':') {
    path.remove_prefix(1);
    magic = TakeShortMagic(&path, spec);
  }
  if (magic.literal && magic.glob) {
    Refuse(Quote(spec) + ": 'literal' and 'glob' are incompatible");
  }
  Item item;
  item.text = spec;
  item.icase = magic.icase;
  item.exclude = magic.exclude;
  if (magic.top) {
    item.match = path;
  } else if ((!path.empty() && path.front() == '/') ||
             !Normalize(prefix, path, &item.match, &item.prefix)) {
    Refuse(Quote(spec) + " is outside the repository");
  }
  item.literal = item.match.size();
  if (!magic.literal) {
    item.literal = std::max(LiteralLength(item.match), item.prefix);
    if (item.literal < item.match.size()) {
      item.wild.emplace(
          std::string_view(item.match).substr(item.literal),
          WildmatchOptions{.pathname = magic.glob, .casefold = magic.icase});
    }
  }
  return item;
}

Pathspec Pathspec::Parse(const std::vector<std::string>& specs,
                         const std::string& prefix) {
  Pathspec result;
  for (const auto& spec : specs) {
    result.items_.push_back(ParseItem(spec, prefix));
  }
  const auto exclusions =
      std::stable_partition(result.items_.begin(), result.items_.end(),
                            [](const Item& item) { return !item.exclude; });
  result.included_ = static_cast<size_t>(exclusions - result.items_.begin());
  return result;
}

bool Pathspec::Item::Equal(std::string_view a, std::string_view b) const {
  return icase ? EqualsIgnoringCase(a, b) : a == b;
}

// As git's match_pathspec_item().
bool Pathspec::Item::Matches(std::string_view path, bool is_directory) const {
  if (icase &&
      path.substr(0, prefix) != std::string_view(match).substr(0, prefix)) {
    return false;
  }
  if (match.empty()) return true;
  if (match.size() <= path.size()) {
    if (Equal(path.substr(0, match.size()), match) &&
        (match.size() == path.size() || match.back() == '/' ||
         path[match.size()] == '/')) {
      return true;
    }
  } else if (is_directory && match.back() == '/' &&
             match.size() == path.size() + 1 &&
             Equal(path, std::string_view(match).substr(0, path.size()))) {
    return true;
  }
  return wild && path.size() >= literal &&
         Equal(path.substr(0, literal),
               std::string_view(match).substr(0, literal)) &&
         wild->Matches(path.substr(literal));
}

bool Pathspec::Matches(std::string_view path, bool is_directory) const {
  auto matches = [&](const Item& item) {
    return item.Matches(path, is_directory);
  };
  const auto exclusions =
      items_.begin() + static_cast<std::ptrdiff_t>(included_);
  return (included_ == 0 || std::any_of(items_.begin(), exclusions, matches)) &&
         std::none_of(exclusions, items_.end(), matches);
}

}  // namespace backgraft::git
