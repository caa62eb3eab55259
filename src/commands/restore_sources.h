// Which source is which part of a backup, for `restore`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "restore/progress.h"
#include "restore/source_limits.h"
#include "restore/whole_backup.h"

namespace backgraft::commands {

// As the command line has them, "" where not given.
struct GivenSources {
  std::vector<std::string> any;       // to be told by their content
  std::string code, database, files;  // said outright
  std::string files_dir;              // where uploaded files go
  std::string database_url;           // where the database is
};

struct RestoreSources {
  std::optional<std::string> code, database, files;
  // The one that is the whole of a backup, all or some of whose parts are
  // taken.
  std::optional<std::string> whole;
  // Which part of their source they are, where it holds more.
  std::optional<archive::Part> code_part, files_part;
  std::optional<std::string> member;  // the dump, likewise
  // What of the branch stays as it is, because it is no code: a pathspec or "".
  std::string keep;
  // What all of them have to have, where they are one file.
  std::optional<std::string> sha256;

  bool several() const {
    return code.has_value() + database.has_value() + files.has_value() > 1 &&
           !(whole && (!code || code == whole) && (!files || files == whole) &&
             (!database || member));
  }
};

// Error(kUsage) where there is none, there are two of a kind, or standard input
// is meant twice; Error(kRefused) where nothing says where uploaded files or
// the database of a whole backup go.
RestoreSources SortSources(const GivenSources& given,
                           const restore::SourceLimits& limits,
                           restore::Progress& progress);

// What was sorted as code turned out, when it was read, to be perhaps the whole
// of a backup: looks again, at all of it. Error(kRefused) where it can be read
// but once, and as SortSources() has it.
void SortAgain(const GivenSources& given, const restore::SourceLimits& limits,
               restore::Progress& progress, RestoreSources* sources);

}  // namespace backgraft::commands
