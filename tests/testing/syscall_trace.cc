#include "testing/syscall_trace.h"

#include <filesystem>
#include <fstream>
#include <regex>
#include <stdexcept>

namespace backgraft::testing {
namespace {

constexpr char kOpening[] = "open,openat,openat2,creat,open_by_handle_at";
constexpr char kExecuting[] = "execve,execveat";
constexpr char kNetwork[] =
    "socket,socketpair,connect,bind,sendto,sendmsg,sendmmsg";

// "12 openat(AT_FDCWD</where>, "name", …) = 3</where/name>": the path that was
// asked for and, where it could be opened, the one that it led to.
void TakeOpened(const std::string& line, std::vector<std::string>* opened) {
  static const std::regex kAsked(
      R"re(^\d+ +\w+\((?:[^<"]*<([^>]*)>, )?"((?:[^"\\]|\\.)*)")re");
  static const std::regex kGot(R"re(\) = \d+<(.*)>$)re");
  std::smatch match;
  if (!std::regex_search(line, match, kAsked)) {
    throw std::runtime_error("strace says what nobody understands: " + line);
  }
  std::filesystem::path path(match[2].str());
  if (path.is_relative()) path = match[1].str() / path;
  opened->push_back(path.lexically_normal());
  if (std::regex_search(line, match, kGot)) opened->push_back(match[1]);
}

}  // namespace

SyscallTrace Trace(const std::vector<std::string>& argv, const std::string& log,
                   const ProcessOptions& options) {
  std::vector<std::string> traced = {
      "strace", "-f", "--seccomp-bpf", "-qq", "-y", "-s", "4096", "-o", log};
  traced.insert(traced.end(), {"-e", std::string("trace=") + kOpening + "," +
                                         kExecuting + "," + kNetwork});
  traced.insert(traced.end(), argv.begin(), argv.end());
  ProcessOptions here = options;
  // The leak checker cannot work under a tracer.
  here.env["ASAN_OPTIONS"] = "detect_leaks=0";
  SyscallTrace trace;
  trace.result = Run(traced, here);
  std::ifstream lines(log);
  const std::regex name(R"(^\d+ +(?:<\.\.\. )?(\w+))");
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (!std::regex_search(line, match, name)) continue;
    const std::string call = match[1];
    // The second half of a call that another thread's came between.
    if (line.find("<... ") != std::string::npos) {
      if (size_t at = line.find(") = "); at != std::string::npos &&
                                         line.ends_with('>') &&
                                         call.starts_with("open")) {
        trace.opened.push_back(line.substr(line.rfind('<') + 1,
                                           line.size() - line.rfind('<') - 2));
      }
    } else if (call.starts_with("exec")) {
      trace.executed.push_back(line);
    } else if (call.starts_with("open") || call == "creat") {
      TakeOpened(line, &trace.opened);
    } else {
      trace.network.push_back(line);
    }
  }
  return trace;
}

}  // namespace backgraft::testing
