#include "testing/snapshot.h"

#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace backgraft::testing {
namespace fs = std::filesystem;

namespace {

std::string Describe(const fs::path& path, bool times) {
  struct stat status = {};
  if (lstat(path.c_str(), &status) != 0) return "cannot be read";
  std::string out = std::to_string(status.st_mode);
  if (times) {
    out += " " + std::to_string(status.st_ino);
    for (const timespec& time : {status.st_mtim, status.st_ctim}) {
      out += " " + std::to_string(time.tv_sec) + "." +
             std::to_string(time.tv_nsec);
    }
  }
  if (S_ISLNK(status.st_mode)) {
    out += " " + fs::read_symlink(path).string();
  } else if (S_ISREG(status.st_mode)) {
    std::ifstream in(path, std::ios::binary);
    out += " " + std::string(std::istreambuf_iterator<char>(in), {});
  }
  return out;
}

}  // namespace

std::map<std::string, std::string> Snapshot(const std::string& root,
                                            bool times) {
  std::map<std::string, std::string> out;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    out[entry.path().lexically_relative(root).string()] =
        Describe(entry.path(), times);
  }
  return out;
}

std::vector<std::string> Changes(
    const std::map<std::string, std::string>& before,
    const std::map<std::string, std::string>& after) {
  std::vector<std::string> out;
  for (const auto& [path, what] : before) {
    auto it = after.find(path);
    if (it == after.end() || it->second != what) out.push_back(path);
  }
  for (const auto& [path, what] : after) {
    if (!before.contains(path)) out.push_back(path);
  }
  return out;
}

}  // namespace backgraft::testing
