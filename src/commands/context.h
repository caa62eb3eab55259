// What every command has: the global options, and who it talks through.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/report.h"
#include "cli/terminal.h"

namespace CLI {
class App;
}

namespace backgraft::commands {

struct Context {
  // Every -C in turn; each is relative to the one before, as with git.
  std::vector<std::string> directories;
  bool dry_run = false;
  bool yes = false;
  // For another backgraft in the same repository.
  double wait_seconds = 5;
  cli::TerminalOptions terminal_options;

  // Of a command that has --database-url: recovery uses it, too.
  std::optional<std::string> database_url;
  // Set by commands that deal with databases and uploaded files: they also drop
  // what expired operations kept of them.
  bool has_parts = false;

  // Set when the command runs.
  cli::Terminal* terminal = nullptr;

  // The chosen command: fills the report and says its text on the terminal.
  // Set by the subcommand's callback while the command line is parsed.
  std::function<void(Context&, cli::Report&)> run;
  std::string command;
};

}  // namespace backgraft::commands
