// A bundle that is cut off or changed anywhere is refused, or brings what git
// would take out of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "commands/sandbox.h"

namespace backgraft::commands {
namespace {

using ::testing::StartsWith;

class DamagedBundleTest : public ::testing::Test {
 protected:
  DamagedBundleTest() {
    box_.WriteRepo("old.txt", "newer\n");
    box_.Commit("Two");
    box_.Git({"bundle", "create", "-q", "../site.bundle", "HEAD", "main"});
    bundle_ = box_.Read("site.bundle");
    tip_ = box_.Git({"rev-parse", "HEAD"});
    Git(box_.path(), {"init", "-q", "-b", "main", "empty"});
    nothing_ = Git(box_.path() + "/empty", {"count-objects", "-v"});
  }

  ProcessResult Restore(const std::string& bundle) {
    const std::string path = box_.Write("damaged.bundle", bundle);
    return testing::Backgraft(box_.path() + "/empty",
                              {"restore", "--tip-only", path});
  }

  void ExpectRefused(const std::string& bundle, const std::string& what) {
    const ProcessResult result = Restore(bundle);
    EXPECT_EQ(result.status, 3) << what << ": " << result.err;
    EXPECT_THAT(result.err, StartsWith("error: ")) << what;
    EXPECT_EQ(Git(box_.path() + "/empty", {"for-each-ref"}), "") << what;
    EXPECT_EQ(Git(box_.path() + "/empty", {"count-objects", "-v"}), nothing_)
        << what;
  }

  Sandbox box_;
  std::string bundle_, tip_, nothing_;
};

TEST_F(DamagedBundleTest, IsRefusedWhereverItIsCut) {
  for (size_t size = 0; size < bundle_.size(); size += 7) {
    ExpectRefused(bundle_.substr(0, size), "cut at " + std::to_string(size));
  }
  ExpectRefused(bundle_.substr(0, bundle_.size() - 1), "the last byte");
}

TEST_F(DamagedBundleTest, IsRefusedWhereverItsPackIsChanged) {
  const size_t pack = bundle_.find("\n\nPACK") + 2;
  ASSERT_LT(pack, bundle_.size());
  for (size_t at = pack; at < bundle_.size(); at += 5) {
    std::string changed = bundle_;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    ExpectRefused(changed, "changed at " + std::to_string(at));
  }
}

TEST_F(DamagedBundleTest, IsRefusedWhereMoreFollows) {
  ExpectRefused(bundle_ + "more", "four bytes more");
}

TEST_F(DamagedBundleTest, IsRefusedWhereARefLeadsNowhere) {
  std::string other = bundle_;
  for (size_t at = other.find(tip_.substr(0, 40)); at != std::string::npos;
       at = other.find(tip_.substr(0, 40), at + 40)) {
    other.replace(at, 40, std::string(40, '7'));
  }
  ExpectRefused(other, "another tip");
}

TEST_F(DamagedBundleTest, IsTakenWhole) {
  const ProcessResult result = Restore(bundle_);
  EXPECT_EQ(result.status, 0) << result.err;
  EXPECT_EQ(Git(box_.path() + "/empty", {"rev-parse", "HEAD"}), tip_);
}

}  // namespace
}  // namespace backgraft::commands
