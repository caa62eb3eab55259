// What is said about a command line that makes no sense.
#pragma once

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace backgraft::commands {

// Reports `error` (as JSON, too, where the line asks for it) and returns the
// exit status. A word that is no command gets the one it resembles as a hint.
int ReportUsageError(const CLI::App& app, const CLI::ParseError& error,
                     int argc, char** argv);

}  // namespace backgraft::commands
