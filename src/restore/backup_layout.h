// Backups that hold code, a database and uploaded files in one archive, known
// by what is in them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace backgraft::restore {

struct BackupLayout {
  std::string name;  // "drush archive (8)", "cPanel backup", …
  // Paths in the source, without slashes at the end: the directory of the code
  // ("" is the archive itself), the dumps, and the directory of uploaded files.
  // Nothing where the backup has no such part.
  std::optional<std::string> code;
  std::vector<std::string> databases;
  std::optional<std::string> files;
  // The code has a history, which says what of its directory is code.
  bool has_git = false;
};

// `paths` are those of all files in the source, sorted, with one path for each
// `.git` and all it holds; `manifest` is what its
// MANIFEST.ini holds, "" where it has none. Nothing where it is a backup of one
// part alone.
//
// Known are drush's archive-dump (8: MANIFEST.ini names the parts) and
// archive:dump (9 and later: code/, database/ and files/), cPanel's (homedir/
// with public_html/, mysql/) and a site with a dump in it, as plugins for
// backups make: then its uploads or its passwords are there, too. A dump among
// the files of a repository's own working tree is code.
std::optional<BackupLayout> FindBackupLayout(
    const std::vector<std::string>& paths, const std::string& manifest);

// Whether a file of this name is a dump of a database, perhaps compressed.
bool IsDumpName(const std::string& path);

}  // namespace backgraft::restore
