// One row a refusal: how it comes about, and what is said.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "commands/sandbox.h"

namespace backgraft::commands {

using Args = std::vector<std::string>;

struct Row {
  std::string name;
  int status;
  std::string message;  // part of the "error: " line
  std::string hint;     // part of a "hint: " line; "" where there is none
  // Brings the sandbox into the state and returns the arguments.
  std::function<Args(const Sandbox&)> prepare;
  ProcessOptions options{};
};

// How googletest names a row when it fails, and in its list of tests.
void PrintTo(const Row& row, std::ostream* out);
std::string RowName(const ::testing::TestParamInfo<Row>& info);

// EXPECTs that the row is refused as it says, as text and as JSON, and that
// nothing of the repository has changed: no ref, no file, no object.
void ExpectRefused(const Row& row);

}  // namespace backgraft::commands
