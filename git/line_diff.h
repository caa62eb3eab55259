// Differences between texts, line by line, as git's histogram diff finds them
// (xdiff/xhistogram.c): the one that git's merges are built on.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace backgraft::git {

// A text as its lines, each with the newline it ends in (the last one may have
// none). Views into the text, which must outlive it.
struct LineText {
  std::vector<std::string_view> lines;
  std::vector<uint32_t> ids;  // the same number for equal lines

  size_t size() const { return lines.size(); }
};

// Numbers lines, the same over all texts it splits. The texts must outlive it.
class LineTable {
 public:
  LineTable();
  ~LineTable();

  LineText Split(std::string_view text);

  // Numbers given out so far.
  uint32_t size() const { return size_; }

 private:
  struct Slot;
  uint32_t Number(std::string_view line);
  void Grow();

  std::vector<Slot> slots_;
  uint32_t size_ = 0;
};

// `before_count` lines from `before` on become `after_count` lines from `after`
// on. Line numbers start at 0.
struct LineChange {
  size_t before;
  size_t before_count;
  size_t after;
  size_t after_count;
};

// A range of the lines of one text.
struct LineRange {
  std::span<const std::string_view> lines;
  std::span<const uint32_t> ids;

  LineRange(const LineText& text, size_t first, size_t count)
      : lines(text.lines.data() + first, count),
        ids(text.ids.data() + first, count) {}
  size_t size() const { return ids.size(); }
};

// The changes from `before` to `after`, in order and with unchanged lines
// between them. Both must have been split by `table`.
std::vector<LineChange> DiffLines(const LineTable& table,
                                  const LineRange& before,
                                  const LineRange& after);

}  // namespace backgraft::git
