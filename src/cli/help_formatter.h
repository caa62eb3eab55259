// How help looks: 80 columns, options with what they take and nothing else.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace backgraft::cli {

class HelpFormatter : public CLI::Formatter {
 public:
  // "Usage: …", what the command does, its commands, positional arguments and
  // options by group, for a subcommand the global options too, the footer.
  std::string make_help(const CLI::App* app, std::string name,
                        CLI::AppFormatMode mode) const override;
};

// `text` broken at blanks into lines of at most `width` bytes; all but the
// first begin with `indent` blanks. `column` is where the first one starts. A
// word that is longer than a line stands on a line of its own.
std::string Wrap(const std::string& text, size_t column, size_t indent,
                 size_t width = 79);

}  // namespace backgraft::cli
