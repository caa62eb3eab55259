// The progress line on standard error.
#pragma once

#include <chrono>

#include "restore/progress.h"

namespace backgraft::cli {

// One line that is rewritten in place on a terminal, at most ten times a
// second, and gone when done; elsewhere a plain line every two seconds. Nothing
// is shown for the first half second of a stage.
class ProgressBar : public restore::Progress {
 public:
  explicit ProgressBar(bool terminal) : terminal_(terminal) {}

  void Begin(const std::string& stage, restore::Unit unit,
             std::optional<uint64_t> total) override;
  void Update(uint64_t done) override;
  void Detail(const std::string& text) override { detail_ = text; }
  void Finish() override;

 private:
  using Clock = std::chrono::steady_clock;
  void Draw(uint64_t done, Clock::time_point now);
  std::string Line(uint64_t done, Clock::time_point now) const;

  const bool terminal_;
  std::string stage_, detail_;
  restore::Unit unit_ = restore::Unit::kFiles;
  std::optional<uint64_t> total_;
  Clock::time_point began_, drawn_;
  bool shown_ = false;
};

}  // namespace backgraft::cli
