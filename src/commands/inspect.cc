#include <CLI/CLI.hpp>
#include <memory>

#include "base/escape.h"
#include "commands/commands.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/relation_text.h"
#include "commands/summary.h"
#include "git/date.h"
#include "restore/inspect.h"

namespace backgraft::commands {
namespace {

// Rows of one kind that are listed without -v.
constexpr size_t kShown = 3;

struct InspectArguments {
  restore::InspectOptions options;
  std::string branch;
};

class Lines {
 public:
  explicit Lines(const cli::Terminal& terminal) : terminal_(terminal) {}

  void Row(const std::string& label, const std::string& text) const {
    std::string padded = label;
    padded.resize(14, ' ');
    terminal_.Say(padded + text);
  }

  // The label, how many, and the first few of them.
  void List(const std::string& label, const std::vector<std::string>& items,
            const std::string& advice) const {
    if (items.empty()) return;
    Row(label, cli::WithCommas(items.size()) + ": " + advice);
    size_t shown = terminal_.verbose() ? items.size() : kShown;
    for (size_t i = 0; i < items.size() && i < shown; ++i) Row("", items[i]);
    if (items.size() > shown) {
      Row("", "… and " + cli::WithCommas(items.size() - shown) +
                  " more (-v lists them)");
    }
  }

