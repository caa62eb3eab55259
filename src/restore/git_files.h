// The files of a backup that git itself reads: .gitmodules, .gitattributes.
#pragma once

#include <string>
#include <vector>

#include "git/fsck_messages.h"
#include "git/tree.h"
#include "restore/backup_files.h"

namespace backgraft::restore {

// Error(kBadSource) where `git fsck --strict`, with these settings, would call
// a tree broken that holds the contents of one of these as the backup has them:
// git refuses to fetch or clone such a repository. `recorded` are the files
// that are taken (in the byte order of paths), below `prefix`. `source_name` is
// for messages.
void CheckGitFiles(const BackupFiles& backup,
                   const std::vector<git::TreeFile>& recorded,
                   const std::string& prefix, const std::string& source_name,
                   const git::FsckOptions& fsck);

// The same for every file of the backup.
void CheckGitFiles(const BackupFiles& backup, const std::string& source_name,
                   const git::FsckOptions& fsck);

}  // namespace backgraft::restore
