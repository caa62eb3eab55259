// What a rebuild's pack holds of a file that changes from release to release.
#include <gtest/gtest.h>

#include "commands/rebuild_fixture.h"
#include "testing/process.h"

namespace backgraft::commands {
namespace {

class RebuildDeltasTest : public RebuildTest {
 protected:
  // What the entry of `object` builds on; zeros where on nothing.
  std::string BaseOf(const std::string& object) const {
    const std::string line =
        testing::Run({"git", "cat-file", "--batch-check=%(deltabase)"},
                     {.directory = site(), .input = object + "\n"})
            .out;
    return line.substr(0, line.find('\n'));
  }
};

// Plain ones are known from the source before; that others (which tell what the
// site is, or have line endings to be converted) have an earlier version shows
// later.
TEST_F(RebuildDeltasTest, EachVersionBuildsOnTheOneBefore) {
  const std::vector<std::string> paths = {"crlf.txt", "includes/bootstrap.inc",
                                          "plain.txt"};
  std::string text;
  for (int i = 0; i < 2000; ++i) text += std::to_string(i * i) + "\n";
  std::string crlf = "\r\n" + text;
  std::vector<std::string> args = {"site"};
  for (uint64_t release = 1; release <= 3; ++release) {
    const std::string name = std::to_string(release) + ".tar";
    const uint64_t mtime = 1700000000 + release;
    box_.WriteTar({{.name = "lib/crlf.txt", .content = crlf, .mtime = mtime},
                   {.name = "lib/includes/bootstrap.inc",
                    .content = text + "inc",
                    .mtime = mtime},
                   {.name = "lib/plain.txt", .content = text, .mtime = mtime}},
                  name);
    args.push_back(name);
    text += "more\n";
    crlf += "more\n";
  }
  Rebuild(args);
  ExpectSound();
  for (const std::string& path : paths) {
    EXPECT_EQ(BaseOf("HEAD:" + path), Id("HEAD~:" + path)) << path;
    EXPECT_EQ(BaseOf("HEAD~:" + path), Id("HEAD~2:" + path)) << path;
    EXPECT_EQ(BaseOf("HEAD~2:" + path), std::string(40, '0')) << path;
  }
}

}  // namespace
}  // namespace backgraft::commands
