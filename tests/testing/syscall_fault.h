// Programs that are harmed at one of their system calls, by strace(1).
#pragma once

#include <map>
#include <string>
#include <vector>

#include "testing/process.h"

namespace backgraft::testing {

struct SyscallFault {
  std::string call;                  // its name
  int at = 1;                        // the how manieth of that name
  std::string what = "signal=KILL";  // as strace's inject= has it
  bool lasting = false;              // at all later calls of that name as well
};

// Runs argv on one processor, so that its calls come in the same order each
// time, and does the harm before the call. The result is the program's.
ProcessResult RunWithFault(const SyscallFault& fault,
                           const std::vector<std::string>& argv,
                           const ProcessOptions& options = {});

// How often argv makes each of `calls` (names with commas between) while
// nothing goes wrong; throws what it says unless it exits 0.
std::map<std::string, int> CountCalls(const std::string& calls,
                                      const std::vector<std::string>& argv,
                                      const ProcessOptions& options = {});

}  // namespace backgraft::testing
