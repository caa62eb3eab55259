// What the tests of graft share: a repository, and a site of its own that is
// backed up with its history.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

#include "test_repository.h"

namespace backgraft::commands {

class GraftTest : public ::testing::Test {
 protected:
  // repo_ has three commits on main, site_ two on master, and nothing in
  // common: "same" is equal in both, "both" is not.
  GraftTest() {
    repo_.Write("same", "same\n");
    repo_.Commit("ours one", "both", "ours\n");
    repo_.Commit("ours two", "dir/ours", "o\n");
    repo_.Commit("ours three", "dir/ours", "oo\n");
    site_.Git({"checkout", "-q", "-b", "master"});
    site_.Write("same", "same\n");
    site_.Commit("site one", "both", "site\n");
    site_.Commit("site two", "dir/site", "s\n");
  }

  // A backup of `site`, as it is now, beside repo_.
  std::string BackUp(const TestRepository& site,
                     const std::string& name = "backup.tar") const {
    std::string path = repo_.path() + "/../" + name;
    ProcessResult result =
        testing::Run({"tar", "cf", path, "--transform=s,^\\.,code,S", "-C",
                      site.path(), "."});
    EXPECT_EQ(result.status, 0) << result.err;
    return path;
  }
  std::string BackUp() const { return BackUp(site_); }

  ProcessResult Graft(std::vector<std::string> args, int status = 0,
                      const ProcessOptions& options = {}) const {
    args.insert(args.begin(), "graft");
    ProcessResult result = repo_.Backgraft(args, options);
    EXPECT_EQ(result.status, status) << result.out << result.err;
    return result;
  }
  // The same with --json.
  nlohmann::json GraftJson(std::vector<std::string> args,
                           int status = 0) const {
    args.emplace_back("--json");
    nlohmann::json json =
        nlohmann::json::parse(Graft(args, status).out, nullptr, false);
    EXPECT_TRUE(json.is_object());
    EXPECT_EQ(json.value("exit", -1), status);
    return json;
  }

  // EXPECTs that HEAD joins `before` and the site's `tip`, whose commits are
  // all there with the ids that they had, and that git finds nothing wrong.
  void ExpectJoined(const std::string& before, const std::string& tip) const {
    EXPECT_EQ(repo_.Git({"log", "-1", "--format=%P"}), before + " " + tip);
    ExpectHistoryOf(tip);
    repo_.ExpectClean();
  }
  void ExpectHistoryOf(const std::string& tip) const {
    EXPECT_EQ(repo_.Git({"rev-list", tip}), site_.Git({"rev-list", tip}));
  }
  // "<mode> <path>" of every file of `revision`, one a line.
  std::string Files(const std::string& revision = "HEAD") const {
    return repo_.Git({"ls-tree", "-r", "--name-only", revision});
  }
  std::string Show(const std::string& path) const {
    return repo_.Git({"show", "HEAD:" + path});
  }

  // What `git merge` makes of the same, in a copy of the repository that has
  // fetched the site. Returns the copy's path.
  std::string MergeByHand(const std::vector<std::string>& options,
                          int status) const {
    std::string copy = repo_.path() + "/../by-hand";
    std::filesystem::copy(repo_.path(), copy,
                          std::filesystem::copy_options::recursive |
                              std::filesystem::copy_options::copy_symlinks);
    testing::Git(copy,
                 {"fetch", "-q", site_.path(), "HEAD:refs/tags/backup.tar"});
    std::vector<std::string> argv = {"git", "merge", "--no-ff", "--no-edit",
                                     "--allow-unrelated-histories"};
    argv.insert(argv.end(), options.begin(), options.end());
    argv.emplace_back("backup.tar");
    ProcessResult result = testing::Run(argv, {.directory = copy});
    EXPECT_EQ(result.status, status) << result.out << result.err;
    return copy;
  }

  TestRepository repo_, site_;
};

}  // namespace backgraft::commands
