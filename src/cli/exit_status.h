// The one place where an outcome becomes a word in JSON and an exit status.
#pragma once

#include <string_view>

#include "base/error.h"

namespace backgraft::cli {

enum class Status {
  kOk,
  kNothingToDo,
  kConflict,
  kDifferent,
  kRefused,
  kBadSource,
  kTransfer,
  kExpired,
  kDatabase,
  kIo,
  kUsage,
  kBug,
  kInterrupted,  // its exit status depends on the signal
};

std::string_view StatusName(Status status);
int ExitStatus(Status status);
Status StatusOf(ErrorKind kind);

}  // namespace backgraft::cli
