#include "base/early_sync.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "base/error.h"
#include "base/io.h"

namespace backgraft {
namespace {

// A descriptor that no syncfs(2) works on.
UniqueFd NoFile() { return UniqueFd(open(".", O_PATH | O_CLOEXEC)); }

TEST(EarlySyncTest, SyncsWhatSeveralThreadsWrite) {
  const UniqueFd here = OpenFile(".", O_RDONLY | O_DIRECTORY);
  EarlySync early(here.get(), "here");
  std::vector<std::jthread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&early] {
      for (uint64_t n = 0; n < EarlySync::kFiles; ++n) early.Wrote(1);
    });
  }
  threads.clear();
  early.Finish();
  early.Wrote(EarlySync::kBytes);  // too late for a thread, and no harm
  early.Finish();
}

TEST(EarlySyncTest, SyncsNothingForALittle) {
  const UniqueFd none = NoFile();
  EarlySync early(none.get(), "none");
  for (uint64_t n = 1; n < EarlySync::kFiles; ++n) early.Wrote(1);
  early.Finish();
}

TEST(EarlySyncTest, FinishTellsOfAFailure) {
  const UniqueFd none = NoFile();
  EarlySync early(none.get(), "none");
  early.Wrote(EarlySync::kBytes);
  try {
    early.Finish();
    FAIL() << "no failure";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_NE(std::string(error.what()).find("none"), std::string::npos);
  }
}

}  // namespace
}  // namespace backgraft
