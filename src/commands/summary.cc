#include "commands/summary.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/escape.h"

namespace backgraft::commands {
namespace {

// Rows of changes without -v: paths where they are as few, else directories.
constexpr size_t kShownChanges = 8;
constexpr size_t kBarWidth = 24;
constexpr size_t kNameWidth = 40;

struct DirectoryChanges {
  std::string name;  // with a slash at the end, or a file's
  uint64_t added = 0, modified = 0, deleted = 0;
  uint64_t all() const { return added + modified + deleted; }
};

// By what stands behind the directory that all of them are in.
std::vector<DirectoryChanges> ByDirectory(
    const std::vector<ChangedPath>& changes) {
  // They are sorted: what the first and the last share, all do.
  const std::string& first = changes.front().path;
  const std::string& last = changes.back().path;
  size_t common = 0;
  for (size_t i = 0; i < first.size() && i < last.size(); ++i) {
    if (first[i] != last[i]) break;
    if (first[i] == '/') common = i + 1;
  }
  std::map<std::string, DirectoryChanges> found;
  for (const ChangedPath& change : changes) {
    const size_t slash = change.path.find('/', common);
    const std::string name =
        change.path.substr(0, slash == std::string::npos ? slash : slash + 1);
    DirectoryChanges& directory = found[name];
    directory.name = name;
    ++(change.letter == 'A'   ? directory.added
       : change.letter == 'D' ? directory.deleted
                              : directory.modified);
  }
  std::vector<DirectoryChanges> all;
  for (auto& [name, directory] : found) all.push_back(std::move(directory));
  std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return a.all() > b.all();
  });
  return all;
}

// Its length is the number of files, as far as there is room; every kind that
// there is shows.
std::string Bar(const DirectoryChanges& directory, uint64_t largest) {
  std::string bar;
  for (const auto& [count, letter] :
       {std::pair{directory.added, '+'}, std::pair{directory.modified, '~'},
        std::pair{directory.deleted, '-'}}) {
    const uint64_t length = largest <= kBarWidth
                                ? count
                                : (count * kBarWidth + largest - 1) / largest;
    bar.append(length, letter);
  }
  return bar;
}

// As `git diff --stat` shortens a name that does not fit.
std::string Shortened(const std::string& name) {
  if (name.size() <= kNameWidth) return name;
  const std::string end = name.substr(name.size() - (kNameWidth - 3));
  return "..." + end.substr(std::min(end.find('/'), end.size()));
}

void SayDirectories(const cli::Terminal& terminal,
                    const std::vector<ChangedPath>& changes) {
  const std::vector<DirectoryChanges> all = ByDirectory(changes);
  const size_t shown = std::min(all.size(), kShownChanges);
  size_t name_width = 0;
  for (size_t i = 0; i < shown; ++i) {
    name_width = std::max(name_width, Shortened(Escape(all[i].name)).size());
  }
  const size_t count_width = cli::WithCommas(all.front().all()).size();
  uint64_t files = 0;
  for (size_t i = 0; i < shown; ++i) {
    std::string name = Shortened(Escape(all[i].name));
    name.resize(name_width, ' ');
    const std::string count = cli::WithCommas(all[i].all());
    terminal.Say("  " + name + " | " +
                 std::string(count_width - count.size(), ' ') + count + " " +
                 Bar(all[i], all.front().all()));
    files += all[i].all();
  }
  if (files < changes.size()) {
    terminal.Say("  … and " + cli::WithCommas(changes.size() - files) +
                 " more in " + cli::Plural(all.size() - shown, "other place") +
                 " (-v lists them)");
  }
}

}  // namespace

void FillCommitted(const std::string& branch,
                   const std::optional<git::Oid>& before,
                   const std::optional<git::Oid>& after, const git::Oid& tree,
                   cli::Report* report) {
  report->branch = branch;
  if (before) report->before = before->Hex();
  if (after) report->after = after->Hex();
  report->tree = tree.Hex();
}

cli::Counts ToCounts(const restore::ChangeCounts& counts, uint64_t left_out,
                     uint64_t commits) {
  return {.files = counts.files,
          .added = counts.added,
          .modified = counts.modified,
          .deleted = counts.deleted,
          .left_out = left_out,
          .commits = commits};
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

std::string LeftOutText(const std::vector<restore::LeftOut>& left_out) {
  if (left_out.empty()) return {};
  std::map<std::string, uint64_t> reasons;
  for (const auto& left : left_out) ++reasons[left.reason];
  std::string line = "left out: ";
  for (const auto& [reason, count] : reasons) {
    if (!line.ends_with(": ")) line += ", ";
    line += cli::WithCommas(count) + " (" + Escape(reason) + ")";
  }
  return line;
}

void SayLeftOut(const cli::Terminal& terminal,
                const std::vector<restore::LeftOut>& left_out) {
  if (left_out.empty()) return;
  terminal.Say(LeftOutText(left_out));
  if (!terminal.verbose()) return;
  for (const auto& left : left_out) {
    terminal.Say("  " + Escape(left.path) + "  (" + left.reason + ")");
  }
}

void SayChanges(const cli::Terminal& terminal,
                const std::vector<git::TreeChange>& changes,
                const restore::ChangeCounts& counts) {
  std::vector<ChangedPath> paths;
  for (const git::TreeChange& change : changes) {
    paths.push_back({!change.before  ? 'A'
                     : !change.after ? 'D'
                                     : 'M',
                     change.path});
  }
  SayChanges(terminal, paths, counts);
}

void SayChanges(const cli::Terminal& terminal,
                const std::vector<ChangedPath>& changes,
                const restore::ChangeCounts& counts) {
  terminal.Say("changes: " + cli::WithCommas(counts.added) + " added, " +
               cli::WithCommas(counts.modified) + " modified, " +
               cli::WithCommas(counts.deleted) + " deleted");
  if (terminal.verbose() || changes.size() <= kShownChanges) {
    for (const ChangedPath& change : changes) {
      terminal.Say(std::string("  ") + change.letter + " " +
                   Escape(change.path));
    }
    return;
  }
  SayDirectories(terminal, changes);
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

void SayMore(const cli::Terminal& terminal, size_t count, size_t shown,
             const std::string& noun) {
  if (count <= shown) return;
  terminal.Say("  … and " + cli::WithCommas(count - shown) + " more" +
               (noun.empty() ? "" : " " + noun) + " (-v lists them)");
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
