// Edited trees, against git's own index.
#include "git/tree_edit.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "git/object_writer.h"
#include "git/repository.h"
#include "git/tree.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using testing::TempDir;

class TreeEditTest : public ::testing::Test {
 protected:
  TreeEditTest() {
    Git(dir_.path(), {"init", "-q", "-b", "main"});
    for (const char* name : {"a", "a.b", "d/e/f", "d/e/g", "d/x", "z"}) {
      dir_.Write(name, std::string(name) + "\n");
    }
    Git(dir_.path(), {"add", "-A"});
    tree_ = Oid::MustFromHex(Git(dir_.path(), {"write-tree"}));
    repository_.emplace(Repository::Open(dir_.path()));
    writer_.emplace(*repository_, repository_->objects_dir(),
                    ObjectWriterOptions{});
  }

  static TreeChange Set(const std::string& path, char digit) {
    return {
        path, std::nullopt,
        FileState{FileMode::kBlob, Oid::MustFromHex(std::string(40, digit))}};
  }
  static TreeChange Remove(const std::string& path) {
    return {path, std::nullopt, std::nullopt};
  }
  // "path digit" for each file whose id was set here, "path" for the others.
  std::vector<std::string> Files(const Oid& tree) {
    std::vector<std::string> files;
    for (const TreeFile& file : ListTree(*writer_, tree)) {
      std::string hex = file.oid.Hex();
      bool ours = hex == std::string(40, hex[0]);
      files.push_back(file.path + (ours ? std::string(" ") + hex[0] : ""));
    }
    return files;
  }

  using Lines = std::vector<std::string>;
  TempDir dir_;
  Oid tree_;
  std::optional<Repository> repository_;
  std::optional<ObjectWriter> writer_;
};

TEST_F(TreeEditTest, ChangesAddsAndRemoves) {
  Oid edited = EditTree(
      *writer_, tree_,
      {Set("a", '1'), Remove("d/e/f"), Set("d/e/new/deep", '2'), Remove("z")});
  EXPECT_EQ(Files(edited),
            (Lines{"a 1", "a.b", "d/e/g", "d/e/new/deep 2", "d/x"}));
}

TEST_F(TreeEditTest, NothingChangesWithoutChanges) {
  EXPECT_EQ(EditTree(*writer_, tree_, {}), tree_);
  EXPECT_EQ(EditTree(*writer_, tree_, {Remove("not/there")}), tree_);
}

TEST_F(TreeEditTest, EmptyDirectoriesGo) {
  EXPECT_EQ(Files(EditTree(*writer_, tree_,
                           {Remove("d/e/f"), Remove("d/e/g"), Remove("d/x")})),
            (Lines{"a", "a.b", "z"}));
  EXPECT_EQ(EditTree(*writer_, tree_,
                     {Remove("a"), Remove("a.b"), Remove("d/e/f"),
                      Remove("d/e/g"), Remove("d/x"), Remove("z")}),
            kEmptyTree);
}

TEST_F(TreeEditTest, FilesAndDirectoriesChangePlaces) {
  EXPECT_EQ(Files(EditTree(*writer_, tree_, {Remove("a"), Set("a/b", '1')})),
            (Lines{"a.b", "a/b 1", "d/e/f", "d/e/g", "d/x", "z"}));
  EXPECT_EQ(
      Files(EditTree(*writer_, tree_,
                     {Set("d/e", '1'), Remove("d/e/f"), Remove("d/e/g")})),
      (Lines{"a", "a.b", "d/e 1", "d/x", "z"}));
}

TEST_F(TreeEditTest, RefusesAPathThatIsBoth) {
  EXPECT_THROW(EditTree(*writer_, tree_, {Set("a/b", '1')}), Error);
  EXPECT_THROW(EditTree(*writer_, tree_, {Set("d/e", '1'), Remove("d/e/f")}),
               Error);
}

TEST_F(TreeEditTest, StartsFromNothing) {
  EXPECT_EQ(Files(EditTree(*writer_, kEmptyTree, {Set("x/y", '1')})),
            (Lines{"x/y 1"}));
}

}  // namespace
}  // namespace backgraft::git
