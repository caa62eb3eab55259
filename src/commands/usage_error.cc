#include "commands/usage_error.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <cstring>
#include <iostream>
#include <numeric>

#include "base/escape.h"
#include "cli/report.h"
#include "cli/standard_streams.h"
#include "cli/terminal.h"
#include "source/link.h"

namespace backgraft::commands {
namespace {

// More edits than this and a word resembles nothing.
constexpr size_t kFarthest = 3;

// Whether --json stands on the line, which could not be parsed.
bool AsksForJson(int argc, char** argv) {
  for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) return true;
  }
  return false;
}

// The first word that is neither a global option nor the value of one.
std::string FirstWord(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    if (word == "-C" || word == "--progress" || word == "--color") {
      ++i;
    } else if (!word.starts_with('-')) {
      return word;
    }
  }
  return {};
}

// How many letters have to be put in, taken out or changed (Levenshtein).
size_t Distance(const std::string& from, const std::string& to) {
  std::vector<size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < from.size(); ++i) {
    size_t diagonal = row[0]++;
    for (size_t j = 0; j < to.size(); ++j) {
      size_t changed = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

bool IsCommand(const std::string& word, const CLI::App& app) {
  std::vector<const CLI::App*> commands = app.get_subcommands({});
  return std::any_of(
      commands.begin(), commands.end(),
      [&](const CLI::App* command) { return command->check_name(word); });
}

std::string Resembling(const std::string& word, const CLI::App& app) {
  std::string best;
  size_t closest = kFarthest + 1;
  for (const CLI::App* command : app.get_subcommands({})) {
    size_t distance = Distance(word, command->get_name());
    if (distance < closest && distance < word.size()) {
      closest = distance;
      best = command->get_name();
    }
  }
  return best;
}

// CLI11 begins sentences with a capital and ends them with a full stop.
std::string Reworded(std::string message) {
  if (message.size() > 1 &&
      std::islower(static_cast<unsigned char>(message[1])) != 0) {
    message[0] =
        static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
  }
  while (!message.empty() &&
         (message.back() == '.' || message.back() == '\n')) {
    message.pop_back();
  }
  return Escape(source::HideSecrets(message));
}

}  // namespace

int ReportUsageError(const CLI::App& app, const CLI::ParseError& error,
                     int argc, char** argv) {
  cli::Terminal terminal({.json = AsksForJson(argc, argv)});
  cli::Report report;
  report.command = "backgraft";
  report.status = cli::Status::kUsage;
  report.exit = cli::ExitStatus(report.status);
  std::string word = FirstWord(argc, argv);
  if (word.empty()) {
    std::string message = Reworded(error.what());
    if (error.get_name() == "RequiredError") message = "no command is given";
    report.error = cli::ErrorText{message, {"backgraft -h"}};
  } else if (IsCommand(word, app)) {
    report.command = word;
    report.error =
        cli::ErrorText{Reworded(error.what()), {"backgraft " + word + " -h"}};
  } else {
    std::string best = Resembling(word, app);
    report.error = cli::ErrorText{
        Quote(source::HideSecrets(word)) + " is no backgraft command",
        {best.empty() ? "backgraft -h" : "backgraft " + best}};
  }
  if (terminal.options().json) std::cout << cli::ToJson(report);
  terminal.Fail(report.error->message, report.error->hints);
  return cli::FlushStandardOutput() ? report.exit
                                    : cli::ExitStatus(cli::Status::kIo);
}

}  // namespace backgraft::commands
