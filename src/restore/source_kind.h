// Which part of a backup a source is.
#pragma once

#include <optional>
#include <string>

#include "restore/source_limits.h"

namespace backgraft::restore {

enum class SourceKind { kCode, kDatabase, kFiles };

struct FoundKind {
  std::optional<SourceKind> kind;
  // It looks as if it held several parts: FindWholeBackup() knows.
  bool several = false;
};

// A link or a named pipe: to read it twice is to fetch it twice, or to wait for
// ever.
bool ComesOnce(const std::string& source);

// By content, as far as it takes to be sure: a dump, alone or in an archive; a
// `.git`, or files that only code has at its root; a `files_<env>` directory.
// The name decides where the content does not, and for what can be read only
// once (a link, a pipe); nothing where neither does. A pipe at standard input
// becomes a file without a name, so that it can still be read.
// Error(kBadSource) as reading it has it.
FoundKind FindSourceKind(const std::string& source, const SourceLimits& limits);

}  // namespace backgraft::restore
