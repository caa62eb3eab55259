// How much room text takes, and how it is broken and cut where there is less.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace backgraft::cli {

// Columns that `text` (UTF-8) takes on a terminal: wide characters take two,
// what combines and colours (see Terminal::Id()) none.
size_t TextWidth(std::string_view text);

// The longest beginning of `text`, which has no colours, that takes no more
// than `width` columns; never half a character.
std::string CutToWidth(const std::string& text, size_t width);

// `text` broken at blanks into lines of at most `width` columns; all but the
// first begin with `indent` blanks. `column` is where the first one starts. A
// word that is longer than a line stands on a line of its own.
std::string Wrap(const std::string& text, size_t column, size_t indent,
                 size_t width = 79);

// Of the terminal that the descriptor is; nothing where it is none.
std::optional<size_t> ColumnsOf(int descriptor);

}  // namespace backgraft::cli
