// What the tests of restore share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "commands/sandbox.h"
#include "commands/test_repository.h"

namespace backgraft::commands {

// A site with three commits, and repositories that know more or less of it.
class RestoreTest : public ::testing::Test {
 protected:
  RestoreTest() {
    first_ = site_.Commit("First", "index.php", "one\n");
    second_ = site_.Commit("Second", "index.php", "two\n");
    third_ = site_.Commit("Third", "page.php", "page\n");
  }

  // The site as a tar, with its .git.
  std::string Backup(const std::string& name =
                         "site_live_2026-01-15T10-00-00"
                         "_UTC_code.tar") {
    std::string path = place_ / name;
    ProcessResult result = testing::Run(
        {"tar", "-cf", path, "-C", site_.path() + "/..", "repo"}, {});
    EXPECT_EQ(result.status, 0) << result.err;
    return path;
  }

  // A clone of the site at `revision`.
  std::string CloneAt(const std::string& revision) {
    std::string path = place_ / ("clone" + std::to_string(++clones_));
    testing::Git(place_.path(), {"clone", "-q", site_.path(), path});
    testing::Git(path, {"reset", "-q", "--hard", revision});
    return path;
  }
  std::string Unrelated() {
    std::string path = place_ / ("other" + std::to_string(++clones_));
    testing::Git(place_.path(), {"init", "-q", "-b", "main", path});
    place_.Write("other" + std::to_string(clones_) + "/own.txt", "own\n");
    testing::Git(path, {"add", "."});
    testing::Git(path, {"commit", "-q", "-m", "Own"});
    return path;
  }

  ProcessResult Restore(const std::string& repository,
                        std::vector<std::string> args, int status = 0) {
    args.insert(args.begin(), "restore");
    ProcessResult result = testing::Backgraft(repository, args);
    EXPECT_EQ(result.status, status) << result.out << result.err;
    return result;
  }

  // EXPECTs that the branch has the site's tree, is sound and checked out, and
  // that doing it again does nothing.
  void ExpectRestored(const std::string& repository,
                      const std::vector<std::string>& args,
                      const std::string& tree) {
    EXPECT_EQ(testing::Git(repository, {"rev-parse", "HEAD^{tree}"}), tree);
    EXPECT_EQ(testing::Git(repository, {"status", "--porcelain"}), "");
    EXPECT_EQ(testing::Git(repository, {"fsck", "--strict", "--full"}), "");
    std::string tip = testing::Git(repository, {"rev-parse", "HEAD"});
    EXPECT_THAT(Restore(repository, args).out,
                ::testing::HasSubstr("nothing to do"));
    EXPECT_EQ(testing::Git(repository, {"rev-parse", "HEAD"}), tip);
  }
  std::string Parents(const std::string& repository,
                      const std::string& revision = "HEAD") {
    return testing::Git(repository, {"log", "-1", "--format=%P", revision});
  }

  TestRepository site_;
  testing::TempDir place_;
  std::string first_, second_, third_;
  int clones_ = 0;
};

}  // namespace backgraft::commands
