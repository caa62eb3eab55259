// The failures of the program. A failure is an exception of this one type; an
// outcome that callers are expected to handle is a value.
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace backgraft {

// Why something failed, as the user has to act on it. main.cc alone turns a
// kind into an exit status (see cli/exit_status.h).
enum class ErrorKind {
  kConflict,   // the answer is no: conflicts
  kRefused,    // the user has to decide something first
  kBadSource,  // the source is corrupt, truncated, unsupported or unsafe
  kTransfer,   // a transfer failed
  kExpired,    // the link has expired
  kDatabase,   // the database refused or could not be reached
  kIo,         // disk full, permission, read-only, out of memory
  kUsage,      // the command line makes no sense
  kBug,        // an invariant of ours does not hold
};

// `message` is lower case, one sentence without full stop, names in single
// quotes (already escaped with Quote()). Each hint is a line of its own and
// names the command to run next.
class Error : public std::runtime_error {
 public:
  Error(ErrorKind kind, const std::string& message,
        std::vector<std::string> hints = {})
      : std::runtime_error(message), kind_(kind), hints_(std::move(hints)) {}

  ErrorKind kind() const { return kind_; }
  const std::vector<std::string>& hints() const { return hints_; }

  // Paths the message is about (files in the way, conflicts), raw bytes.
  const std::vector<std::string>& paths() const { return paths_; }
  Error&& WithPaths(std::vector<std::string> paths) && {
    paths_ = std::move(paths);
    return std::move(*this);
  }

 private:
  ErrorKind kind_;
  std::vector<std::string> hints_;
  std::vector<std::string> paths_;
};

// Throws Error(kIo) "<what> '<path>': <strerror(error_number)>". `what` is like
// "cannot write". `error_number` is an errno value.
[[noreturn]] void ThrowErrno(int error_number, const std::string& what,
                             const std::string& path);

// The hint for a source whose bytes are not those it was made of.
inline constexpr char kGetItAgain[] =
    "get it again, and have it compared with what it should be: --sha256 HEX";

// Throws Error(kBug) when `holds` is false. For invariants of ours, never for
// input.
void Require(bool holds, const char* what);

}  // namespace backgraft
