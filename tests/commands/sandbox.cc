#include "commands/sandbox.h"

#include <gtest/gtest.h>

#include "base/io.h"

namespace backgraft::commands {

std::string TarOf(const std::vector<TarMember>& members) {
  std::string tar;
  for (const TarMember& member : members) tar += MakeTar(member);
  return tar + TarEnd();
}

TarMember Directory(const std::string& name) {
  return {.name = name, .type = '5', .mode = 0755};
}

TarMember Symlink(const std::string& name, const std::string& target) {
  return {.name = name, .type = '2', .link = target, .mode = 0777};
}

TarMember Hardlink(const std::string& name, const std::string& target) {
  return {.name = name, .type = '1', .link = target};
}

std::string Compressed(const std::vector<std::string>& program,
                       const std::string& bytes) {
  ProcessResult result = testing::Run(program, {.input = bytes});
  EXPECT_EQ(result.status, 0) << result.err;
  return result.out;
}

Sandbox::Sandbox() {
  WriteRepo("old.txt", "old\n");
  WriteRepo("same.txt", "same\n");
  Git({"init", "-q", "-b", "main", "--template="});
  Commit("first");
}

std::string Sandbox::Read(const std::string& name) const {
  return ReadFile(dir_ / name);
}

void Sandbox::Commit(const std::string& message) const {
  Git({"add", "-A", "-f"});
  Git({"commit", "-q", "-m", message});
}

std::string Sandbox::Files(const std::string& revision) const {
  return Git({"ls-tree", "-r", "--format=%(objectmode) %(path)", revision});
}

std::string Sandbox::Blob(const std::string& path) const {
  ProcessResult result = testing::Run(
      {"git", "cat-file", "blob", "HEAD:" + path}, {.directory = repo()});
  EXPECT_EQ(result.status, 0) << result.err;
  return result.out;
}

void Sandbox::ExpectClean() const {
  ProcessResult fsck = testing::Run({"git", "fsck", "--strict", "--full"},
                                    {.directory = repo()});
  EXPECT_EQ(fsck.status, 0) << fsck.err;
  EXPECT_EQ(fsck.out, "");
  EXPECT_EQ(Git({"status", "--porcelain", "--ignored"}), "");
}

nlohmann::json JsonOf(const ProcessResult& result) {
  nlohmann::json json = nlohmann::json::parse(result.out, nullptr, false);
  EXPECT_TRUE(json.is_object()) << result.out;
  EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1);
  return json;
}

}  // namespace backgraft::commands
