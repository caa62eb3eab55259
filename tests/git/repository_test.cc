#include "git/repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

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

class PackedRepositoryTest : public ::testing::Test {
 protected:
  // Twelve commits whose file grows by 40 lines each, all in one pack with
  // deltas.
  PackedRepositoryTest() {
    Git(dir_.path(), {"init", "-q", "-b", "main"});
    std::string text;
    for (int i = 0; i < 12; ++i) {
      for (int line = 0; line < 40; ++line) {
        text += std::to_string(i * line) + " is on this line\n";
      }
      dir_.Write("file", text);
      Git(dir_.path(), {"add", "file"});
      Git(dir_.path(), {"commit", "-q", "-m", "c" + std::to_string(i)});
    }
    Git(dir_.path(), {"repack", "-q", "-a", "-d"});
  }

  std::string PackFileName(const std::string& extension) const {
    for (const auto& entry :
         std::filesystem::directory_iterator(dir_ / ".git/objects/pack")) {
      if (entry.path().extension() == extension) return entry.path();
    }
    ADD_FAILURE() << "there is no " << extension;
    return "";
  }

  // Turns a byte of a file around.
  static void Damage(const std::string& path, std::streamoff at) {
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(at);
    char byte = static_cast<char>(file.get());
    file.seekp(at);
    file.put(static_cast<char>(~byte));
    ASSERT_TRUE(file.good());
  }

  std::string AllObjects() const {
    return Git(dir_.path(), {"cat-file", "--batch-all-objects",
                             "--batch-check=%(objectname)"});
  }

  // Calls `check` with every object of the repository.
  template <typename Check>
  void ForEachObject(const std::string& ids, Check check) {
    for (size_t at = 0; at + 40 <= ids.size(); at += 41) {
      check(ids.substr(at, 40));
    }
  }

  TempDir dir_;
};

TEST_F(PackedRepositoryTest, EveryPackedObjectReadsAsGitReadsIt) {
  Repository repository = Repository::Open(dir_.path());
  size_t count = 0;
  ForEachObject(AllObjects(), [&](const std::string& hex) {
    auto object = repository.Find(Oid::MustFromHex(hex));
    ASSERT_TRUE(object) << hex;
    const std::string type(TypeName(object->type));
    EXPECT_EQ(Git(dir_.path(), {"cat-file", "-t", hex}), type);
    EXPECT_EQ(Git(dir_.path(), {"cat-file", "-s", hex}),
              std::to_string(object->content.size()));
    EXPECT_EQ(HashObject(object->type, object->content).Hex(), hex);
    EXPECT_TRUE(repository.Exists(Oid::MustFromHex(hex)));
    ++count;
  });
  EXPECT_EQ(count, 36u);
}

TEST_F(PackedRepositoryTest, DamageInAPackIsToldUnlessAnotherHasTheObject) {
  const std::string ids = AllObjects();
  const std::string copy = dir_ / "copy.git";
  Git(dir_.path(), {"clone", "-q", "--bare", "--no-local", dir_.path(), copy});
  Git(copy, {"repack", "-q", "-a", "-d", "-F", "--window=0"});
  const std::string pack = PackFileName(".pack");
  const auto size =
      static_cast<std::streamoff>(std::filesystem::file_size(pack));
  for (std::streamoff at = 12; at < size - 20; at += 97) Damage(pack, at);
  {
    Repository repository = Repository::Open(dir_.path());
    size_t damaged = 0;
    ForEachObject(ids, [&](const std::string& hex) {
      try {
        auto object = repository.Find(Oid::MustFromHex(hex));
        ASSERT_TRUE(object);
        EXPECT_EQ(HashObject(object->type, object->content).Hex(), hex);
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kIo);
        EXPECT_THAT(error.what(), ::testing::HasSubstr(hex));
        ++damaged;
      }
    });
    EXPECT_GT(damaged, 0u);
  }
  std::filesystem::copy(copy + "/objects/pack", dir_ / ".git/objects/pack");
  Repository repository = Repository::Open(dir_.path());
  ForEachObject(ids, [&](const std::string& hex) {
    auto object = repository.Find(Oid::MustFromHex(hex));
    ASSERT_TRUE(object) << hex;
    EXPECT_EQ(HashObject(object->type, object->content).Hex(), hex);
  });
}

