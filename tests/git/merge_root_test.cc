#include <gtest/gtest.h>

#include "git/repository.h"
#include "git/tree.h"
#include "git/tree_merge.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using testing::TempDir;

std::string RawEntry(const std::string& mode, const std::string& name,
                     const Oid& oid) {
  return mode + " " + name + '\0' +
         std::string(reinterpret_cast<const char*>(oid.bytes.data()), 20);
}

// An old git wrote mode 100664. A new root tree is written without it, trees
// below stay as they are; also where our side has changed nothing.
TEST(MergeRootTest, OldModesInTheRootAreMadeCanonicalAsByGit) {
  TempDir dir;
  Git(dir.path(), {"init", "-q", "--bare"});
  Repository repository = Repository::Open(dir.path());
  ObjectWriter writer(repository, repository.objects_dir(), {});
  const Oid blob = writer.Add(ObjectType::kBlob, "1\n");
  const std::string old_entry = RawEntry("100664", "f", blob);
  const Oid below = writer.Add(ObjectType::kTree, old_entry);
  const Oid theirs =
      writer.Add(ObjectType::kTree, RawEntry("40000", "d", below) + old_entry);
  const Oid base =
      writer.Add(ObjectType::kTree,
                 RawEntry("100644", "f", writer.Add(ObjectType::kBlob, "0\n")));
  MergeResult result = TreeMerger(writer).Merge(base, base, theirs, {});
  EXPECT_TRUE(result.clean());
  EXPECT_NE(result.tree, theirs);

  writer.Install();
  auto commit = [&](const Oid& tree, const std::string& parent) {
    std::vector<std::string> args = {"commit-tree", "-m", "x", tree.Hex()};
    if (!parent.empty()) args.insert(args.end(), {"-p", parent});
    return Git(dir.path(), args);
  };
  const std::string root = commit(base, "");
  EXPECT_EQ(Git(dir.path(), {"merge-tree", "--write-tree", commit(base, root),
                             commit(theirs, root)}),
            result.tree.Hex());
}

}  // namespace
}  // namespace backgraft::git
