#include "testing/syscall_fault.h"

#include <regex>
#include <sstream>
#include <stdexcept>

#include "base/io.h"
#include "testing/temp_dir.h"

namespace backgraft::testing {
namespace {

ProcessResult RunUnderStrace(const std::vector<std::string>& strace,
                             const std::vector<std::string>& argv,
                             ProcessOptions options) {
  std::vector<std::string> traced = {"taskset", "-c", "0",
                                     "strace",  "-f", "-qq"};
  traced.insert(traced.end(), strace.begin(), strace.end());
  traced.insert(traced.end(), argv.begin(), argv.end());
  // The leak checker cannot work under a tracer.
  options.env["ASAN_OPTIONS"] = "detect_leaks=0";
  return Run(traced, options);
}

}  // namespace

ProcessResult RunWithFault(const SyscallFault& fault,
                           const std::vector<std::string>& argv,
                           const ProcessOptions& options) {
  return RunUnderStrace(
      {"-o", "/dev/null", "-e", "trace=" + fault.call, "-e",
       "inject=" + fault.call + ":" + fault.what +
           ":when=" + std::to_string(fault.at) + (fault.lasting ? "+" : "")},
      argv, options);
}

std::map<std::string, int> CountCalls(const std::string& calls,
                                      const std::vector<std::string>& argv,
                                      const ProcessOptions& options) {
  const TempDir dir;
  const std::string log = dir / "log";
  const ProcessResult result =
      RunUnderStrace({"-o", log, "-e", "trace=" + calls}, argv, options);
  if (result.status != 0) throw std::runtime_error(result.err + result.out);
  std::map<std::string, int> counts;
  std::istringstream lines(ReadFile(log));
  const std::regex name("^[0-9]+ +([a-z0-9]+)\\(");
  std::smatch match;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_search(line, match, name)) ++counts[match[1]];
  }
  return counts;
}

}  // namespace backgraft::testing
