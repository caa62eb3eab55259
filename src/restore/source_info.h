// What is known of a source once it has been read.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace backgraft::restore {

struct SourceInfo {
  std::string name;  // the file's name without directories, or "-"
  std::optional<std::string> sha256;  // of the file's bytes; none: a directory
  std::string kind = "code";          // code, database or files
  std::string format;  // tar, tar.gz, zip, directory, sql.gz, …
  // From a <site>_<env>_<time>_UTC_<part> name.
  std::optional<std::string> site, env;
  std::optional<int64_t> time;  // seconds since the epoch
  std::string root;             // the code's directory in it, without slashes
  bool has_git = false;
  std::optional<std::string> tip;  // the commit it is at, in hex
};

// Something that was in the source and is not in the result.
struct LeftOut {
  std::string path;  // as it stood in the source
  std::string reason;
  friend auto operator<=>(const LeftOut&, const LeftOut&) = default;
};

}  // namespace backgraft::restore
