// How we talk: results to standard output, everything else to standard error.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.h"
#include "restore/progress.h"

namespace backgraft::cli {

enum class When { kAuto, kAlways, kNever };

struct TerminalOptions {
  bool json = false;
  bool quiet = false;
  int verbosity = 0;
  When progress = When::kAuto;
  When color = When::kAuto;
};

class Terminal {
 public:
  explicit Terminal(const TerminalOptions& options);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  const TerminalOptions& options() const { return options_; }
  bool verbose() const { return options_.verbosity > 0; }
  // Of standard output; nothing where that is no terminal, and lines may be as
  // long as they are.
  const std::optional<size_t>& columns() const { return columns_; }

  // A line of the result on standard output; nothing with --json or --quiet.
  void Say(const std::string& line) const;
  // "warning: …" on standard error, unless --quiet.
  void Warn(const std::string& text) const;
  // "error: …" and its hints on standard error.
  void Fail(const std::string& message,
            const std::vector<std::string>& hints) const;

  // `text` in the colour of good or bad news, of headings or of ids, where
  // standard output is coloured.
  std::string Good(const std::string& text) const;
  std::string Id(const std::string& text) const;

  // Instead of what the options say.
  void UseColor(When color) { color_ = DecideColor(color); }

  // Where use cases tell what they are doing.
  restore::Progress& progress() { return *progress_; }
  // What they warned of, which people have been told already.
  const std::vector<std::string>& warned() const { return warned_; }

 private:
  static bool DecideColor(When when);
  std::string Paint(const char* code, const std::string& text) const;

  TerminalOptions options_;
  bool color_;
  std::optional<size_t> columns_;
  std::vector<std::string> warned_;
  std::unique_ptr<restore::Progress> progress_;
};

// "2,412".
std::string WithCommas(uint64_t number);
// "1 file", "2,412 files".
std::string Plural(uint64_t count, const std::string& noun);
// "93.1 MiB".
std::string HumanBytes(uint64_t bytes);
// "40 s", "3 min", "2 h 5 min".
std::string HumanSeconds(uint64_t seconds);

}  // namespace backgraft::cli
