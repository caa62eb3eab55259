#include "git/line_merge.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "git/line_diff.h"

namespace backgraft::git {
namespace {

// What the result takes for a place that at least one side changed.
enum class Take { kConflict, kOurs, kTheirs, kBoth, kEqual };

// Where such a place is in each of the three texts.
struct Place {
  Take take;
  size_t base, base_count;
  size_t ours, ours_count;
  size_t theirs, theirs_count;
};

class LineMerger {
 public:
  LineMerger(std::string_view base, std::string_view ours,
             std::string_view theirs, const LineMergeOptions& options)
      : options_(options),
        base_(table_.Split(base)),
        ours_(table_.Split(ours)),
        theirs_(table_.Split(theirs)) {}

  LineMergeResult Merge(std::string_view ours, std::string_view theirs) {
    auto by_ours = Diff(base_, 0, base_.size(), ours_, 0, ours_.size());
    auto by_theirs = Diff(base_, 0, base_.size(), theirs_, 0, theirs_.size());
    if (by_ours.empty()) return {std::string(theirs), 0};
    if (by_theirs.empty()) return {std::string(ours), 0};
    Combine(by_ours, by_theirs);
    switch (options_.style) {
      case ConflictStyle::kMerge:
        Refine();
        JoinNeighbours();
        break;
      case ConflictStyle::kDiff3:
        break;
      case ConflictStyle::kZdiff3:
        TrimCommonEnds();
        break;
    }
    return Write();
  }

 private:
  std::vector<LineChange> Diff(const LineText& a, size_t a_first, size_t a_size,
                               const LineText& b, size_t b_first,
                               size_t b_size) {
    return DiffLines(table_, LineRange(a, a_first, a_size),
                     LineRange(b, b_first, b_size));
  }

  // Adds a place; one that touches the place before on either side joins it,
  // and differs in what to take only as a conflict.
  void Append(const Place& place) {
    if (!places_.empty()) {
      Place& last = places_.back();
      if (place.ours <= last.ours + last.ours_count ||
          place.theirs <= last.theirs + last.theirs_count) {
        if (place.take != last.take) last.take = Take::kConflict;
        last.base_count = place.base + place.base_count - last.base;
        last.ours_count = place.ours + place.ours_count - last.ours;
        last.theirs_count = place.theirs + place.theirs_count - last.theirs;
        return;
      }
    }
    places_.push_back(place);
  }

  bool SameChange(const LineChange& a, const LineChange& b) const {
    if (a.before != b.before || a.before_count != b.before_count ||
        a.after_count != b.after_count) {
      return false;
    }
    for (size_t i = 0; i < a.after_count; ++i) {
      if (ours_.ids[a.after + i] != theirs_.ids[b.after + i]) return false;
    }
    return true;
  }

  // A change of one side alone. `other_after - other_before` is how far the
  // other side's lines are off the base's here.
  void AppendOurs(const LineChange& c, size_t other_after,
                  size_t other_before) {
    Append({Take::kOurs, c.before, c.before_count, c.after, c.after_count,
            other_after - other_before + c.before, c.before_count});
  }
  void AppendTheirs(const LineChange& c, size_t other_after,
                    size_t other_before) {
    Append({Take::kTheirs, c.before, c.before_count,
            other_after - other_before + c.before, c.before_count, c.after,
            c.after_count});
  }

  void AppendOverlap(const LineChange& x, const LineChange& y) {
    size_t begin = std::min(x.before, y.before);
    size_t x_end = x.before + x.before_count;
    size_t y_end = y.before + y.before_count;
    size_t end = std::max(x_end, y_end);
    size_t ours = x.after - (x.before - begin);
    size_t theirs = y.after - (y.before - begin);
    Append({Take::kConflict, begin, end - begin, ours,
            x.after + x.after_count + (end - x_end) - ours, theirs,
            y.after + y.after_count + (end - y_end) - theirs});
  }

