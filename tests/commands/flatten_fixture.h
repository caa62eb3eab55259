// What the tests of flatten share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "commands/sandbox.h"

namespace backgraft::commands {

class FlattenTest : public ::testing::Test {
 protected:
  // Runs flatten and expects `status`.
  ProcessResult Flatten(const std::vector<std::string>& args, int status = 0,
                        const ProcessOptions& options = {}) {
    std::vector<std::string> all = {"flatten"};
    all.insert(all.end(), args.begin(), args.end());
    ProcessResult result = box_.Backgraft(all, options);
    EXPECT_EQ(result.status, status) << result.out << result.err;
    return result;
  }
  std::string Show(const std::string& format,
                   const std::string& revision = "HEAD") {
    return box_.Git(
        {"log", "-1", "--date=iso-strict", "--format=" + format, revision});
  }
  Sandbox box_;
};

}  // namespace backgraft::commands
