// What the tests of rebuild share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "base/io.h"
#include "commands/sandbox.h"
#include "testing/snapshot.h"

namespace backgraft::commands {

class RebuildTest : public ::testing::Test {
 protected:
  // Beside the sources.
  std::string site() const { return box_.path() + "/site"; }

  // Runs rebuild beside the sources and expects `status`.
  ProcessResult Rebuild(const std::vector<std::string>& args, int status = 0,
                        const ProcessOptions& options = {}) {
    std::vector<std::string> all = {"rebuild"};
    all.insert(all.end(), args.begin(), args.end());
    ProcessResult result = testing::Backgraft(box_.path(), all, options);
    EXPECT_EQ(result.status, status) << result.out << result.err;
    return result;
  }
  std::string Site(const std::vector<std::string>& args) const {
    return Git(site(), args);
  }
  std::string Id(const std::string& revision = "HEAD") const {
    return Site({"rev-parse", "--verify", revision});
  }
  // One line a commit, oldest first.
  std::string Log(const std::string& format) const {
    return Site({"log", "--reverse", "--date=raw", "--format=" + format});
  }
  // EXPECTs that the repository is sound and its working tree as committed.
  void ExpectSound() const {
    EXPECT_EQ(Site({"fsck", "--strict", "--full", "--no-progress"}), "");
    EXPECT_EQ(Site({"status", "--porcelain"}), "");
  }
  // A release with one file that stays and one that says `text`.
  void WriteRelease(const std::string& name, const std::string& text,
                    uint64_t mtime = 1700000000) const {
    box_.WriteTar({{.name = "lib/same.txt", .content = "same\n", .mtime = 1},
                   {.name = "lib/text", .content = text, .mtime = mtime}},
                  name);
  }
  // path/<name>.tar: a code backup of the sandbox's repository as it stands.
  void WriteBackup(const std::string& name) const {
    testing::Run({"tar", "cf", box_.path() + "/" + name, "--transform",
                  "s,^repo,live_code,", "-C", box_.path(), "repo"});
  }
  // Every name beside the sources.
  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(box_.path())) {
      names.push_back(entry.path().filename());
    }
    return names;
  }

  Sandbox box_;
};

}  // namespace backgraft::commands
