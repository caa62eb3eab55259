// Which files of a source count as code, decided once it has been read.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "restore/assemble.h"
#include "restore/backup_files.h"

namespace backgraft::restore {

// What --select means for this source. `wanted` is what the user asked for, if
// anything. Adds a warning where something else is done.
Select ChooseSelect(std::optional<Select> wanted, bool has_git,
                    std::vector<std::string>* warnings);

// Error(kBadSource) for a source without a working tree: a bare repository, or
// nothing but directories.
void RefuseWithoutFiles(const BackupFiles& backup,
                        const std::string& source_name);

}  // namespace backgraft::restore
