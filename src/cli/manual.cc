#include "cli/manual.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>

namespace backgraft::cli {

void BecomeManual(const std::string& page) {
  namespace fs = std::filesystem;
  std::error_code failed;
  const fs::path program = fs::read_symlink("/proc/self/exe", failed);
  if (failed) return;
  const fs::path manual =
      (program.parent_path() / BACKGRAFT_MAN_FROM_BIN).lexically_normal();
  const std::string file = (manual / "man1" / (page + ".1")).string();
  if (access(file.c_str(), R_OK) != 0 &&
      access((file + ".gz").c_str(), R_OK) != 0) {
    return;
  }
  // As git's setup_man_path(): ours first, then what man would search.
  const char* others = std::getenv("MANPATH");
  const std::string path =
      manual.string() + ":" + (others != nullptr ? others : "");
  setenv("MANPATH", path.c_str(), 1);
  execlp("man", "man", page.c_str(), nullptr);
}

}  // namespace backgraft::cli
