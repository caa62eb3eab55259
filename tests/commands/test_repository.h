// A repository with a working tree that a test fills commit by commit, and
// against which it runs the program and git.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::commands {

using testing::ProcessOptions;
using testing::ProcessResult;

class TestRepository {
 public:
  // Empty, on the unborn branch main.
  TestRepository();

  std::string path() const { return dir_ / "repo"; }
  std::string Write(const std::string& name, const std::string& bytes) const {
    return dir_.Write("repo/" + name, bytes);
  }
  // Below path()'s parent, beside the repository.
  std::string WriteBeside(const std::string& name,
                          const std::string& bytes) const {
    return dir_.Write(name, bytes);
  }
  // The file's bytes; "" where there is none.
  std::string Read(const std::string& name) const;

  // Commits all of the working tree, one hour after the commit before; returns
  // the id.
  std::string Commit(const std::string& message);
  // Write() and Commit().
  std::string Commit(const std::string& message, const std::string& name,
                     const std::string& bytes);
  // Merges `branch` with a merge commit in any case; returns the id.
  std::string Merge(const std::string& branch);

  std::string Git(const std::vector<std::string>& args) const {
    return testing::Git(path(), args);
  }
  // Whatever it exits with.
  ProcessResult TryGit(const std::vector<std::string>& args) const;
  ProcessResult Revert(std::vector<std::string> args,
                       const ProcessOptions& options = {}) const;
  ProcessResult Backgraft(const std::vector<std::string>& args,
                          const ProcessOptions& options = {}) const {
    return testing::Backgraft(path(), args, options);
  }

  std::string Id(const std::string& revision) const {
    return Git({"rev-parse", "--verify", revision});
  }
  std::string Tree(const std::string& revision) const {
    return Id(revision + "^{tree}");
  }
  // The message of `revision` without our trailers.
  std::string Message(const std::string& revision = "HEAD") const;
  // The values of a trailer, one a line.
  std::string Trailer(const std::string& key,
                      const std::string& revision = "HEAD") const;
  // Subjects of the last `count` commits, newest first, one a line.
  std::string Subjects(int count) const;

  // Every file below the repository, .git included, with its bytes.
  std::map<std::string, std::string> Snapshot() const;

  // A copy beside it, with everything; returns its path.
  std::string Copy(const std::string& name) const;

  // EXPECTs that the repository is sound, the working tree as committed.
  void ExpectClean() const;

 private:
  testing::TempDir dir_;
  long clock_ = 1700000000;
};

// The files of the working tree in `directory`, its index, and what git keeps
// about a revert that stopped, in words.
std::string RevertState(const std::string& directory);

// `message` up to the trailers this program adds.
std::string WithoutTrailers(const std::string& message);

}  // namespace backgraft::commands
