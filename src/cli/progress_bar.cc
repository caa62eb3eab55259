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

constexpr auto kSilence = milliseconds(500);
constexpr auto kRedraw = milliseconds(100);
constexpr auto kPlainLine = milliseconds(2000);

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
  Finish();
  stage_ = stage;
  unit_ = unit;
  total_ = total;
  began_ = drawn_ = Clock::now();
}

void ProgressBar::Update(uint64_t done) {
  Clock::time_point now = Clock::now();
  if (stage_.empty() || now - began_ < kSilence) return;
  if (shown_ && now - drawn_ < (terminal_ ? kRedraw : kPlainLine)) return;
  Draw(done, now);
}

void ProgressBar::Finish() {
  if (shown_ && terminal_) {
    std::fputs("\r\033[K", stderr);
    std::fflush(stderr);
  }
  shown_ = false;
  stage_.clear();
  detail_.clear();
}

void ProgressBar::Draw(uint64_t done, Clock::time_point now) {
  std::string line = Line(done, now);
  if (terminal_) {
    // The last column stays free: some terminals wrap when it is filled.
    const size_t columns = ColumnsOf(STDERR_FILENO).value_or(80);
    line = CutToWidth(line, columns - 1);
    std::fputs(("\r" + line + "\033[K").c_str(), stderr);
  } else {
    std::fputs((line + "\n").c_str(), stderr);
  }
  std::fflush(stderr);
  shown_ = true;
  drawn_ = now;
}

std::string ProgressBar::Line(uint64_t done, Clock::time_point now) const {
  std::string line = stage_ + ": ";
  if (total_ && *total_ > 0) {
    uint64_t percent = std::min<uint64_t>(100, done * 100 / *total_);
    line += fmt::format("{:3}% (", percent) + Amount(unit_, done) + " of " +
            Amount(unit_, *total_) + ")";
  } else {
    line += Amount(unit_, done);
  }
  double seconds = std::chrono::duration<double>(now - began_).count();
  if (unit_ == restore::Unit::kBytes && seconds > 0) {
    auto rate = static_cast<uint64_t>(static_cast<double>(done) / seconds);
    line += ", " + HumanBytes(rate) + "/s";
  }
  if (!detail_.empty()) line += ", " + detail_;
  return line;
}

}  // namespace backgraft::cli
