// Rows with a label each, put together before they are said: on a terminal they
// are wrapped, and lists are cut so that all of it fits one screen.
#pragma once

#include <string>
#include <vector>

#include "cli/terminal.h"

namespace backgraft::commands {

class ScreenOfRows {
 public:
  // `terminal` must outlive this.
  explicit ScreenOfRows(const cli::Terminal& terminal) : terminal_(terminal) {}

  void Row(const std::string& label, const std::string& text);

  // The label, how many, and the first few of them; with -v all. Nothing where
  // there are none.
  void List(const std::string& label, std::vector<std::string> items,
            const std::string& advice);

  // `last` is the line that will follow, or "".
  void Say(const std::string& last) const;

 private:
  struct Block {
    std::string label, text;
    std::vector<std::string> items;
  };

  size_t Height(size_t shown) const;
  std::string RowText(const std::string& label, const std::string& text) const;
  size_t LinesOf(const std::string& text) const;

  const cli::Terminal& terminal_;
  std::vector<Block> blocks_;
};

}  // namespace backgraft::commands
