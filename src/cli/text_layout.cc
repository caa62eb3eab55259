#include "cli/text_layout.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <unistr.h>
#include <uniwidth.h>

#include <algorithm>
#include <cstdint>

namespace backgraft::cli {
namespace {

// The first character of `text`: its bytes and columns.
struct Character {
  size_t bytes;
  size_t columns;
};

Character First(std::string_view text) {
  ucs4_t character = 0;
  const int bytes = u8_mbtoucr(
      &character, reinterpret_cast<const uint8_t*>(text.data()), text.size());
  // No UTF-8: terminals show one replacement character a byte.
  if (bytes <= 0) return {1, 1};
  return {static_cast<size_t>(bytes),
          static_cast<size_t>(std::max(0, uc_width(character, "UTF-8")))};
}

}  // namespace

size_t TextWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    if (text.starts_with("\033[")) {
      const size_t end = std::min(text.find('m'), text.size() - 1);
      text.remove_prefix(end + 1);
      continue;
    }
    const Character first = First(text);
    width += first.columns;
    text.remove_prefix(first.bytes);
  }
  return width;
}

std::string CutToWidth(const std::string& text, size_t width) {
  size_t bytes = 0;
  while (bytes < text.size()) {
    const Character next = First(std::string_view(text).substr(bytes));
    if (next.columns > width) break;
    width -= next.columns;
    bytes += next.bytes;
  }
  return text.substr(0, bytes);
}

std::string Wrap(const std::string& text, size_t column, size_t indent,
                 size_t width) {
  std::string out;
  bool fresh = true;  // nothing stands on this line yet
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find(' ', begin), text.size());
    const std::string word = text.substr(begin, end - begin);
    const size_t columns = TextWidth(word);
    if (!fresh && column + 1 + columns > width) {
      out += "\n" + std::string(indent, ' ');
      column = indent;
      fresh = true;
    }
    if (!fresh) {
      out += ' ';
      ++column;
    }
    out += word;
    column += columns;
    fresh = false;
    begin = end + 1;
  }
  return out;
}

std::optional<size_t> ColumnsOf(int descriptor) {
  winsize size;
  if (isatty(descriptor) != 1) return std::nullopt;
  if (ioctl(descriptor, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return size.ws_col;
}

}  // namespace backgraft::cli
