#include "cli/terminal.h"

#include <spdlog/fmt/fmt.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>

#include "cli/progress_bar.h"
#include "cli/text_layout.h"

namespace backgraft::cli {
namespace {

// Of logs, where what is short leaves no line.
constexpr std::chrono::milliseconds kLogSilence{2000};

// Output that cannot be written is no reason to stop half way: what matters of
// standard output is checked at the end, and standard error has nobody to tell.
void Put(FILE* stream, const std::string& text) {
  std::fputs(text.c_str(), stream);
}

// A progress whose warnings go somewhere.
class WarningProgress : public restore::Progress {
 public:
  WarningProgress(std::unique_ptr<restore::Progress> progress,
                  std::function<void(const std::string&)> warn)
      : progress_(std::move(progress)), warn_(std::move(warn)) {}

  void Begin(const std::string& stage, restore::Unit unit,
             std::optional<uint64_t> total) override {
    progress_->Begin(stage, unit, total);
  }
  void Update(uint64_t done) override { progress_->Update(done); }
  void Detail(const std::string& text) override { progress_->Detail(text); }
  void Finish() override { progress_->Finish(); }
  void Warn(const std::string& text) override { warn_(text); }

 private:
  const std::unique_ptr<restore::Progress> progress_;
  const std::function<void(const std::string&)> warn_;
};

}  // namespace

Terminal::Terminal(const TerminalOptions& options)
    : options_(options),
      color_(DecideColor(options.color)),
      columns_(ColumnsOf(STDOUT_FILENO)) {
  std::unique_ptr<restore::Progress> bar;
  if (!options.quiet && options.progress != When::kNever) {
    const bool terminal = isatty(STDERR_FILENO) == 1;
    const bool asked = terminal || options.progress == When::kAlways;
    bar = std::make_unique<ProgressBar>(
        terminal, asked ? ProgressBar::kSilence : kLogSilence);
  } else {
    bar = std::make_unique<restore::NoProgress>();
  }
  progress_ = std::make_unique<WarningProgress>(
      std::move(bar), [this](const std::string& text) {
        Warn(text);
        warned_.push_back(text);
      });
}

Terminal::~Terminal() { progress_->Finish(); }

void Terminal::Say(const std::string& line) const {
  if (options_.json || options_.quiet) return;
  progress_->Finish();
  Put(stdout, line + "\n");
}

void Terminal::Warn(const std::string& text) const {
  if (options_.quiet) return;
  progress_->Finish();
  Put(stderr, "warning: " + text + "\n");
}

void Terminal::Fail(const std::string& message,
                    const std::vector<std::string>& hints) const {
  progress_->Finish();
  std::string text = "error: " + message + "\n";
  for (const std::string& hint : hints) text += "hint: " + hint + "\n";
  Put(stderr, text);
}

std::string Terminal::Good(const std::string& text) const {
  return Paint("32", text);
}

std::string Terminal::Id(const std::string& text) const {
  return Paint("33", text);
}

bool Terminal::DecideColor(When when) {
  // https://no-color.org: present and not empty turns colour off, but what an
  // option or git's configuration says outright wins.
  const char* no_color = getenv("NO_COLOR");
  if (when == When::kAuto && no_color != nullptr && *no_color != '\0') {
    return false;
  }
  const char* term = getenv("TERM");
  if (when == When::kAuto && (term == nullptr || std::string(term) == "dumb")) {
    return false;
  }
  if (when != When::kAuto) return when == When::kAlways;
  return isatty(STDOUT_FILENO) == 1;
}

std::string Terminal::Paint(const char* code, const std::string& text) const {
  return color_ ? fmt::format("\033[{}m{}\033[m", code, text) : text;
}

std::string WithCommas(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t i = digits.size(); i > 3;) {
    i -= 3;
    digits.insert(i, ",");
  }
  return digits;
}

std::string Plural(uint64_t count, const std::string& noun) {
  std::string out = WithCommas(count) + " ";
  if (count == 1) return out + noun;
  if (noun.ends_with("y")) return out + noun.substr(0, noun.size() - 1) + "ies";
  return out + noun + "s";
}

std::string HumanBytes(uint64_t bytes) {
  static constexpr const char* kUnits[] = {"KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return Plural(bytes, "byte");
  double value = static_cast<double>(bytes) / 1024;
  size_t unit = 0;
  while (value >= 1024 && unit < 3) {
    value /= 1024;
    ++unit;
  }
  return fmt::format("{:.1f} {}", value, kUnits[unit]);
}

std::string HumanSeconds(uint64_t seconds) {
  if (seconds < 60) return fmt::format("{} s", seconds);
  const uint64_t minutes = seconds / 60;
  if (minutes < 60) return fmt::format("{} min", minutes);
  return fmt::format("{} h {} min", minutes / 60, minutes % 60);
}

}  // namespace backgraft::cli
