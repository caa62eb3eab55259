// What several commands say, said the same way.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/report.h"
#include "cli/terminal.h"
#include "git/oid.h"
#include "git/publication.h"
#include "git/relation.h"
#include "git/tree_diff.h"
#include "git/tree_merge.h"
#include "restore/flatten.h"

namespace backgraft::commands {

// Digits of an id that people are shown.
inline constexpr size_t kShownIdDigits = 10;

void FillCommitted(const std::string& branch,
                   const std::optional<git::Oid>& before,
                   const std::optional<git::Oid>& after, const git::Oid& tree,
                   cli::Report* report);
// What is counted of a change of the branch.
cli::Counts ToCounts(const restore::ChangeCounts& counts, uint64_t left_out,
                     uint64_t commits);
// Files that others saved meanwhile, and those that --force overwrote.
void AddOverwritten(const std::vector<std::string>& left_alone,
                    const std::vector<std::string>& overwritten,
                    cli::Report* report);
// Behind those that it has.
void AddWarnings(const std::vector<std::string>& warnings, cli::Report* report);
// Its operation too.
void AddPublicationWarnings(const git::PublicationResult& published,
                            cli::Report* report);

// "site_live_….tar.gz: tar.gz, 2,412 files, root 'site'"
void SaySource(const cli::Terminal& terminal, const restore::SourceInfo& source,
               uint64_t files);
// "left out: 2 (empty directory)": counts by reason; "" for nothing.
std::string LeftOutText(const std::vector<restore::LeftOut>& left_out);
// The same; with -v every path.
void SayLeftOut(const cli::Terminal& terminal,
                const std::vector<restore::LeftOut>& left_out);
// A file that differs: 'A' it is new, 'M' it was another, 'D' it goes.
struct ChangedPath {
  char letter;
  std::string path;
};

// Counts, and which directories or files they are in; with -v every path.
void SayChanges(const cli::Terminal& terminal,
                const std::vector<git::TreeChange>& changes,
                const restore::ChangeCounts& counts);
// The same; `changes` are in the order of paths.
void SayChanges(const cli::Terminal& terminal,
                const std::vector<ChangedPath>& changes,
                const restore::ChangeCounts& counts);
// "  … and 12 more (-v lists them)" where not everything is shown.
void SayMore(const cli::Terminal& terminal, size_t count, size_t shown,
             const std::string& noun = "");
// Sets the status, and lists each path once.
void FillConflicts(const std::vector<git::MergeConflict>& conflicts,
                   cli::Report* report);
// One line a path, with the kind of conflict.
void SayConflicts(const cli::Terminal& terminal,
                  const std::vector<git::MergeConflict>& conflicts);

// "[main 1f2e3d4] Restore code …", or what a dry run would have made.
void SayCommit(const cli::Terminal& terminal, bool dry_run,
               const std::string& branch, const git::Oid& commit,
               const std::string& subject);
// "verified: tree 1f2e… equals the backup (2,412 files)". Only to be called
// with what was checked. `whole`: the tree holds nothing else.
void SayProof(const cli::Terminal& terminal, const git::Oid& tree,
              uint64_t files, bool whole);

}  // namespace backgraft::commands
