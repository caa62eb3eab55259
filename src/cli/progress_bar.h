// The progress line on standard error.
#pragma once

#include <chrono>
#include <string>

#include "restore/progress.h"

namespace backgraft::cli {

// One line that is rewritten in place on a terminal, at most ten times a
// second, and gone when done; elsewhere plain lines, two seconds apart and
// further the longer it takes. Nothing is shown before `silence` is over.
class ProgressBar : public restore::Progress {
 public:
  static constexpr std::chrono::milliseconds kSilence{500};

  explicit ProgressBar(bool terminal,
                       std::chrono::milliseconds silence = kSilence)
      : terminal_(terminal), silence_(silence) {}

  void Begin(const std::string& stage, restore::Unit unit,
             std::optional<uint64_t> total) override;
  void Update(uint64_t done) override;
  void Detail(const std::string& text) override { detail_ = text; }
  void Finish() override;

 private:
  using Clock = std::chrono::steady_clock;
  bool IsDue(Clock::time_point now) const;
  void Draw(uint64_t done, Clock::time_point now);
  std::string Line(uint64_t done, Clock::time_point now) const;

  const bool terminal_;
  const std::chrono::milliseconds silence_;
  std::string stage_, detail_;
  restore::Unit unit_ = restore::Unit::kFiles;
  std::optional<uint64_t> total_;
  const Clock::time_point born_ = Clock::now();
  Clock::time_point began_;                 // the stage
  std::optional<Clock::time_point> drawn_;  // last
  bool shown_ = false;                      // a line stands on the terminal
};

}  // namespace backgraft::cli
