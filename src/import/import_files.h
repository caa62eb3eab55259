// Uploaded files out of a backup into a directory, at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "archive/reader.h"
#include "base/io.h"
#include "import/files_compare.h"
#include "import/files_list.h"
#include "import/files_switch.h"

namespace backgraft::imports {

struct FilesOptions {
  std::string directory;    // the target
  std::string source_name;  // for messages
  std::string operation;    // unique: part of the staging directory's name
  bool overlay = false;     // keep what the source lacks
  bool keep_modes = false;
  bool whole = false;  // the source is a directory: it is its own root
  std::optional<std::string> root;  // which directory of the source is meant
  bool dry_run = false;
};

struct StagedFiles {
  // Nothing where there is nothing to do, and in a dry run.
  std::optional<FilesSwitch> files;
  std::string target;  // resolved
  std::string root;    // of the source
  FilesComparison comparison;
  std::vector<SkippedFile> skipped;
  uint64_t count = 0;  // regular files of the source
  bool verified = false;
  // As long as it lives, nobody takes the staged files for leftovers.
  UniqueFd lock;
};

// Reads `reader` to its end and makes beside the target what is to take its
// place, compares it with the list of what was read, and makes it durable.
// Nothing is visible before Switch(). `before_use` is called when the source
// has been read, and may refuse it. On failure nothing is left.
// Error(kRefused) for a target that holds `.git`, is no directory or a mount
// point; Error(kBadSource); Error(kIo).
StagedFiles Stage(archive::Reader& reader, const FilesOptions& options,
                  const std::function<void()>& before_use);

}  // namespace backgraft::imports