// Bytes all over the .idx in turn: what is found is right, or it is an error.
TEST_F(PackedRepositoryTest, ADamagedIndexMisleadsNobody) {
  const std::string ids = AllObjects();
  const std::string index = PackFileName(".idx");
  const auto size =
      static_cast<std::streamoff>(std::filesystem::file_size(index));
  for (std::streamoff at = 0; at < size; at += 13) {
    Damage(index, at);
    ForEachObject(ids, [&](const std::string& hex) {
      try {
        Repository repository = Repository::Open(dir_.path());
        auto object = repository.Find(Oid::MustFromHex(hex));
        if (object) {
          EXPECT_EQ(HashObject(object->type, object->content).Hex(), hex);
        }
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::kIo) << error.what();
      }
    });
    Damage(index, at);
  }
}

TEST_F(PackedRepositoryTest, ARepackMeanwhileTakesNothingAway) {
  Repository repository = Repository::Open(dir_.path());
  const std::string ids = AllObjects();
  const Oid tip =
      Oid::MustFromHex(Git(dir_.path(), {"rev-parse", "HEAD"}).substr(0, 40));
  EXPECT_TRUE(repository.Exists(tip));
  dir_.Write("more", "more\n");
  Git(dir_.path(), {"add", "more"});
  Git(dir_.path(), {"commit", "-q", "-m", "more"});
  Git(dir_.path(), {"repack", "-q", "-a", "-d", "-f"});
  const Oid after =
      Oid::MustFromHex(Git(dir_.path(), {"rev-parse", "HEAD"}).substr(0, 40));
  ForEachObject(ids, [&](const std::string& hex) {
    EXPECT_TRUE(repository.Find(Oid::MustFromHex(hex))) << hex;
  });
  EXPECT_TRUE(repository.Find(after));
  repository.RefreshObjects();
  EXPECT_TRUE(repository.Exists(after));
}

TEST_F(PackedRepositoryTest, StepsAlongFirstParentsAreGits) {
  Git(dir_.path(), {"checkout", "-q", "-b", "side", "HEAD~3"});
  Git(dir_.path(), {"commit", "-q", "--allow-empty", "-m", "side"});
  Git(dir_.path(), {"checkout", "-q", "main"});
  Git(dir_.path(), {"merge", "-q", "--no-ff", "-m", "merge", "side"});
  Git(dir_.path(), {"tag", "-a", "-m", "tag", "v1"});
  Repository repository = Repository::Open(dir_.path());
  for (const char* revision :
       {"HEAD~0", "HEAD~1", "HEAD~12", "v1~2", "main^2~3", "HEAD~1~2", "@~4",
        "HEAD^~1", "HEAD~", "HEAD~~", "HEAD~007"}) {
    auto oid = repository.Resolve(revision);
    ASSERT_TRUE(oid) << revision;
    EXPECT_EQ(Git(dir_.path(), {"rev-parse", revision}), oid->Hex())
        << revision;
  }
  for (const char* revision : {"HEAD~13", "nothing~1", "HEAD:file~1",
                               "main^3~1", "HEAD~99999999999999999999999"}) {
    EXPECT_FALSE(repository.Resolve(revision)) << revision;
  }
}

TEST_F(PackedRepositoryTest, AShallowHistoryEndsWhereItIsCut) {
  const std::string shallow = dir_ / "shallow";
  Git(dir_.path(),
      {"clone", "-q", "--depth", "3", "file://" + dir_.path(), shallow});
  Repository repository = Repository::Open(shallow);
  EXPECT_TRUE(repository.Resolve("HEAD~2"));
  EXPECT_FALSE(repository.Resolve("HEAD~3"));
}

}  // namespace
}  // namespace backgraft::git
