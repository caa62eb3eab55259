#include "commands/app.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <new>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "commands/commands.h"
#include "commands/context.h"

namespace backgraft::commands {
namespace {

const std::map<std::string, cli::When> kWhen = {{"auto", cli::When::kAuto},
                                                {"always", cli::When::kAlways},
                                                {"never", cli::When::kNever}};

constexpr char kFooter[] =
    "Exit status: 0 done or nothing to do, 1 conflicts or differences, 2 "
    "refused\n"
    "until you decide, 3 bad source, 4 transfer failed, 5 link expired,\n"
    "6 database, 7 I/O, 70 a bug, 129 usage, 130 interrupted.";

void AddGlobalOptions(CLI::App& app, Context& context) {
  app.add_option("-C", context.directory, "Run as if started in DIR")
      ->type_name("DIR");
  app.add_flag("--json", context.terminal_options.json,
               "Print one JSON object on standard output");
  app.add_flag("-n,--dry-run", context.dry_run,
               "Print the plan, write nothing at all");
  app.add_flag("-y,--yes", context.yes, "Answer yes to every question");
  app.add_flag("-q,--quiet", context.terminal_options.quiet,
               "Print errors only");
  app.add_flag("-v,--verbose", context.terminal_options.verbosity,
               "List every file");
  app.add_option("--progress", context.terminal_options.progress,
                 "Show progress on standard error")
      ->transform(CLI::CheckedTransformer(kWhen))
      ->option_text("auto|always|never");
  app.add_option("--color", context.terminal_options.color, "Use colours")
      ->transform(CLI::CheckedTransformer(kWhen))
      ->option_text("auto|always|never");
}

// Whether --json stands on the command line, for lines that cannot be parsed.
bool AsksForJson(int argc, char** argv) {
  for (int i = 1; i < argc && std::strcmp(argv[i], "--") != 0; ++i) {
    if (std::strcmp(argv[i], "--json") == 0) return true;
  }
  return false;
}

// The first argument that is no option, so that even a usage error names the
// command in JSON.
std::string CommandWord(int argc, char** argv, const CLI::App& app) {
  for (int i = 1; i < argc; ++i) {
    for (const CLI::App* command : app.get_subcommands({})) {
      if (command->check_name(argv[i])) return argv[i];
    }
  }
  return "backgraft";
}

int UsageError(const CLI::App& app, const CLI::ParseError& error, int argc,
               char** argv) {
  cli::Terminal terminal({.json = AsksForJson(argc, argv)});
  std::string message = error.what();
  // CLI11 begins sentences with a capital and ends some with a full stop.
  if (message.size() > 1 &&
      std::islower(static_cast<unsigned char>(message[1])) != 0) {
    message[0] =
        static_cast<char>(std::tolower(static_cast<unsigned char>(message[0])));
  }
  while (!message.empty() &&
         (message.back() == '.' || message.back() == '\n')) {
    message.pop_back();
  }
  std::string command = CommandWord(argc, argv, app);
  std::string hint =
      command == "backgraft" ? "backgraft -h" : "backgraft " + command + " -h";
  cli::Report report;
  report.command = command;
  report.status = cli::Status::kUsage;
  report.exit = cli::ExitStatus(report.status);
  report.error = cli::ErrorText{Escape(message), {hint}};
  if (terminal.options().json) std::cout << cli::ToJson(report);
  terminal.Fail(report.error->message, report.error->hints);
  return report.exit;
}

void ChangeDirectory(const std::string& directory) {
  if (directory.empty()) return;
  if (chdir(directory.c_str()) != 0) {
    throw Error(ErrorKind::kRefused, "cannot change to " + Quote(directory) +
                                         ": " + std::strerror(errno));
  }
}

void Fail(cli::Report& report, const Error& error) {
  report.status = cli::StatusOf(error.kind());
  report.exit = cli::ExitStatus(report.status);
  report.error = cli::ErrorText{error.what(), error.hints()};
  if (error.kind() == ErrorKind::kConflict) report.conflicts = error.paths();
}

void FailWith(cli::Report& report, cli::Status status,
              const std::string& message) {
  report.status = status;
  report.exit = cli::ExitStatus(status);
  report.error = cli::ErrorText{message, {}};
}

// Standard output may be a full disk or a closed pipe: exit 0 would be a lie.
bool FlushOutput() {
  std::cout.flush();
  return std::fflush(stdout) == 0 && std::cout.good() && !std::ferror(stdout);
}

int Execute(Context& context) {
  cli::Terminal terminal(context.terminal_options);
  context.terminal = &terminal;
  cli::Report report;
  report.command = context.command;
  report.dry_run = context.dry_run;
  try {
    NoteInterrupts();
    ChangeDirectory(context.directory);
    context.run(context, report);
    report.exit = cli::ExitStatus(report.status);
  } catch (const Error& error) {
    Fail(report, error);
  } catch (const Interrupted& interrupted) {
    FailWith(report, cli::Status::kInterrupted,
             "interrupted, everything is as it was before");
    report.exit = 128 + interrupted.signal;
  } catch (const std::bad_alloc&) {
    FailWith(report, cli::Status::kIo, "out of memory");
  }
  terminal.progress().Finish();
  for (const std::string& warning : report.warnings) terminal.Warn(warning);
  if (report.error) terminal.Fail(report.error->message, report.error->hints);
  if (context.terminal_options.json) std::cout << cli::ToJson(report);
  if (!FlushOutput()) {
    terminal.Fail("cannot write to standard output", {});
    return cli::ExitStatus(cli::Status::kIo);
  }
  return report.exit;
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  Context context;
  CLI::App app(
      "Puts a site's code back: from a backup archive into a git "
      "repository, as ordinary commits.",
      "backgraft");
  app.set_version_flag("--version", "backgraft " BACKGRAFT_VERSION);
  app.set_help_flag("-h,--help", "Print this help");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(kFooter);
  AddGlobalOptions(app, context);
  AddInspect(app, context);
  AddFlatten(app, context);
  AddVerify(app, context);
  for (CLI::App* command : app.get_subcommands({})) command->footer(kFooter);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& asked) {
    app.exit(asked);
    return FlushOutput() ? 0 : cli::ExitStatus(cli::Status::kIo);
  } catch (const CLI::ParseError& error) {
    return UsageError(app, error, argc, argv);
  }
  return Execute(context);
}

}  // namespace backgraft::commands