 private:
  const cli::Terminal& terminal_;
};

std::vector<std::string> Escaped(const std::vector<std::string>& paths) {
  std::vector<std::string> out;
  for (const std::string& path : paths) out.push_back(Escape(path));
  return out;
}

std::string Count(uint64_t count, const std::string& one,
                  const std::string& many) {
  return cli::WithCommas(count) + " " + (count == 1 ? one : many);
}

bool AnyChange(const restore::ChangeCounts& counts) {
  return counts.added + counts.modified + counts.deleted > 0;
}

std::string WhatRestoreDoes(const restore::InspectResult& result) {
  if (result.source.kind == "database") return "import it into a database";
  if (result.source.kind == "files")
    return "put the files into their directory";
  if (result.relation == "no-history") {
    return "record it as one commit (flatten)";
  }
  if (!result.related) return "bring its history in";
  const bool changed =
      result.history->uncommitted && AnyChange(*result.history->uncommitted);
  const std::string more =
      changed ? ", then one more for the uncommitted changes" : "";
  switch (result.related->result.relation) {
    case git::Relation::kIdentical:
      return changed ? "one commit for the uncommitted changes"
                     : "nothing to do";
    case git::Relation::kBehind:
      return "one commit that brings its tree back" + more;
    case git::Relation::kAhead:
      return "fast-forward" + more;
    case git::Relation::kDiverged:
      return "a merge commit with its tree" + more;
    case git::Relation::kUnrelated:
      return "needs a choice: --as flatten or --as graft";
  }
  return {};
}

void SayHistory(const Lines& lines, const cli::Terminal& terminal,
                const restore::InspectedHistory& history) {
  lines.Row("history",
            cli::Plural(history.commits, "commit") + ", tip " +
                terminal.Id(history.tip.Hex().substr(0, 10)) +
                (history.head.empty() ? " (detached)"
                                      : " (" + Escape(history.head) + ")"));
  lines.Row("refs", Count(history.branches.size(), "branch", "branches") +
                        ", " + cli::Plural(history.tags.size(), "tag"));
  if (terminal.verbose()) {
    for (const std::string& name : history.branches) {
      lines.Row("", "branch " + Escape(name));
    }
    for (const std::string& name : history.tags) {
      lines.Row("", "tag " + Escape(name));
    }
  }
  if (history.uncommitted && AnyChange(*history.uncommitted)) {
    const restore::ChangeCounts& counts = *history.uncommitted;
    lines.Row("uncommitted", cli::WithCommas(counts.added) + " added, " +
                                 cli::WithCommas(counts.modified) +
                                 " modified, " +
                                 cli::WithCommas(counts.deleted) + " deleted");
  } else if (history.uncommitted) {
    lines.Row("uncommitted", "nothing");
  }
  std::vector<std::string> large, rejected;
  for (const restore::LargeBlob& blob : history.large) {
    large.push_back(Escape(blob.path) + " (" + cli::HumanBytes(blob.size) +
                    ")");
  }
  for (const git::RejectedRef& ref : history.rejected_refs) {
    rejected.push_back(Escape(ref.name) + " (" + Escape(ref.reason) + ")");
  }
  lines.List("large before", large,
             "over 50 MB, in the history but not in the files");
  lines.List("bad refs", rejected, "left out");
  if (history.fsck_warnings > 0) {
    lines.Row("fsck", cli::Plural(history.fsck_warnings, "warning") +
                          " of git fsck --strict, no error");
  }
}

void SayPeopleShouldKnow(const Lines& lines,
                         const restore::InspectResult& result) {
  std::vector<std::string> large, huge, collisions;
  for (const auto& file : result.large) {
    (file.size > restore::kHugeFileSize ? huge : large)
        .push_back(Escape(file.path) + " (" + cli::HumanBytes(file.size) + ")");
  }
  for (const auto& group : result.collisions) {
    std::string row;
    for (const auto& path : group) {
      row += (row.empty() ? "" : ", ") + Quote(path);
    }
    collisions.push_back(row);
  }
  lines.List("over 100 MB", huge, "hosting services refuse such files");
  lines.List("over 50 MB", large, "hosting services warn of such files");
  lines.List("LFS pointers", Escaped(result.lfs_pointers),
             "their contents are not in the backup");
  lines.List("nested .git", Escaped(result.nested_repositories),
             "left out, the files beside them are recorded");
  lines.List("submodules", Escaped(result.submodules),
             "recorded as plain files where their files are there");
  lines.List("collisions", collisions,
             "one path on macOS or Windows, where a checkout loses a file");
}

void Run(const InspectArguments& arguments, Context& context,
         cli::Report& report) {
  restore::InspectOptions options = arguments.options;
  options.branch = Given(arguments.branch);
  // Without a repository it tells what it can.
  std::optional<git::Repository> repository = git::Repository::Find("");
  if (repository) Prepare(context, report, Access::kRead, &*repository);
  restore::InspectResult result =
      restore::Inspect(repository ? &*repository : nullptr, options,
                       context.terminal->progress());
  report.source = result.source;
  report.relation = result.relation;
  report.counts =
      cli::Counts{.files = result.files, .left_out = result.left_out.size()};
  if (result.history) report.counts->commits = result.history->commits;
  if (result.related) report.branch = result.related->branch;
  report.left_out = result.left_out;
  AddWarnings(result.warnings, &report);

  const cli::Terminal& terminal = *context.terminal;
  Lines lines(terminal);
  const restore::SourceInfo& source = result.source;
  lines.Row("source", Escape(source.name));
  lines.Row("format", source.format + ", " + source.kind);
  if (source.site) {
    lines.Row("site", Escape(*source.site) + ", environment " +
                          Escape(source.env.value_or("")));
  }
  if (source.time) lines.Row("time", git::FormatUtcDate(*source.time));
  if (source.kind == "database") {
    lines.Row("restore", WhatRestoreDoes(result));
    return;
  }
  lines.Row("root",
            source.root.empty() ? "the archive itself" : Quote(source.root));
  if (result.platform) {
    lines.Row("platform",
              result.platform->name + (result.platform->version.empty()
                                           ? ""
                                           : " " + result.platform->version));
  }
  lines.Row("files", cli::WithCommas(result.files) + " (" +
                         cli::HumanBytes(result.bytes) + "), " +
                         cli::WithCommas(result.executables) + " executable, " +
                         cli::Plural(result.symlinks, "link"));
  if (result.newest) lines.Row("newest", git::FormatUtcDate(*result.newest));
  if (result.history) {
    SayHistory(lines, terminal, *result.history);
  } else if (source.kind == "code") {
    lines.Row("history", "none");
  }
  if (result.related)
    lines.Row(
        "relation",
        RelationText(result.related->result,
                     result.related->tag.value_or(result.related->branch)));
  SayPeopleShouldKnow(lines, result);
  SayLeftOut(terminal, result.left_out);
  lines.Row("restore", WhatRestoreDoes(result));
}

}  // namespace

void AddInspect(CLI::App& app, Context& context) {
  auto arguments = std::make_shared<InspectArguments>();
  CLI::App* command = app.add_subcommand(
      "inspect", "Tell what a source is and what restoring it would do");
  command
      ->add_option("SOURCE", arguments->options.source,
                   "An archive, a bundle, a directory, a link or -")
      ->required();
  command
      ->add_option("--branch", arguments->branch,
                   "Compare with NAME instead of HEAD")
      ->type_name("NAME");
  AddLimitOptions(*command, &arguments->options.limits);
  command->callback([arguments, &context] {
    context.command = "inspect";
    context.run = [arguments](Context& c, cli::Report& report) {
      Run(*arguments, c, report);
    };
  });
}

}  // namespace backgraft::commands
