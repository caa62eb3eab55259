// What a source is, by its content and never by its name.
#pragma once

#include <string>

#include "archive/decoder.h"
#include "archive/peekable_source.h"

namespace backgraft::archive {

enum class Container {
  kUnknown,
  kTar,
  kZip,
  kSql,     // a dump of a database, as text
  kBundle,  // a git bundle
  kPage,    // an HTML or XML page, most often an error in place of a download
};

struct SourceType {
  Container container = Container::kUnknown;  // below the compression
  Compression compression = Compression::kNone;
  // For messages: "a tar archive", "a 7-Zip archive", "an HTML page", "a gzip
  // file inside a gzip file", ...
  std::string looks_like;

  // As `--json` names it: "tar", "tar.gz", "zip", "bundle", "sql", "sql.gz",
  // "tar.bz2", "tar.xz", "tar.zst"; "" for kUnknown and kPage.
  std::string format() const;
};

// Looks at the first bytes of `source`, decompressing a little where they are
// compressed; what was looked at stays in front. Throws what reading throws;
// damage in compressed data is left for the reader to report.
SourceType Sniff(PeekableSource& source);

}  // namespace backgraft::archive
