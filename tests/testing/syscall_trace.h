// What a program does to the world around it, as strace sees it.
#pragma once

#include <string>
#include <vector>

#include "testing/process.h"

namespace backgraft::testing {

struct SyscallTrace {
  ProcessResult result;
  std::vector<std::string> executed;  // lines of the trace
  std::vector<std::string> network;   // lines of the trace
  // Absolute paths: as they were asked for, and where that led.
  std::vector<std::string> opened;
};

// Runs argv with all its threads and children under strace, which writes into
// the file `log`.
SyscallTrace Trace(const std::vector<std::string>& argv, const std::string& log,
                   const ProcessOptions& options = {});

}  // namespace backgraft::testing