  // Walks both lists of changes along the base. Changes that touch count as
  // overlapping.
  void Combine(const std::vector<LineChange>& by_ours,
               const std::vector<LineChange>& by_theirs) {
    size_t i = 0;
    size_t j = 0;
    while (i < by_ours.size() && j < by_theirs.size()) {
      const LineChange& x = by_ours[i];
      const LineChange& y = by_theirs[j];
      size_t x_end = x.before + x.before_count;
      size_t y_end = y.before + y.before_count;
      if (x_end < y.before) {
        AppendOurs(x, y.after, y.before);
        ++i;
        continue;
      }
      if (y_end < x.before) {
        AppendTheirs(y, x.after, x.before);
        ++j;
        continue;
      }
      // What both changed alike is in `ours`, and so in the result already.
      if (!SameChange(x, y)) AppendOverlap(x, y);
      if (x_end >= y_end) ++j;
      if (y_end >= x_end) ++i;
    }
    for (; i < by_ours.size(); ++i) {
      AppendOurs(by_ours[i], theirs_.size(), base_.size());
    }
    for (; j < by_theirs.size(); ++j) {
      AppendTheirs(by_theirs[j], ours_.size(), base_.size());
    }
  }

  // Narrows each conflict to the lines in which the sides differ from each
  // other.
  void Refine() {
    std::vector<Place> refined;
    refined.reserve(places_.size());
    for (const Place& place : places_) {
      if (place.take != Take::kConflict || place.ours_count == 0 ||
          place.theirs_count == 0) {
        refined.push_back(place);
        continue;
      }
      auto changes = Diff(ours_, place.ours, place.ours_count, theirs_,
                          place.theirs, place.theirs_count);
      if (changes.empty()) {
        refined.push_back(place);
        refined.back().take = Take::kEqual;
        continue;
      }
      for (const LineChange& change : changes) {
        Place part = place;
        part.ours = place.ours + change.before;
        part.ours_count = change.before_count;
        part.theirs = place.theirs + change.after;
        part.theirs_count = change.after_count;
        refined.push_back(part);
      }
    }
    places_ = std::move(refined);
  }

  // Conflicts with three lines or fewer between them become one: that is
  // shorter than the markers.
  void JoinNeighbours() {
    std::vector<Place> joined;
    for (const Place& place : places_) {
      if (!joined.empty() && joined.back().take == Take::kConflict &&
          place.take == Take::kConflict) {
        Place& last = joined.back();
        size_t begin = last.ours + last.ours_count;
        if (place.ours <= begin + 3) {
          last.ours_count = place.ours + place.ours_count - last.ours;
          last.theirs_count = place.theirs + place.theirs_count - last.theirs;
          continue;
        }
      }
      joined.push_back(place);
    }
    places_ = std::move(joined);
  }

  void TrimCommonEnds() {
    for (Place& p : places_) {
      if (p.take != Take::kConflict) continue;
      while (p.ours_count > 0 && p.theirs_count > 0 &&
             ours_.ids[p.ours] == theirs_.ids[p.theirs]) {
        ++p.ours;
        ++p.theirs;
        --p.ours_count;
        --p.theirs_count;
      }
      while (p.ours_count > 0 && p.theirs_count > 0 &&
             ours_.ids[p.ours + p.ours_count - 1] ==
                 theirs_.ids[p.theirs + p.theirs_count - 1]) {
        --p.ours_count;
        --p.theirs_count;
      }
    }
  }

  // Whether the line (the one before, for a last line without end) ends in
  // CRLF; nothing where that cannot be told.
  static std::optional<bool> EndsInCrlf(const LineText& text, size_t i) {
    auto crlf = [](std::string_view line) {
      return line.size() > 1 && line[line.size() - 2] == '\r';
    };
    if (i + 1 < text.size()) return crlf(text.lines[i]);
    if (text.size() == 0) return std::nullopt;
    if (text.lines[i].back() == '\n') return crlf(text.lines[i]);
    if (i == 0) return std::nullopt;
    return crlf(text.lines[i - 1]);
  }

