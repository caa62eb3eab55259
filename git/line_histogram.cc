#include "git/line_histogram.h"

#include <algorithm>
#include <limits>

#include "git/libgit2.h"

namespace backgraft::git {
namespace {

// Lines that occur more often than this say nothing about what belongs
// together.
constexpr uint32_t kTooCommon = 64;
constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

// Half-open ranges of both sides that have still to be compared.
struct Region {
  uint32_t before;
  uint32_t before_end;
  uint32_t after;
  uint32_t after_end;
};

// Lines that are equal on both sides, `length` of them.
struct Run {
  uint32_t before = 0;
  uint32_t after = 0;
  uint32_t length = 0;
};

class Histogram {
 public:
  Histogram(uint32_t id_count, const LineRange& before, const LineRange& after,
            std::vector<char>* before_changed, std::vector<char>* after_changed)
      : before_(before),
        after_(after),
        before_changed_(*before_changed),
        after_changed_(*after_changed),
        occurrences_(id_count),
        next_(before.size(), kNone) {}

  void Mark() {
    // Regions do not depend on each other: a list instead of recursion, whose
    // depth a hostile file would choose.
    std::vector<Region> todo;
    todo.push_back({0, static_cast<uint32_t>(before_.size()), 0,
                    static_cast<uint32_t>(after_.size())});
    while (!todo.empty()) {
      Region region = todo.back();
      todo.pop_back();
      if (region.before == region.before_end ||
          region.after == region.after_end) {
        MarkAll(region);
        continue;
      }
      Run run;
      if (!FindRun(region, &run)) {
        MarkClassically(region);
      } else if (run.length == 0) {
        MarkAll(region);
      } else {
        todo.push_back({region.before, run.before, region.after, run.after});
        todo.push_back({run.before + run.length, region.before_end,
                        run.after + run.length, region.after_end});
      }
    }
  }

 private:
  // Where a line stands within the region's part of `before`.
  struct Occurrences {
    uint32_t round = 0;  // of which FindRun() this is
    uint32_t count = 0;
    uint32_t first = 0;
  };

  void MarkAll(const Region& region) {
    std::fill(before_changed_.begin() + region.before,
              before_changed_.begin() + region.before_end, char{1});
    std::fill(after_changed_.begin() + region.after,
              after_changed_.begin() + region.after_end, char{1});
  }

  uint32_t CountAt(uint32_t line) const {
    return occurrences_[before_.ids[line]].count;
  }

  // The run around the rarest common line, the longest among equally rare
  // ones as git picks it. False where the sides have lines in common but all
  // of them are too common.
  bool FindRun(const Region& region, Run* best) {
    ++round_;
    for (uint32_t line = region.before_end; line-- > region.before;) {
      Occurrences& here = occurrences_[before_.ids[line]];
      if (here.round != round_) {
        here = {round_, 0, kNone};
      }
      next_[line] = here.first;
      here.first = line;
      ++here.count;
    }
    uint32_t rarest = kTooCommon + 1;
    bool common = false;
    for (uint32_t line = region.after; line < region.after_end;) {
      line = TryRuns(region, line, &rarest, &common, best);
    }
    return !common || rarest <= kTooCommon;
  }

  // Tries all runs through one line of `after`; returns the next line to try.
  uint32_t TryRuns(const Region& region, uint32_t line, uint32_t* rarest,
                   bool* common, Run* best) {
    uint32_t next_line = line + 1;
    const Occurrences& here = occurrences_[after_.ids[line]];
    if (here.round != round_) return next_line;
    *common = true;
    if (here.count > *rarest) return next_line;
    for (uint32_t at = here.first; at != kNone;) {
      uint32_t count = here.count;
      uint32_t begin = at;
      uint32_t after = line;
      while (begin > region.before && after > region.after &&
             before_.ids[begin - 1] == after_.ids[after - 1]) {
        --begin;
        --after;
        if (count > 1) count = std::min(count, CountAt(begin));
      }
      uint32_t end = at + 1;
      uint32_t after_end = line + 1;
      while (end < region.before_end && after_end < region.after_end &&
             before_.ids[end] == after_.ids[after_end]) {
        if (count > 1) count = std::min(count, CountAt(end));
        ++end;
        ++after_end;
      }
      next_line = std::max(next_line, after_end);
      // A first run of a single line that is as rare as nothing found yet
      // does not count as longer.
      uint32_t longest = std::max(best->length, 1u);
      if (end - begin > longest || count < *rarest) {
        *best = {begin, after, end - begin};
        *rarest = count;
      }
      at = next_[at];
      while (at != kNone && at < end) at = next_[at];
    }
    return next_line;
  }

  // git falls back to its classic diff for such a region; libgit2 has the same
  // one.
  void MarkClassically(const Region& region) {
    auto bytes = [](std::span<const std::string_view> lines) {
      const char* begin = lines.front().data();
      return std::string_view(begin,
                              static_cast<size_t>(lines.back().data() - begin) +
                                  lines.back().size());
    };
    std::string_view before = bytes(before_.lines.subspan(
        region.before, region.before_end - region.before));
    std::string_view after = bytes(
        after_.lines.subspan(region.after, region.after_end - region.after));
    StartLibgit2();
    git_diff_options options;
    Check(git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION),
          "comparing lines");
    options.context_lines = 0;
    options.flags = GIT_DIFF_FORCE_TEXT;
    struct Payload {
      Histogram* self;
      const Region* region;
    } payload{this, &region};
    auto hunk = [](const git_diff_delta*, const git_diff_hunk* h,
                   void* opaque) noexcept -> int {
      auto* to = static_cast<Payload*>(opaque);
      auto mark = [](std::vector<char>* flags, uint32_t offset, int start,
                     int lines) {
        if (lines == 0) return;
        auto first = flags->begin() + offset + (start - 1);
        std::fill(first, first + lines, char{1});
      };
      mark(&to->self->before_changed_, to->region->before, h->old_start,
           h->old_lines);
      mark(&to->self->after_changed_, to->region->after, h->new_start,
           h->new_lines);
      return 0;
    };
    Check(git_diff_buffers(before.data(), before.size(), nullptr, after.data(),
                           after.size(), nullptr, &options, nullptr, nullptr,
                           hunk, nullptr, &payload),
          "comparing lines");
  }

  const LineRange& before_;
  const LineRange& after_;
  std::vector<char>& before_changed_;
  std::vector<char>& after_changed_;
  std::vector<Occurrences> occurrences_;  // by line id
  std::vector<uint32_t> next_;            // line -> its next occurrence
  uint32_t round_ = 0;
};

}  // namespace

void MarkByHistogram(uint32_t id_count, const LineRange& before,
                     const LineRange& after, std::vector<char>* before_changed,
                     std::vector<char>* after_changed) {
  Histogram(id_count, before, after, before_changed, after_changed).Mark();
}

}  // namespace backgraft::git
