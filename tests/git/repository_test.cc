#include "git/repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "base/error.h"
#include "testing/process.h"
#include "testing/temp_dir.h"

namespace backgraft::git {
namespace {

using testing::Git;
using testing::TempDir;

std::string LoosePath(const std::string& directory, const std::string& hex) {
  return directory + "/.git/objects/" + hex.substr(0, 2) + "/" + hex.substr(2);
}

TEST(RepositoryTest, AnObjectUnderAnothersIdIsDamage) {
  TempDir dir;
  Git(dir.path(), {"init", "-q"});
  std::string one = Git(dir.path(), {"hash-object", "-w", dir.Write("a", "1")});
  std::string two = Git(dir.path(), {"hash-object", "-w", dir.Write("b", "2")});
  std::filesystem::copy_file(LoosePath(dir.path(), one),
                             LoosePath(dir.path(), two) + "x");
  std::filesystem::rename(LoosePath(dir.path(), two) + "x",
                          LoosePath(dir.path(), two));
  Repository repository = Repository::Open(dir.path());
  EXPECT_EQ(repository.Find(Oid::MustFromHex(one))->content, "1");
  try {
    repository.Find(Oid::MustFromHex(two));
    FAIL() << "a wrong object was taken for the right one";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kIo);
    EXPECT_EQ(error.what(), "object " + two + " is damaged");
    EXPECT_THAT(error.hints(), ::testing::ElementsAre("git fsck --full"));
  }
}

TEST(RepositoryTest, AMissingObjectIsNone) {
  TempDir dir;
  Git(dir.path(), {"init", "-q"});
  Repository repository = Repository::Open(dir.path());
  EXPECT_FALSE(repository.Find(kEmptyBlob));
  EXPECT_FALSE(repository.Exists(kEmptyBlob));
}

}  // namespace
}  // namespace backgraft::git
