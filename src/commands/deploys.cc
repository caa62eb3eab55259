#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/escape.h"
#include "commands/commands.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "git/date.h"
#include "restore/deploys.h"
#include "restore/target.h"

namespace backgraft::commands {
namespace {

struct DeploysArguments {
  std::vector<std::string> globs;
  std::string branch;
};

void Run(const DeploysArguments& arguments, Context& context,
         cli::Report& report) {
  git::Repository repository = OpenRepository(context, report, Access::kRead);
  restore::Target target =
      restore::FindBranch(repository, Given(arguments.branch));
  git::History history(repository);
  std::vector<restore::Deploy> deploys = restore::ListDeploys(
      repository, history,
      restore::DeployGlobs(repository.config(), arguments.globs), target.tip);
  restore::CountCommits(history, &deploys);

  report.branch = target.short_name;
  report.deploys.emplace();
  size_t width = 0;
  for (const restore::Deploy& deploy : deploys) {
    report.deploys->push_back({deploy.tag, deploy.commit.Hex(),
                               git::FormatUtcDate(deploy.time), deploy.commits,
                               deploy.current});
    width = std::max(width, deploy.tag.size());
  }
  const cli::Terminal& terminal = *context.terminal;
  if (deploys.empty()) terminal.Say("no deploy tags");
  for (const restore::Deploy& deploy : deploys) {
    std::string tag = deploy.tag;
    tag.resize(width, ' ');
    std::string line = std::string(deploy.current ? "* " : "  ") + Escape(tag) +
                       "  " + terminal.Id(deploy.commit.Hex().substr(0, 10)) +
                       "  " +
                       git::FormatIsoDate(deploy.time, deploy.offset_minutes) +
                       "  " + cli::Plural(deploy.commits, "commit");
    if (deploy.current) {
      line += "  (" + Escape(target.short_name) + " is at it)";
    } else if (!deploy.in_branch) {
      line += "  (not in " + Escape(target.short_name) + ")";
    }
    terminal.Say(line);
  }
}

}  // namespace

void AddDeploys(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<DeploysArguments>();
  CLI::App* command =
      app.add_subcommand("deploys", "List the deploys and what each brought");
  AddRepeated(*command, "--deploy-tags", &arguments->globs,
              "Tags that are deploys", "GLOB");
  command->add_option("--branch", arguments->branch, "Look at NAME, not HEAD")
      ->type_name("NAME");
  command->callback([arguments, &context] {
    context.command = "deploys";
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace backgraft::commands
