// A source that has been read to its end: its files, its history, and which of
// them count as code.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "git/fsck_messages.h"
#include "git/object_reader.h"
#include "git/object_writer.h"
#include "restore/assemble.h"
#include "restore/backup_files.h"
#include "restore/opened_source.h"
#include "restore/source_history.h"

namespace backgraft::restore {

struct Backup {
  SourceInfo info;
  BackupFiles files;  // none in a bare repository or a bundle
  std::unique_ptr<SourceHistory> history;  // null: it has none
  // Of the history, where it has to be known; set by ChooseFiles().
  std::optional<SourceTip> tip;
  Select select = Select::kAll;
  std::vector<std::string> warnings;
  // What it has to stand up to, as ChooseFiles() was told.
  git::FsckOptions fsck{};
  bool has_working_tree = true;  // a bare repository and a bundle have none
};

// Reads `source` to its end. Contents go to `writer`, which must be empty; see
// ReadBackupFiles() for `git_directory`. `bases` serves bundles, which may
// build on objects that the repository has. Error(kBadSource) for everything
// hazards lists for code, and for a source without a file and without history.
// What is wrong with the history alone is a warning where `files_only`.
// `earlier` may be null.
Backup ReadBackup(OpenedSource& source, Filters filters,
                  const std::string& git_directory,
                  const git::ObjectReader& bases, bool files_only,
                  git::ObjectWriter& writer, EarlierFiles* earlier = nullptr);

struct ChoiceOptions {
  std::optional<Select> select{};    // --select
  std::optional<std::string> ref{};  // --ref
  git::FsckOptions fsck{};           // what the tip has to stand up to
};

// Finds the tip and what --select means for this source. `objects` is what the
// history is read from. Error(kRefused) for a selection that needs a history
// which is not there, Error(kBadSource) for a damaged one.
void ChooseFiles(Backup* backup, const git::ObjectReader& objects,
                 const ChoiceOptions& options);

// As ChooseFiles() with the history's own objects, of which only those are
// looked at that the tip's files need: for commands that do not take the
// history over.
void ChooseFilesOnly(Backup* backup, const ChoiceOptions& options);

// Assemble() with what ChooseFiles() found, and CheckGitFiles() on the outcome.
// `options.select` and the tip in it are not looked at. Where nothing differs
// from the tip's tree, and `writer` knows that, it is the tree.
Assembled AssembleBackup(Backup& backup, const std::optional<git::Oid>& base,
                         const AssembleOptions& options,
                         git::ObjectWriter& writer);

}  // namespace backgraft::restore
