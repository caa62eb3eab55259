// Extended header records of POSIX.1-2001 ("pax"): the body of 'x' and 'g'
// entries.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace backgraft::archive {

// What of the records matters here; everything else (owners, ACLs, extended
// attributes, comments) is checked for its form and dropped.
struct PaxRecords {
  std::optional<std::string> path;
  std::optional<std::string> link_path;
  std::optional<uint64_t> size;
  std::optional<int64_t> mtime;
};

// Error(kBadSource) for records that are malformed, that hold a NUL where it
// could hide something, that say different things under one key, that describe
// a sparse file, or whose names are in another encoding than UTF-8 or bytes.
// `subject` as in refusal.h.
PaxRecords ParsePax(std::string_view body, const std::string& subject);

}  // namespace backgraft::archive
