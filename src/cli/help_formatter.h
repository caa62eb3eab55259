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

}  // namespace backgraft::cli
