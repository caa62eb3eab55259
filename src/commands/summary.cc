#include "commands/summary.h"

#include <map>

#include "base/escape.h"

namespace backgraft::commands {

void FillCommitted(const std::string& branch,
                   const std::optional<git::Oid>& before,
                   const std::optional<git::Oid>& after, const git::Oid& tree,
                   cli::Report* report) {
  report->branch = branch;
  if (before) report->before = before->Hex();
  if (after) report->after = after->Hex();
  report->tree = tree.Hex();
}

void AddOverwritten(const std::vector<std::string>& left_alone,
                    const std::vector<std::string>& overwritten,
                    cli::Report* report) {
  for (const std::string& path : left_alone) {
    report->warnings.push_back(Quote(path) +
                               " was saved by another program meanwhile and "
                               "stays as that left it");
  }
  for (const std::string& path : overwritten) {
    report->warnings.push_back(Quote(path) + " is overwritten");
  }
}

void AddWarnings(const std::vector<std::string>& warnings,
                 cli::Report* report) {
  report->warnings.insert(report->warnings.end(), warnings.begin(),
                          warnings.end());
}

void AddPublicationWarnings(const git::PublicationResult& published,
                            cli::Report* report) {
  if (!published.operation.empty()) report->op = published.operation;
  AddOverwritten(published.left_alone, published.overwritten, report);
  for (const std::string& path : published.replaced_ignored) {
    report->warnings.push_back("the ignored file " + Quote(path) +
                               " was in the way and is replaced");
  }
}

void SaySource(const cli::Terminal& terminal, const restore::SourceInfo& source,
               uint64_t files) {
  std::string line = Escape(source.name) + ": " + source.format + ", " +
                     cli::Plural(files, "file");
  if (!source.root.empty()) line += ", root " + Quote(source.root);
  if (source.site) line += ", site " + Quote(*source.site);
  if (source.env) line += ", environment " + Quote(*source.env);
  terminal.Say(line);
}

void SayLeftOut(const cli::Terminal& terminal,
                const std::vector<restore::LeftOut>& left_out) {
  if (left_out.empty()) return;
  std::map<std::string, uint64_t> reasons;
  for (const auto& left : left_out) ++reasons[left.reason];
  std::string line = "left out: ";
  for (const auto& [reason, count] : reasons) {
    if (!line.ends_with(": ")) line += ", ";
    line += cli::WithCommas(count) + " (" + Escape(reason) + ")";
  }
  terminal.Say(line);
  if (!terminal.verbose()) return;
  for (const auto& left : left_out) {
    terminal.Say("  " + Escape(left.path) + "  (" + left.reason + ")");
  }
}

void SayChanges(const cli::Terminal& terminal,
                const std::vector<git::TreeChange>& changes,
                const restore::ChangeCounts& counts) {
  terminal.Say("changes: " + cli::WithCommas(counts.added) + " added, " +
               cli::WithCommas(counts.modified) + " modified, " +
               cli::WithCommas(counts.deleted) + " deleted");
  if (!terminal.verbose()) return;
  for (const git::TreeChange& change : changes) {
    const char* letter = !change.before ? "A" : !change.after ? "D" : "M";
    terminal.Say(std::string("  ") + letter + " " + Escape(change.path));
  }
}

void FillConflicts(const std::vector<git::MergeConflict>& conflicts,
                   cli::Report* report) {
  report->status = cli::Status::kConflict;
  for (const git::MergeConflict& one : conflicts) {
    if (report->conflicts.empty() || report->conflicts.back() != one.path) {
      report->conflicts.push_back(one.path);
    }
  }
}

void SayConflicts(const cli::Terminal& terminal,
                  const std::vector<git::MergeConflict>& conflicts) {
  for (const git::MergeConflict& one : conflicts) {
    std::string kind(git::ConflictKindName(one.kind));
    kind.resize(std::max<size_t>(kind.size(), 18), ' ');
    terminal.Say("  " + kind + " " + Escape(one.path));
  }
}

void SayCommit(const cli::Terminal& terminal, bool dry_run,
               const std::string& branch, const git::Oid& commit,
               const std::string& subject) {
  std::string id = terminal.Id(commit.Hex().substr(0, 10));
  terminal.Say((dry_run ? "would commit [" : "[") + Escape(branch) + " " + id +
               "] " + Escape(subject));
}

void SayProof(const cli::Terminal& terminal, const git::Oid& tree,
              uint64_t files, bool whole) {
  terminal.Say(terminal.Good("verified:") + " tree " + tree.Hex() +
               (whole ? " equals the backup (" : " holds the backup (") +
               cli::Plural(files, "file") + ")");
}

}  // namespace backgraft::commands
