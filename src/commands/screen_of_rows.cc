#include "commands/screen_of_rows.h"

#include <algorithm>
#include <sstream>
#include <utility>

#include "cli/text_layout.h"

namespace backgraft::commands {
namespace {

// Items of a list without -v, if there is room.
constexpr size_t kShown = 3;
// What a screen of 24 lines shows above the next prompt.
constexpr size_t kScreen = 23;
// Columns of the labels.
constexpr size_t kLabel = 14;

}  // namespace

void ScreenOfRows::Row(const std::string& label, const std::string& text) {
  blocks_.push_back({label, text, {}});
}

void ScreenOfRows::List(const std::string& label,
                        std::vector<std::string> items,
                        const std::string& advice) {
  if (items.empty()) return;
  blocks_.push_back(
      {label, cli::WithCommas(items.size()) + ": " + advice, std::move(items)});
}

void ScreenOfRows::Say(const std::string& last) const {
  const size_t others = last.empty() ? 0 : LinesOf(last);
  size_t shown = kShown;
  while (shown > 0 && Height(shown) + others > kScreen) --shown;
  for (const Block& block : blocks_) {
    const size_t count = block.items.size();
    const size_t rows = terminal_.verbose() ? count : std::min(count, shown);
    const bool cut = rows < count;
    terminal_.Say(
        RowText(block.label,
                block.text + (cut && rows == 0 ? " (-v lists them)" : "")));
    for (size_t i = 0; i < rows; ++i) {
      terminal_.Say(RowText("", block.items[i]));
    }
    if (cut && rows > 0) {
      terminal_.Say(RowText("", "… and " + cli::WithCommas(count - rows) +
                                    " more (-v lists them)"));
    }
  }
}

size_t ScreenOfRows::Height(size_t shown) const {
  size_t height = 0;
  for (const Block& block : blocks_) {
    const size_t rows = std::min(block.items.size(), shown);
    height += LinesOf(RowText(block.label, block.text));
    for (size_t i = 0; i < rows; ++i) {
      height += LinesOf(RowText("", block.items[i]));
    }
    if (rows > 0 && rows < block.items.size()) ++height;
  }
  return height;
}

std::string ScreenOfRows::RowText(const std::string& label,
                                  const std::string& text) const {
  std::string padded = label;
  padded.resize(kLabel, ' ');
  if (!terminal_.columns()) return padded + text;
  return padded + cli::Wrap(text, kLabel, kLabel, *terminal_.columns());
}

// Of the screen, which breaks what is still too long.
size_t ScreenOfRows::LinesOf(const std::string& text) const {
  if (!terminal_.columns()) return 1;
  size_t lines = 0;
  std::istringstream rows(text);
  for (std::string row; std::getline(rows, row);) {
    const size_t width = std::max<size_t>(1, cli::TextWidth(row));
    lines += (width + *terminal_.columns() - 1) / *terminal_.columns();
  }
  return lines;
}

}  // namespace backgraft::commands
