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

// What the command line names, as far as it names commands: "import files" is
// the app, import and files.
struct Named {
  std::vector<const CLI::App*> chain;
  // The first word that should have been a command below the last.
  std::string unknown;
};

// Where the value of a global option may be taken for a command: options that
// take none.
Named FindCommands(const CLI::App& app, int argc, char** argv) {
  Named named{{&app}, {}};
  for (int i = 1; i < argc; ++i) {
    const CLI::App* last = named.chain.back();
    const std::vector<const CLI::App*> below = last->get_subcommands({});
    if (below.empty()) break;
    const std::string word = argv[i];
    if (word == "--") break;
    if (word == "-C" || word == "--progress" || word == "--color" ||
        word == "--wait") {
      ++i;
    } else if (!word.starts_with('-')) {
      const auto found = std::find_if(
          below.begin(), below.end(),
          [&](const CLI::App* one) { return one->check_name(word); });
      if (found == below.end()) {
        named.unknown = word;
        break;
      }
      named.chain.push_back(*found);
    }
  }
  return named;
}

std::string NameOf(const std::vector<const CLI::App*>& chain) {
  std::string name;
  for (const CLI::App* app : chain) {
    name += (name.empty() ? "" : " ") + app->get_name();
  }
  return name;
}

// The one that is nearest to `word`, if one is near.
std::string Resembling(const std::string& word,
                       const std::vector<std::string>& names) {
  std::string best;
  size_t closest = kFarthest + 1;
  for (const std::string& name : names) {
    const size_t distance = Distance(word, name);
    // What differs in most of its letters resembles nothing.
    if (distance < closest && 2 * distance < word.size() + 1) {
      closest = distance;
      best = name;
    }
  }
  return best;
}

std::string ResemblingCommand(const std::string& word, const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands({})) {
    names.push_back(command->get_name());
  }
  return Resembling(word, names);
}

// Every long option that the commands of `chain` take, as it is typed.
std::vector<std::string> LongOptions(
    const std::vector<const CLI::App*>& chain) {
  std::vector<std::string> names;
  for (const CLI::App* app : chain) {
    for (const CLI::Option* option : app->get_options()) {
      for (const std::string& name : option->get_lnames()) {
        names.push_back("--" + name);
      }
    }
  }
  return names;
}

// The first long option on the line that there is not; CLI11 would tell what
// it took its value for.
std::string UnknownOption(const std::vector<std::string>& known, int argc,
                          char** argv) {
  for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i) {
    std::string word = argv[i];
    if (!word.starts_with("--")) continue;
    word = word.substr(0, word.find('='));
    if (std::find(known.begin(), known.end(), word) == known.end()) return word;
  }
  return {};
}

// "did you mean" and what to type, in front of where help is.
std::vector<std::string> Hints(const std::string& meant,
                               const std::string& command) {
  std::vector<std::string> hints;
  if (!meant.empty()) hints.push_back("did you mean " + Quote(meant) + "?");
  hints.push_back(command + " -h");
  return hints;
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
  const Named named = FindCommands(app, argc, argv);
  const std::string command = NameOf(named.chain);
  if (named.chain.size() > 1) {
    report.command = command.substr(command.find(' ') + 1);
  }
  const std::vector<std::string> known = LongOptions(named.chain);
  const std::string option = UnknownOption(known, argc, argv);
  if (!named.unknown.empty()) {
    const CLI::App& above = *named.chain.back();
    const std::string meant = ResemblingCommand(named.unknown, above);
    report.error = cli::ErrorText{
        Quote(source::HideSecrets(named.unknown)) + " is no " + command +
            " command",
        Hints(meant, meant.empty() ? command : command + " " + meant)};
  } else if (!option.empty()) {
    report.error =
        cli::ErrorText{"unknown option " + Quote(source::HideSecrets(option)),
                       Hints(Resembling(option, known), command)};
  } else if (!named.chain.back()->get_subcommands({}).empty()) {
    report.error = cli::ErrorText{error.get_name() == "RequiredError"
                                      ? "no command is given"
                                      : Reworded(error.what()),
                                  Hints({}, command)};
  } else {
    report.error = cli::ErrorText{Reworded(error.what()), Hints({}, command)};
  }
  if (terminal.options().json) std::cout << cli::ToJson(report);
  terminal.Fail(report.error->message, report.error->hints);
  return cli::FlushStandardOutput() ? report.exit
                                    : cli::ExitStatus(cli::Status::kIo);
}

}  // namespace backgraft::commands
