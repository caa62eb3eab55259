// Which source is which part of a backup, for `restore`.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "restore/source_limits.h"

namespace backgraft::commands {

// As the command line has them, "" where not given.
struct GivenSources {
  std::vector<std::string> any;       // to be told by their content
  std::string code, database, files;  // said outright
  std::string files_dir;              // where uploaded files go
};

struct RestoreSources {
  std::optional<std::string> code, database, files;

  bool several() const {
    return code.has_value() + database.has_value() + files.has_value() > 1;
  }
};

// Error(kUsage) where there is none, there are two of a kind, or standard input
// is meant twice; Error(kRefused) where nothing says where uploaded files go.
RestoreSources SortSources(const GivenSources& given,
                           const restore::SourceLimits& limits);

}  // namespace backgraft::commands
