// What commits and tags have in common for git fsck: header text and
// identities.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "git/fsck_messages.h"

namespace backgraft::git {

// Reads an object's text the way git's checks do, as a C string: everything
// behind the end is NUL, and a NUL inside ends what is read in one go.
class TextCursor {
 public:
  explicit TextCursor(std::string_view text) : text_(text) {}

  char Peek(size_t ahead = 0) const {
    return pos_ + ahead < text_.size() ? text_[pos_ + ahead] : '\0';
  }
  void Advance(size_t count) { pos_ += count; }
  // Steps over `prefix` if that is what comes next.
  bool Skip(std::string_view prefix);
  // 40 hexadecimal digits and a newline: the id, and the cursor behind them.
  // Otherwise nothing, and the cursor at the start of the next line.
  std::optional<Oid> TakeOidLine();
  // The rest of the line, and the cursor behind it; nothing where no newline
  // comes before the next NUL.
  std::optional<std::string_view> TakeLine();
  // How many bytes come before the first of `stops` or a NUL.
  size_t Span(std::string_view stops) const;

  size_t position() const { return pos_; }
  void set_position(size_t position) { pos_ = position; }

 private:
  std::string_view text_;
  size_t pos_ = 0;
};

// Whether header lines end properly. True when something was reported as an
// error.
bool CheckHeaders(std::string_view bytes, FsckReporter* reporter);

// Checks the "Name <mail> seconds zone" at the cursor, which is moved to the
// next line whatever is wrong. True when something was reported as an error.
bool CheckIdent(TextCursor* cursor, FsckReporter* reporter);

}  // namespace backgraft::git
