#include "git/line_diff.h"

#include <cstring>

#include "base/error.h"
#include "git/line_histogram.h"

namespace backgraft::git {

struct LineTable::Slot {
  const char* data = nullptr;  // nothing: free
  size_t size = 0;
  uint64_t hash = 0;
  uint32_t id = 0;
};

LineTable::LineTable() = default;
LineTable::~LineTable() = default;

namespace {

// Eight bytes at a time: files are split far more often than lines are hard to
// tell apart.
uint64_t HashLine(std::string_view line) {
  uint64_t hash = 0x9e3779b97f4a7c15u ^ line.size();
  const char* at = line.data();
  size_t left = line.size();
  auto mix = [&hash](uint64_t word) {
    hash = (hash ^ word) * 0xff51afd7ed558ccdu;
    hash ^= hash >> 32;
  };
  for (; left >= 8; left -= 8, at += 8) {
    uint64_t word;
    std::memcpy(&word, at, 8);
    mix(word);
  }
  if (left > 0) {
    uint64_t word = 0;
    std::memcpy(&word, at, left);
    mix(word);
  }
  return hash ^ (hash >> 29);
}

}  // namespace

LineText LineTable::Split(std::string_view text) {
  LineText out;
  out.lines.reserve(text.size() / 32 + 1);
  while (!text.empty()) {
    const void* newline = std::memchr(text.data(), '\n', text.size());
    size_t size = newline != nullptr
                      ? static_cast<size_t>(static_cast<const char*>(newline) -
                                            text.data()) +
                            1
                      : text.size();
    out.lines.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
  out.ids.reserve(out.lines.size());
  for (std::string_view line : out.lines) out.ids.push_back(Number(line));
  return out;
}

uint32_t LineTable::Number(std::string_view line) {
  if (size_ * 2 >= slots_.size()) Grow();
  uint64_t hash = HashLine(line);
  size_t mask = slots_.size() - 1;
  for (size_t i = hash & mask;; i = (i + 1) & mask) {
    Slot& slot = slots_[i];
    if (slot.data == nullptr) {
      slot = {line.data(), line.size(), hash, size_};
      return size_++;
    }
    if (slot.hash == hash && std::string_view(slot.data, slot.size) == line) {
      return slot.id;
    }
  }
}

void LineTable::Grow() {
  std::vector<Slot> old(slots_.empty() ? 1024 : slots_.size() * 4);
  old.swap(slots_);
  size_t mask = slots_.size() - 1;
  for (const Slot& slot : old) {
    if (slot.data == nullptr) continue;
    size_t i = slot.hash & mask;
    while (slots_[i].data != nullptr) i = (i + 1) & mask;
    slots_[i] = slot;
  }
}

namespace {

// One side's lines with their flags, and the walk over its groups: a group is
// what lies between two neighbouring unchanged lines, often nothing.
class Side {
 public:
  Side(std::span<const uint32_t> ids, std::vector<char>* changed)
      : ids_(ids), changed_(*changed) {}

  void First() {
    begin_ = end_ = 0;
    ExtendDown();
  }
  // False at the last group.
  bool Next() {
    if (end_ == ids_.size()) return false;
    begin_ = end_ = end_ + 1;
    ExtendDown();
    return true;
  }
  // False at the first group.
  bool Previous() {
    if (begin_ == 0) return false;
    begin_ = end_ = begin_ - 1;
    ExtendUp();
    return true;
  }

  // Moves the group by one line, where the line that leaves it equals the one
  // that comes in; groups that it runs into become part of it.
  bool SlideDown() {
    if (end_ == ids_.size() || ids_[begin_] != ids_[end_]) return false;
    changed_[begin_++] = 0;
    changed_[end_++] = 1;
    ExtendDown();
    return true;
  }
  bool SlideUp() {
    if (begin_ == 0 || ids_[begin_ - 1] != ids_[end_ - 1]) return false;
    changed_[--begin_] = 1;
    changed_[--end_] = 0;
    ExtendUp();
    return true;
  }

  size_t end() const { return end_; }
  size_t size() const { return end_ - begin_; }
  bool empty() const { return begin_ == end_; }

 private:
  void ExtendDown() {
    while (end_ < ids_.size() && changed_[end_] != 0) ++end_;
  }
  void ExtendUp() {
    while (begin_ > 0 && changed_[begin_ - 1] != 0) --begin_;
  }

  std::span<const uint32_t> ids_;
  std::vector<char>& changed_;
  size_t begin_ = 0;
  size_t end_ = 0;
};

void MustMove(bool moved) { Require(moved, "groups of lines out of step"); }

// Slides each group of one side to where git puts it: as far down as it goes,
// or beside the last group of the other side that it can stand beside
// (xdl_change_compact without the indent heuristic, which merges do not use).
void SlideGroups(Side* side, Side* other) {
  side->First();
  other->First();
  for (;;) {
    if (!side->empty()) {
      bool has_partner;
      size_t highest_end;
      size_t size;
      do {
        size = side->size();
        while (side->SlideUp()) MustMove(other->Previous());
        highest_end = side->end();
        has_partner = !other->empty();
        while (side->SlideDown()) {
          MustMove(other->Next());
          if (!other->empty()) has_partner = true;
        }
      } while (size != side->size());
      if (side->end() != highest_end && has_partner) {
        while (other->empty()) {
          MustMove(side->SlideUp());
          MustMove(other->Previous());
        }
      }
    }
    if (!side->Next()) break;
    MustMove(other->Next());
  }
}

}  // namespace

std::vector<LineChange> DiffLines(const LineTable& table,
                                  const LineRange& before,
                                  const LineRange& after) {
  std::vector<char> before_changed(before.size(), 0);
  std::vector<char> after_changed(after.size(), 0);
  MarkByHistogram(table.size(), before, after, &before_changed, &after_changed);
  Side before_side(before.ids, &before_changed);
  Side after_side(after.ids, &after_changed);
  SlideGroups(&before_side, &after_side);
  SlideGroups(&after_side, &before_side);

  std::vector<LineChange> changes;
  size_t i = 0;
  size_t j = 0;
  while (i < before.size() || j < after.size()) {
    LineChange change{i, 0, j, 0};
    while (i < before.size() && before_changed[i] != 0) ++i;
    while (j < after.size() && after_changed[j] != 0) ++j;
    change.before_count = i - change.before;
    change.after_count = j - change.after;
    if (change.before_count != 0 || change.after_count != 0) {
      changes.push_back(change);
    } else {
      ++i;
      ++j;
    }
  }
  return changes;
}

}  // namespace backgraft::git
