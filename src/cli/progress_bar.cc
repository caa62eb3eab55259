#include "cli/progress_bar.h"

#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>

#include "cli/terminal.h"
#include "cli/text_layout.h"

namespace backgraft::cli {
namespace {

using std::chrono::milliseconds;

constexpr auto kRedraw = milliseconds(100);
constexpr auto kPlainLine = milliseconds(2000);
// How long a stage runs before it can be said how long it will.
constexpr double kSecondsToTell = 2;

// "12", of what Amount() names.
std::string Number(restore::Unit unit, uint64_t amount) {
  return unit == restore::Unit::kBytes ? HumanBytes(amount)
                                       : WithCommas(amount);
}

std::string Amount(restore::Unit unit, uint64_t amount) {
  switch (unit) {
    case restore::Unit::kBytes:
      return HumanBytes(amount);
    case restore::Unit::kFiles:
      return Plural(amount, "file");
    case restore::Unit::kObjects:
      return Plural(amount, "object");
    case restore::Unit::kCommits:
      return Plural(amount, "commit");
  }
  return {};
}

}  // namespace

void ProgressBar::Begin(const std::string& stage, restore::Unit unit,
                        std::optional<uint64_t> total) {
  stage_ = stage;
  detail_.clear();
  unit_ = unit;
  total_ = total;
  began_ = Clock::now();
  // What stands there is of another stage. The first moments of this one may
  // be long, too.
  if (terminal_ && (shown_ || IsDue(began_))) Draw(0, began_);
}

void ProgressBar::Update(uint64_t done) {
  const Clock::time_point now = Clock::now();
  if (!stage_.empty() && IsDue(now)) Draw(done, now);
}

void ProgressBar::Finish() {
  if (shown_) {
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
  }
  shown_ = false;
  stage_.clear();
  detail_.clear();
}

bool ProgressBar::IsDue(Clock::time_point now) const {
  if (now - born_ < silence_) return false;
  if (!drawn_) return true;
  if (terminal_) return now - *drawn_ >= kRedraw;
  return now - *drawn_ >=
         std::max<Clock::duration>(kPlainLine, (now - born_) / 4);
}

void ProgressBar::Draw(uint64_t done, Clock::time_point now) {
  std::string line = Line(done, now);
  if (terminal_) {
    // The last column stays free: some terminals wrap when it is filled.
    const size_t columns = ColumnsOf(STDERR_FILENO).value_or(80);
    line = CutToWidth(line, columns - 1);
    std::fputs(("\r" + line + "\033[K").c_str(), stderr);
    shown_ = true;
  } else {
    std::fputs((line + "\n").c_str(), stderr);
  }
  std::fflush(stderr);
  drawn_ = now;
}

std::string ProgressBar::Line(uint64_t done, Clock::time_point now) const {
  std::string line = stage_;
  const double seconds = std::chrono::duration<double>(now - began_).count();
  const bool known = total_ && *total_ > 0;
  if (known) {
    uint64_t percent = std::min<uint64_t>(100, done * 100 / *total_);
    line += fmt::format(": {:3}% (", percent) + Number(unit_, done) + " of " +
            Amount(unit_, *total_) + ")";
  } else if (done > 0) {
    line += ": " + Amount(unit_, done);
  }
  if (unit_ == restore::Unit::kBytes && done > 0 && seconds > 0) {
    auto rate = static_cast<uint64_t>(static_cast<double>(done) / seconds);
    line += ", " + HumanBytes(rate) + "/s";
  }
  if (known && done > 0 && done < *total_ && seconds >= kSecondsToTell) {
    const double left = seconds * static_cast<double>(*total_ - done) /
                        static_cast<double>(done);
    line += ", " + HumanSeconds(static_cast<uint64_t>(left) + 1) + " left";
  }
  if (!detail_.empty()) line += ", " + detail_;
  return line;
}

}  // namespace backgraft::cli
