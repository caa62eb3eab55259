// Entries out of a source, one after the other, without unpacking it.
//
// Every reader checks what it reads: checksums, declared against delivered
// sizes, the end of the archive, limits, and the form of names. What it refuses
// is Error(kBadSource) naming the entry and the reason. A source is only known
// to be whole once Next() has returned nothing: nothing may be published
// before.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "archive/entry.h"
#include "archive/limits.h"
#include "base/byte_source.h"

namespace backgraft::archive {

class Reader {
 public:
  virtual ~Reader() = default;

  // The next entry in the source's order, or nothing at its proper end. Content
  // of the entry before that was not read is passed over (and checked all the
  // same). Throws Error; after that the reader may only be destroyed.
  virtual std::optional<Entry> Next() = 0;

  // The next piece of the current entry's content, empty at its end. The bytes
  // are borrowed until the next call of Next() or Read().
  virtual ByteSpan Read() = 0;

  // What it is, as `--json` names it: "tar", "tar.gz", "zip", "directory", ...
  virtual std::string format() const = 0;
};

// Looks at the first bytes of `source` and returns the reader for what it is.
// Error(kBadSource) where that is nothing we read, saying what it looks like.
// `source` must outlive the reader.
std::unique_ptr<Reader> OpenArchive(ByteSource& source, const Limits& limits);

// Reads the directory `path` in the byte order of its paths, following no link.
std::unique_ptr<Reader> OpenDirectory(const std::string& path,
                                      const Limits& limits);

}  // namespace backgraft::archive
