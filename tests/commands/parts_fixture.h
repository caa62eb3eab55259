// A site of three parts (code in a repository, a database, uploaded files) and
// backups of them, for tests of `restore` and of the journal.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "commands/sandbox.h"
#include "import/database_server.h"

namespace backgraft::commands {

class PartsSite {
 public:
  PartsSite();

  // All of what a restore may change: refs, index, working tree, database,
  // schemas beside it, and everything beside the files.
  std::string State() const;
  // The same without what is kept for undo.
  std::string Visible() const;
  // Makes the database as it was first.
  void RenewDatabase() const;
  // Makes `State()` of a new site again: as the constructor left it.
  void Reset();

  // "restore" with the three sources and the places they go to.
  std::vector<std::string> RestoreAll() const;
  ProcessResult Backgraft(const std::vector<std::string>& args,
                          const ProcessOptions& options = {}) const {
    return sandbox_.Backgraft(args, options);
  }

  const Sandbox& sandbox() const { return sandbox_; }
  const imports::DatabaseServer& server() const { return server_; }
  const std::string& code() const { return code_; }
  const std::string& database() const { return database_; }
  const std::string& files() const { return files_; }
  std::string files_dir() const { return sandbox_.path() + "/site/files"; }
  std::string url() const { return server_.Url("shop"); }

 private:
  imports::DatabaseServer& server_ = imports::DatabaseServer::Shared();
  Sandbox sandbox_;
  std::string code_, database_, files_;
};

class PartsTest : public ::testing::Test {
 protected:
  // Fails with `status`, saying `what`, and nothing is changed anywhere.
  void ExpectFails(const std::vector<std::string>& args, int status,
                   const std::string& what) {
    const std::string before = site_.State();
    const ProcessResult result = site_.Backgraft(args);
    EXPECT_EQ(result.status, status) << result.err;
    EXPECT_THAT(result.err, ::testing::HasSubstr(what));
    EXPECT_EQ(site_.State(), before);
  }

  PartsSite site_;
};

}  // namespace backgraft::commands
