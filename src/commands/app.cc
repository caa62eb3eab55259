#include "commands/app.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <new>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "cli/help_formatter.h"
#include "cli/manual.h"
#include "cli/standard_streams.h"
#include "commands/commands.h"
#include "commands/complete.h"
#include "commands/context.h"
#include "commands/options.h"
#include "commands/place.h"
#include "commands/usage_error.h"
#include "source/link.h"

namespace backgraft::commands {
namespace {

const std::map<std::string, cli::When> kWhen = {{"auto", cli::When::kAuto},
                                                {"always", cli::When::kAlways},
                                                {"never", cli::When::kNever}};

// What the completions call; no command of people's.
constexpr char kComplete[] = "__complete";

constexpr char kFooter[] =
    "Exit status: 0 done or nothing to do, 1 conflicts or differences, "
    "2 refused until you decide, 3 bad source, 4 transfer failed, 5 link "
    "expired, 6 database, 7 I/O, 70 a bug, 129 usage, 130 interrupted.";

void AddGlobalOptions(CLI::App& app, Context& context) {
  app.add_option("-C", context.directories, "Run as if started in DIR")
      ->type_name("DIR")
      ->allow_extra_args(false)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_flag("--json", context.terminal_options.json,
               "Print one JSON object on standard output");
  app.add_flag("-n,--dry-run", context.dry_run,
               "Print the plan, write nothing at all");
  app.add_option("--wait", context.wait_seconds,
                 "Wait so long for another backgraft to end (5)")
      ->option_text("SECONDS")
      ->check(CLI::Range(0.0, 1e9));
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

void ChangeDirectory(const std::vector<std::string>& directories) {
  for (const std::string& directory : directories) {
    // git, too, takes an empty one for the current directory.
    if (directory.empty() || chdir(directory.c_str()) == 0) continue;
    throw Error(ErrorKind::kRefused, "cannot change to " + Quote(directory) +
                                         ": " + std::strerror(errno));
  }
}

void Fail(cli::Report& report, const Error& error) {
  report.status = cli::StatusOf(error.kind());
  report.exit = cli::ExitStatus(report.status);
  report.error = cli::ErrorText{source::HideSecrets(error.what()), {}};
  for (const std::string& hint : error.hints()) {
    report.error->hints.push_back(source::HideSecrets(hint));
  }
  if (error.kind() == ErrorKind::kConflict) report.conflicts = error.paths();
}

void FailWith(cli::Report& report, cli::Status status,
              const std::string& message) {
  report.status = status;
  report.exit = cli::ExitStatus(status);
  report.error = cli::ErrorText{message, {}};
}

// What color.ui says here, as git reads it; "auto" where nothing does.
cli::When ConfiguredColor() {
  git::Config config;
  try {
    config = ConfigHere();
  } catch (const Error&) {
    // The command says what is wrong with it, if that matters to it.
    return cli::When::kAuto;
  }
  const auto value = config.GetString("color.ui");
  if (value && kWhen.count(*value) > 0) return kWhen.at(*value);
  return config.GetBool("color.ui").value_or(true) ? cli::When::kAuto
                                                   : cli::When::kNever;
}

int Execute(Context& context) {
  cli::Terminal terminal(context.terminal_options);
  context.terminal = &terminal;
  cli::Report report;
  report.command = context.command;
  report.dry_run = context.dry_run;
  try {
    NoteInterrupts();
    cli::RequireStandardOutput();
    ChangeDirectory(context.directories);
    if (!context.terminal_options.json &&
        context.terminal_options.color == cli::When::kAuto) {
      terminal.UseColor(ConfiguredColor());
    }
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
  } catch (const std::exception& error) {
    // Nothing of ours; told here because main.cc could not tell it in JSON.
    FailWith(report, cli::Status::kBug, Escape(error.what()));
    report.error->hints = {
        "this is a bug in backgraft, please report it with the command line"};
  }
  terminal.progress().Finish();
  for (const std::string& warning : report.warnings) terminal.Warn(warning);
  report.warnings.insert(report.warnings.begin(), terminal.warned().begin(),
                         terminal.warned().end());
  if (report.error) terminal.Fail(report.error->message, report.error->hints);
  if (context.terminal_options.json) std::cout << cli::ToJson(report);
  if (!cli::FlushStandardOutput()) {
    const std::string why =
        errno != 0 ? ": " + std::string(std::strerror(errno)) : "";
    terminal.Fail("cannot write to standard output" + why, {});
    return cli::ExitStatus(cli::Status::kIo);
  }
  return report.exit;
}

// The manual of the command that is asked about; its help where there is none.
int ShowManual(const CLI::App& app) {
  std::string page = app.get_name();
  const CLI::App* last = &app;
  while (!last->get_subcommands().empty()) {
    last = last->get_subcommands().front();
    page += "-" + last->get_name();
  }
  cli::BecomeManual(page);
  std::cout << app.help();
  return cli::FlushStandardOutput() ? 0 : cli::ExitStatus(cli::Status::kIo);
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  cli::SecureStandardStreams();
  Context context;
  CLI::App app(
      "Puts a site's code back: from a backup archive into a git "
      "repository, as ordinary commits.",
      "backgraft");
  app.formatter(std::make_shared<cli::HelpFormatter>());
  app.set_version_flag("--version", "backgraft " BACKGRAFT_VERSION,
                       "Print the version");
  app.set_help_flag("-h", "Print this help");
  app.set_help_all_flag("--help", "Open the manual");
  app.require_subcommand(1);
  app.fallthrough();
  app.footer(kFooter);
  AddGlobalOptions(app, context);
  AddInspect(app, context);
  AddRestore(app, context);
  AddFlatten(app, context);
  AddGraft(app, context);
  AddVerify(app, context);
  AddRebuild(app, context);
  AddImport(app, context);
  AddRevert(app, context);
  AddDeploys(app, context);
  AddLog(app, context);
  AddUndo(app, context);
  AddRedo(app, context);
  AddRecover(app, context);
  for (CLI::App* command : app.get_subcommands({})) {
    command->footer(kFooter);
    for (CLI::App* part : command->get_subcommands({})) part->footer(kFooter);
  }
  if (argc > 1 && std::strcmp(argv[1], kComplete) == 0) {
    std::cout << ToText(Complete(app, {argv + 2, argv + argc}));
    return cli::FlushStandardOutput() ? 0 : cli::ExitStatus(cli::Status::kIo);
  }
  try {
    std::vector<std::string> args =
        WithSigningKeys({argv + std::min(argc, 1), argv + argc});
    // CLI11 takes them from the back.
    std::reverse(args.begin(), args.end());
    app.parse(std::move(args));
  } catch (const CLI::CallForAllHelp&) {
    return ShowManual(app);
  } catch (const CLI::Success& asked) {
    app.exit(asked);
    return cli::FlushStandardOutput() ? 0 : cli::ExitStatus(cli::Status::kIo);
  } catch (const CLI::ParseError& error) {
    return ReportUsageError(app, error, argc, argv);
  }
  return Execute(context);
}

}  // namespace backgraft::commands
