// Runs programs the way tests need them: a cleared environment, a fixed
// identity and clock, output and status caught.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace backgraft::testing {

struct ProcessResult {
  int status = -1;  // exit status, or 128 + signal
  std::string out;
  std::string err;
};

struct ProcessOptions {
  std::string directory{};                   // where to run; "" is here
  std::string input{};                       // standard input
  std::map<std::string, std::string> env{};  // on top of the hermetic one
};

// Runs argv[0] (looked up in PATH) hermetically: HOME is an empty directory
// that does not exist, XDG_STATE_HOME one of this program's own, no system or
// global git configuration, LC_ALL=C, TZ=UTC, and the identity "A U Thor
// <author@example.com>" at 1700000000 +0000.
ProcessResult Run(const std::vector<std::string>& argv,
                  const ProcessOptions& options = {});

// Run({"git", ...}) in `directory`; throws with git's message unless it exits
// 0. Returns standard output without its last newline.
std::string Git(const std::string& directory,
                const std::vector<std::string>& args);

// What the pack entry of `object` builds on in the repository at `directory`,
// as git sees it; zeros where on nothing.
std::string DeltaBase(const std::string& directory, const std::string& object);

// The built program.
std::string ProgramPath();

// Run(the built backgraft, args) in `directory`.
ProcessResult Backgraft(const std::string& directory,
                        const std::vector<std::string>& args,
                        const ProcessOptions& options = {});

// The same on a terminal of 24 lines and `columns` columns, by script(1):
// standard output and error are one, and `options.input` is what is typed.
ProcessResult BackgraftOnTerminal(const std::string& directory,
                                  const std::vector<std::string>& args,
                                  size_t columns = 80,
                                  ProcessOptions options = {});

}  // namespace backgraft::testing
