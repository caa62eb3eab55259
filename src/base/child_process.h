// Another program, run to its end: only what the user's own configuration
// names is ever run, never what a source says.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace backgraft {

struct ChildResult {
  // Exit status, or 128 + signal.
  int status = 0;
  std::string out, err;
};

// Runs argv[0], looked up in PATH, without a shell, with this process's
// environment and directory and signals as they are by default; feeds it
// `input` and collects both outputs. A program that reads less than all is no
// failure. Throws Error(kRefused) where it cannot be run, Error(kIo) where
// there are no pipes or processes left.
ChildResult RunChild(const std::vector<std::string>& argv,
                     std::string_view input);

// `line` as words, as git's split_cmdline(): white space between them, quotes
// and backslashes as in a shell, nothing else. Error(kRefused) for a quote
// that is not closed.
std::vector<std::string> SplitCommandLine(std::string_view line);

}  // namespace backgraft
