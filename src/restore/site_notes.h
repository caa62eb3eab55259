// What a person should know of a site's code before it is committed: what of it
// is no code, and where passwords stand.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "restore/backup_files.h"
#include "restore/platform.h"

namespace backgraft::restore {

struct SiteNote {
  enum class Kind {
    kUploads,       // what visitors and editors put there
    kSecrets,       // a file with a password in it, which is never told
    kDependencies,  // what Composer or npm fetches again
    kBuildOutput,   // what a build makes again
  };
  Kind kind = Kind::kUploads;
  std::string path;  // a directory, or the file with the password
  uint64_t files = 0;
  uint64_t bytes = 0;
};

// Sorted by kind, then path. Only what `files` keeps of their contents is
// looked at.
std::vector<SiteNote> FindSiteNotes(const std::optional<Platform>& platform,
                                    const BackupFiles& files);

}  // namespace backgraft::restore
