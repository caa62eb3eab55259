// A repository and backups of it, for tests that run the program.
#pragma once

#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "archive/tar_builder.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::commands {

using archive::MakeTar;
using archive::TarEnd;
using archive::TarMember;
using testing::Git;
using testing::ProcessOptions;
using testing::ProcessResult;

// All members, one after the other, and the end.
std::string TarOf(const std::vector<TarMember>& members);
// A member of another type than a file's.
TarMember Directory(const std::string& name);
TarMember Symlink(const std::string& name, const std::string& target);
TarMember Hardlink(const std::string& name, const std::string& target);

// What `program` (gzip, xz, …) makes of `bytes`.
std::string Compressed(const std::vector<std::string>& program,
                       const std::string& bytes);

// path/repo is a repository at branch main with one commit that holds
// "old.txt" ("old\n") and "same.txt" ("same\n").
class Sandbox {
 public:
  Sandbox();

  const std::string& path() const { return dir_.path(); }
  std::string repo() const { return dir_ / "repo"; }
  // Writes path/<name> and returns its path.
  std::string Write(const std::string& name, const std::string& bytes) const {
    return dir_.Write(name, bytes);
  }
  std::string WriteRepo(const std::string& name,
                        const std::string& bytes) const {
    return dir_.Write("repo/" + name, bytes);
  }
  // path/<name> as a tar of `members`.
  std::string WriteTar(const std::vector<TarMember>& members,
                       const std::string& name = "backup.tar") const {
    return Write(name, TarOf(members));
  }
  // The bytes of path/<name>.
  std::string Read(const std::string& name) const;

  // Commits everything in the repository's working tree.
  void Commit(const std::string& message) const;

  ProcessResult Backgraft(const std::vector<std::string>& args,
                          const ProcessOptions& options = {}) const {
    return testing::Backgraft(repo(), args, options);
  }
  std::string Git(const std::vector<std::string>& args) const {
    return testing::Git(repo(), args);
  }
  // "<mode> <path>" of every file of `revision`, one a line.
  std::string Files(const std::string& revision = "HEAD") const;
  // Content of `path` in HEAD.
  std::string Blob(const std::string& path) const;

  // EXPECTs that the repository is sound and its working tree as committed.
  void ExpectClean() const;

 private:
  testing::TempDir dir_;
};

// Standard output as JSON; ADD_FAILURE where it is not exactly one object.
nlohmann::json JsonOf(const ProcessResult& result);

}  // namespace backgraft::commands
