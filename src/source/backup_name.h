// What the name of a backup says about it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backgraft::source {

enum class BackupPart { kCode, kDatabase, kFiles };

struct BackupName {
  std::string site;
  std::string env;
  int64_t time = 0;  // seconds since the epoch
  BackupPart part = BackupPart::kCode;
};

// Parses the last component of `path` (a link's path without its query) as
//   <site>_<env>_<YYYY-MM-DDTHH-MM-SS>_UTC_{code,files,database}[.anything]
// from the right: a site may hold "_", an environment may not (Pantheon's
// multidev names are letters, digits and "-"). Nothing where it is not one.
std::optional<BackupName> ParseBackupName(std::string_view path);

// The last component of `path`, or of a link, without the extensions of
// archives, dumps and bundles: "a/site-1.2.tar.gz" gives "site-1.2".
std::string FileStem(std::string_view path);

}  // namespace backgraft::source
