// What a source is and what a person should know of it before restoring it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "archive/limits.h"
#include "restore/platform.h"
#include "restore/progress.h"
#include "restore/source_info.h"

namespace backgraft::restore {

struct LargeFile {
  std::string path;
  uint64_t size;
};

struct InspectResult {
  SourceInfo source;
  std::optional<Platform> platform;
  std::optional<std::string> relation;  // where it is known
  uint64_t files = 0, executables = 0, symlinks = 0;
  uint64_t bytes = 0;  // of all contents
  std::optional<int64_t> newest;
  std::vector<LargeFile> large;  // over 50 MB, largest first
  std::vector<std::string> lfs_pointers;
  std::vector<std::string> nested_repositories;
  std::vector<std::string> submodules;
  // Groups of paths that are one on some file systems, by case or by Unicode
  // normalisation.
  std::vector<std::vector<std::string>> collisions;
  std::vector<LeftOut> left_out;
  std::vector<std::string> warnings;
};

inline constexpr uint64_t kLargeFileSize = 50'000'000;
inline constexpr uint64_t kHugeFileSize = 100'000'000;

// Reads the source to its end and writes nothing. Throws what restoring it
// would refuse with.
InspectResult Inspect(const std::string& source, const archive::Limits& limits,
                      Progress& progress);

}  // namespace backgraft::restore
