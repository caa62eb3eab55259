#include <CLI/CLI.hpp>
#include <algorithm>
#include <memory>

#include "base/escape.h"
#include "commands/commands.h"
#include "commands/opening.h"
#include "commands/options.h"
#include "commands/relation_text.h"
#include "commands/screen_of_rows.h"
#include "commands/summary.h"
#include "git/date.h"
#include "restore/inspect.h"

namespace backgraft::commands {
namespace {

struct InspectArguments {
  restore::InspectOptions options;
  std::string branch;
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
    if (result.layout) {
      return "all of its parts at once (or some: --code, --database, --files)";
    }
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

void SayHistory(ScreenOfRows& lines, const cli::Terminal& terminal,
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

// "a 'b'", "a 'b' and 3 more".
std::string Named(const std::string& what,
                  const std::vector<std::string>& names) {
  std::string text = what + " " + Quote(names.front());
  if (names.size() > 1) {
    text += " and " + cli::WithCommas(names.size() - 1) + " more";
  }
  return text;
}

std::string LayoutText(const restore::BackupLayout& layout) {
  std::vector<std::string> parts;
  if (layout.code) {
    parts.push_back(layout.code->empty() ? "code"
                                         : "code " + Quote(*layout.code));
  }
  if (!layout.databases.empty()) {
    parts.push_back(Named("database", layout.databases));
  }
  if (layout.files) parts.push_back("files " + Quote(*layout.files));
  std::string text = layout.name + ": ";
  for (size_t i = 0; i < parts.size(); ++i) {
    text += (i == 0 ? "" : ", ") + parts[i];
  }
  return text;
}

struct NoteWords {
  const char* label;
  const char* advice;
};

NoteWords WordsOf(restore::SiteNote::Kind kind) {
  switch (kind) {
    case restore::SiteNote::Kind::kUploads:
      return {"uploads", "no code: --exclude"};
    case restore::SiteNote::Kind::kSecrets:
      return {"passwords", "would be in the history: --exclude"};
    case restore::SiteNote::Kind::kDependencies:
      return {"dependencies", "Composer or npm fetches them again"};
    case restore::SiteNote::Kind::kBuildOutput:
      return {"build output", "is made again"};
  }
  return {};
}

std::string NoteText(const restore::SiteNote& note) {
  if (note.kind == restore::SiteNote::Kind::kSecrets) return Escape(note.path);
  return Escape(note.path) + " (" + cli::Plural(note.files, "file") + ", " +
         cli::HumanBytes(note.bytes) + ")";
}

// One row a kind, so that they stay few.
void SayNotes(const std::vector<restore::SiteNote>& notes, bool verbose,
              ScreenOfRows& lines) {
  for (size_t i = 0; i < notes.size();) {
    const auto kind = notes[i].kind;
    std::vector<std::string> texts;
    for (; i < notes.size() && notes[i].kind == kind; ++i) {
      texts.push_back(NoteText(notes[i]));
    }
    const NoteWords words = WordsOf(kind);
    const size_t shown = verbose ? texts.size() : 1;
    std::string row;
    for (size_t j = 0; j < texts.size() && j < shown; ++j) {
      row += (j == 0 ? "" : ", ") + texts[j];
    }
    if (texts.size() > shown) {
      row += " and " + cli::WithCommas(texts.size() - shown) + " more";
    }
    lines.Row(words.label, row + ": " + words.advice);
  }
}

void AddNotes(const restore::InspectResult& result, cli::Report* report) {
  if (result.layout) {
    report->warnings.push_back("this is a " + LayoutText(*result.layout));
  }
  for (const restore::SiteNote& note : result.notes) {
    const NoteWords words = WordsOf(note.kind);
    report->warnings.push_back(std::string(words.label) + " in the code: " +
                               NoteText(note) + ", " + words.advice);
  }
}

void SayPeopleShouldKnow(ScreenOfRows& lines,
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
  // On a terminal they are rows of what is said.
  if (terminal.options().json) AddNotes(result, &report);
  ScreenOfRows lines(terminal);
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
    lines.Say("");
    return;
  }
  lines.Row("root",
            source.root.empty() ? "the archive itself" : Quote(source.root));
  if (result.layout) lines.Row("holds", LayoutText(*result.layout));
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
  SayNotes(result.notes, terminal.verbose(), lines);
  SayPeopleShouldKnow(lines, result);
  lines.Row("restore", WhatRestoreDoes(result));
  lines.Say(LeftOutText(result.left_out));
  SayLeftOut(terminal, result.left_out);
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
