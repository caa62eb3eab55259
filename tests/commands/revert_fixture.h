// What the tests of `revert` share.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "test_repository.h"

namespace backgraft::commands {

class RevertFixture : public ::testing::Test {
 protected:
  void ExpectOk(const ProcessResult& result) {
    EXPECT_EQ(result.status, 0) << result.out << result.err;
  }
  // Refused with this status, and not a byte has changed.
  void ExpectRefused(const std::vector<std::string>& args, int status,
                     const std::string& message) {
    auto before = repo_.Snapshot();
    ProcessResult result = repo_.Revert(args);
    EXPECT_EQ(result.status, status) << result.out;
    EXPECT_THAT(result.err, ::testing::HasSubstr(message));
    EXPECT_EQ(repo_.Snapshot(), before);
  }

  TestRepository repo_;
};

}  // namespace backgraft::commands
