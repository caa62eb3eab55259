// What a rebuild's pack holds: of a file that changes from release to release,
// and of what is left out.
#include <gtest/gtest.h>

#include "commands/rebuild_fixture.h"
#include "testing/process.h"

namespace backgraft::commands {
namespace {

using ::testing::HasSubstr;

// Plain ones are known from the source before; that others (which tell what the
// site is, or have line endings to be converted) have an earlier version shows
// later.
TEST_F(RebuildTest, EachVersionBuildsOnTheOneBefore) {
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
    const auto base_of = [&](const std::string& object) {
      return testing::DeltaBase(site(), object);
    };
    EXPECT_EQ(base_of("HEAD:" + path), Id("HEAD~:" + path)) << path;
    EXPECT_EQ(base_of("HEAD~:" + path), Id("HEAD~2:" + path)) << path;
    EXPECT_EQ(base_of("HEAD~2:" + path), std::string(40, '0')) << path;
  }
}

// What is excluded does not come into the repository, not even as an object
// that nobody refers to; what another file holds as well does.
TEST_F(RebuildTest, NothingOfWhatIsExcludedIsWritten) {
  const std::string large(100'000, 'x');
  const auto release = [&](const std::string& name, uint64_t mtime,
                           const std::string& uploads,
                           const std::string& text) {
    box_.WriteTar(
        {{.name = "lib/text", .content = text, .mtime = mtime},
         {.name = "lib/uploads/a", .content = uploads, .mtime = 1},
         {.name = "lib/uploads/b", .content = large, .mtime = 1},
         {.name = "lib/uploads/c", .content = "always\n", .mtime = 1}},
        name);
  };
  release("a.tar", 1700000100, "first upload\n", "first\n");
  release("b.tar", 1700000200, "second upload\n", "second\n");
  // What was only excluded so far is a file of its own now, and one that is
  // excluded is what a file held before.
  release("c.tar", 1700000300, "first\n", "always\n");
  release("d.tar", 1700000400, "fourth upload\n", "always\n");
  Rebuild({"site", "--exclude", "uploads", "a.tar", "b.tar", "c.tar", "d.tar"});
  EXPECT_EQ(Site({"log", "--reverse", "--format=%s"}),
            "Add code from a.tar\nAdd code from b.tar\nAdd code from c.tar");
  EXPECT_EQ(ReadFile(site() + "/text"), "always\n");
  // Three commits, a tree and a blob for each.
  EXPECT_THAT(Site({"count-objects", "-v"}), HasSubstr("\nin-pack: 9\n"));
  ExpectSound();
}

}  // namespace
}  // namespace backgraft::commands
