#include "git/message.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/escape.h"
#include "git/config_value.h"
#include "git/date_fields.h"

namespace backgraft::git {
namespace {

// What git's scissors line begins with; nothing behind it is message.
constexpr std::string_view kCutLine =
    "# ------------------------ >8 ------------------------\n";

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool IsBlank(std::string_view line) {
  return std::all_of(line.begin(), line.end(), IsGitSpace);
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && IsGitSpace(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsGitSpace(text.back())) text.remove_suffix(1);
  return text;
}

// Each with its newline.
std::vector<std::string_view> SplitLines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size() - 1) + 1;
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return lines;
}

// Where the ":" of "Key:" or "Key :" stands; nothing where it is no trailer.
std::optional<size_t> FindSeparator(std::string_view line) {
  bool space = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == ':') return i;
    if (!space && (IsAlpha(c) || IsDigit(c) || c == '-')) continue;
    if (i == 0 || (c != ' ' && c != '\t')) return std::nullopt;
    space = true;
  }
  return std::nullopt;
}

// How many lines at the end are comments, blank, or an old list of conflicts
// (git's ignore_non_trailer()): trailers go before them.
size_t CountIgnoredAtEnd(const std::vector<std::string_view>& lines) {
  size_t first = lines.size();
  bool conflicts = false;
  size_t i = 0;
  for (; i < lines.size() && !StartsWith(lines[i], kCutLine); ++i) {
    const std::string_view line = lines[i];
    const bool is_conflicts = line == "Conflicts:\n";
    if (line[0] == '#' || line[0] == '\n' || is_conflicts) {
      conflicts = conflicts || is_conflicts;
      // The very first line is never left out.
      if (i > 0) first = std::min(first, i);
    } else if (first < lines.size() && (!conflicts || line[0] != '\t')) {
      first = lines.size();
      conflicts = false;
    }
  }
  return lines.size() - std::min(first, i);
}

// The first line of the trailer block that `lines` ends with, else their
// number. A block is the last paragraph but not the first, all trailers, or a
// quarter of them where git itself wrote one (git's find_trailer_start()).
size_t FindTrailers(const std::vector<std::string_view>& lines) {
  size_t title_end = 0;
  while (title_end < lines.size() &&
         (lines[title_end][0] == '#' || !IsBlank(lines[title_end]))) {
    ++title_end;
  }
  bool only_blank = true;
  bool generated = false;
  size_t trailers = 0;
  size_t others = 0;
  // Indented lines belong to the trailer above them, if one turns up.
  size_t indented = 0;
  for (size_t i = lines.size(); i-- > title_end;) {
    const std::string_view line = lines[i];
    if (line[0] == '#') {
      others += std::exchange(indented, 0);
    } else if (IsBlank(line)) {
      if (only_blank) continue;
      others += indented;
      const bool is_block =
          generated ? trailers * 3 >= others : trailers > 0 && others == 0;
      return is_block || (trailers > 0 && others == 0) ? i + 1 : lines.size();
    } else {
      only_blank = false;
      const bool by_git = StartsWith(line, "Signed-off-by: ") ||
                          StartsWith(line, "(cherry picked from commit ");
      if (by_git ||
          (FindSeparator(line).value_or(0) >= 1 && !IsGitSpace(line[0]))) {
        ++trailers;
        indented = 0;
        generated = generated || by_git;
      } else if (IsGitSpace(line[0])) {
        ++indented;
      } else {
        others += 1 + std::exchange(indented, 0);
      }
    }
  }
  return lines.size();
}

struct Block {
  std::vector<std::string_view> before;  // the message proper
  // The block; a line that is no trailer has no key.
  std::vector<Trailer> items;
  std::vector<std::string_view> after;  // comments
};

Block Parse(std::string_view message) {
  Block block;
  block.before = SplitLines(message);
  const auto ignored =
      static_cast<std::ptrdiff_t>(CountIgnoredAtEnd(block.before));
  block.after.assign(block.before.end() - ignored, block.before.end());
  block.before.erase(block.before.end() - ignored, block.before.end());
  const size_t start = FindTrailers(block.before);
  bool continues = false;
  for (size_t i = start; i < block.before.size(); ++i) {
    const std::string_view line = block.before[i];
    if (continues && IsGitSpace(line[0])) {
      block.items.back().value += line;
      continue;
    }
    const auto separator = FindSeparator(line);
    continues = separator.value_or(0) >= 1;
    Trailer item;
    if (continues) item.key = Trim(line.substr(0, *separator));
    item.value = continues ? line.substr(*separator + 1) : line;
    block.items.push_back(std::move(item));
  }
  block.before.resize(start);
  std::vector<Trailer> kept;
  for (Trailer& item : block.items) {
    if (item.key.empty()) {
      if (StartsWith(item.value, "#")) continue;
      if (item.value.back() == '\n') item.value.pop_back();
    } else {
      item.value = Trim(item.value);
    }
    kept.push_back(std::move(item));
  }
  block.items = std::move(kept);
  return block;
}

// git's same_trailer(): a key that begins another is the same to it.
bool IsSame(const Trailer& a, const Trailer& b) {
  if (a.key.empty()) return false;
  const size_t length = std::min(a.key.size(), b.key.size());
  return EqualsIgnoringCase(std::string_view(a.key).substr(0, length),
                            std::string_view(b.key).substr(0, length)) &&
         EqualsIgnoringCase(a.value, b.value);
}

}  // namespace

std::string CleanMessage(std::string_view text) {
  std::string result;
  bool gap = false;
  for (std::string_view line : SplitLines(text)) {
    while (!line.empty() && IsGitSpace(line.back())) line.remove_suffix(1);
    if (line.empty()) {
      gap = true;
      continue;
    }
    if (gap && !result.empty()) result += '\n';
    gap = false;
    result += line;
    result += '\n';
  }
  return result;
}

std::string JoinParagraphs(const std::vector<std::string>& paragraphs) {
  std::string text;
  for (const auto& paragraph : paragraphs) {
    if (!text.empty()) text += '\n';
    text += paragraph;
    if (!text.empty() && text.back() != '\n') text += '\n';
  }
  return text;
}

std::string AddTrailers(std::string_view message,
                        const std::vector<Trailer>& trailers) {
  std::string complete(message);
  if (!complete.empty() && complete.back() != '\n') complete += '\n';
  Block block = Parse(complete);
  for (const Trailer& trailer : trailers) {
    Trailer item{trailer.key,
                 std::string(Trim(Escape(std::string(Trim(trailer.value)))))};
    if (block.items.empty() || !IsSame(block.items.back(), item)) {
      block.items.push_back(std::move(item));
    }
  }
  std::string result;
  for (const auto line : block.before) result += line;
  if (block.before.empty() || !IsBlank(block.before.back())) result += '\n';
  for (const Trailer& item : block.items) {
    if (!item.key.empty()) result += item.key + ": ";
    result += item.value + "\n";
  }
  for (const auto line : block.after) result += line;
  return result;
}

std::vector<Trailer> ReadTrailers(std::string_view message) {
  Block block = Parse(message);
  std::vector<Trailer> trailers;
  for (Trailer& item : block.items) {
    if (!item.key.empty()) trailers.push_back(std::move(item));
  }
  return trailers;
}

}  // namespace backgraft::git
