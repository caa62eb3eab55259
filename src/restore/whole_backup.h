// A source that holds more than one part of a backup: where each part is.
#pragma once

#include <optional>
#include <string>

#include "archive/part_reader.h"
#include "restore/backup_files.h"
#include "restore/backup_layout.h"
#include "restore/progress.h"
#include "restore/source_limits.h"

namespace backgraft::restore {

struct WholeBackup {
  BackupLayout layout;
  // Of the bytes that were looked at; nothing for a directory.
  std::optional<std::string> sha256;

  // The code as a part of the source. What other parts hold is passed over in
  // silence where they are taken, too; otherwise it is noted.
  archive::Part Code(bool database_is_taken, bool files_are_taken) const;
  // The uploaded files, of which there are some. With the code, all that is
  // elsewhere is the code's to tell.
  archive::Part Files(bool code_is_taken) const;
  // A pathspec for the uploaded files among the code: those that the branch
  // has are not for the code to delete. "" where they are not among it.
  std::string UploadsInCode() const;
};

// Reads the source to its end. Nothing where it is a backup of one part alone,
// or where what is called a dump is none. Error(kBadSource) as reading it has
// it.
std::optional<WholeBackup> FindWholeBackup(const std::string& source,
                                           const SourceLimits& limits,
                                           Progress& progress);

// The layout that the names of files which were read as code speak for.
std::optional<BackupLayout> LayoutOf(const BackupFiles& files);

// What to tell a person whose command takes all of `files` as code, where they
// look like more; nothing where they do not.
std::optional<std::string> MoreThanCode(const BackupFiles& files);

}  // namespace backgraft::restore
