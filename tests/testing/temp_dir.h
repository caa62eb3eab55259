// A directory of a test's own, gone when the test is.
#pragma once

#include <string>

namespace backgraft::testing {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  const std::string& path() const { return path_; }
  // path()/name
  std::string operator/(const std::string& name) const {
    return path_ + "/" + name;
  }
  // Writes a file below it, making directories on the way; returns its path.
  std::string Write(const std::string& name, const std::string& bytes) const;

 private:
  std::string path_;
};

}  // namespace backgraft::testing