  // Whether markers at a place end in CRLF: as the lines before it do on both
  // sides, else as the base's first line.
  bool NeedsCr(const Place& place) const {
    auto before = [](size_t line) { return line > 0 ? line - 1 : 0; };
    std::optional<bool> crlf = EndsInCrlf(ours_, before(place.ours));
    if (crlf != false) crlf = EndsInCrlf(theirs_, before(place.theirs));
    if (crlf != false) crlf = EndsInCrlf(base_, 0);
    return crlf.value_or(false);
  }

  void Copy(const LineText& text, size_t first, size_t count) {
    if (count == 0) return;
    const char* begin = text.lines[first].data();
    std::string_view last = text.lines[first + count - 1];
    out_.text.append(begin,
                     static_cast<size_t>(last.data() - begin) + last.size());
  }

  // The same, with a newline at the end even where the text has none.
  void CopyWhole(const LineText& text, size_t first, size_t count, bool cr) {
    if (count == 0) return;
    Copy(text, first, count);
    if (out_.text.back() != '\n') out_.text += cr ? "\r\n" : "\n";
  }

  void Marker(char c, const std::string* label, bool cr) {
    out_.text.append(static_cast<size_t>(options_.marker_size), c);
    if (label != nullptr) {
      out_.text += ' ';
      out_.text += *label;
    }
    out_.text += cr ? "\r\n" : "\n";
  }

  void WriteConflict(const Place& p) {
    bool cr = NeedsCr(p);
    Marker('<', &options_.ours_label, cr);
    CopyWhole(ours_, p.ours, p.ours_count, cr);
    if (options_.style != ConflictStyle::kMerge) {
      Marker('|', &options_.base_label, cr);
      CopyWhole(base_, p.base, p.base_count, cr);
    }
    Marker('=', nullptr, cr);
    CopyWhole(theirs_, p.theirs, p.theirs_count, cr);
    Marker('>', &options_.theirs_label, cr);
    ++out_.conflicts;
  }

  LineMergeResult Write() {
    size_t done = 0;  // lines of `ours` that are written or replaced
    for (Place& place : places_) {
      if (place.take == Take::kEqual) continue;
      if (place.take == Take::kConflict) {
        switch (options_.favor) {
          case LineFavor::kNone:
            break;
          case LineFavor::kOurs:
            place.take = Take::kOurs;
            break;
          case LineFavor::kTheirs:
            place.take = Take::kTheirs;
            break;
          case LineFavor::kUnion:
            place.take = Take::kBoth;
            break;
        }
      }
      Copy(ours_, done, place.ours - done);
      switch (place.take) {
        case Take::kConflict:
          WriteConflict(place);
          break;
        case Take::kOurs:
          Copy(ours_, place.ours, place.ours_count);
          break;
        case Take::kTheirs:
          Copy(theirs_, place.theirs, place.theirs_count);
          break;
        case Take::kBoth:
          CopyWhole(ours_, place.ours, place.ours_count, NeedsCr(place));
          Copy(theirs_, place.theirs, place.theirs_count);
          break;
        case Take::kEqual:
          break;
      }
      done = place.ours + place.ours_count;
    }
    Copy(ours_, done, ours_.size() - done);
    return std::move(out_);
  }

  const LineMergeOptions& options_;
  LineTable table_;
  LineText base_;
  LineText ours_;
  LineText theirs_;
  std::vector<Place> places_;
  LineMergeResult out_;
};

}  // namespace

LineMergeResult MergeLines(std::string_view base, std::string_view ours,
                           std::string_view theirs,
                           const LineMergeOptions& options) {
  return LineMerger(base, ours, theirs, options).Merge(ours, theirs);
}

}  // namespace backgraft::git
