#include "test_repository.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace backgraft::commands {

namespace fs = std::filesystem;

TestRepository::TestRepository() {
  testing::Git(dir_.path(), {"init", "-q", "-b", "main", "repo"});
}

std::string TestRepository::Read(const std::string& name) const {
  std::ifstream in(path() + "/" + name, std::ios::binary);
  std::ostringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

ProcessResult TestRepository::TryGit(
    const std::vector<std::string>& args) const {
  std::vector<std::string> argv = {"git"};
  argv.insert(argv.end(), args.begin(), args.end());
  std::string date = std::to_string(clock_) + " +0000";
  return testing::Run(argv, {.directory = path(),
                             .env = {{"GIT_AUTHOR_DATE", date},
                                     {"GIT_COMMITTER_DATE", date},
                                     {"GIT_EDITOR", "true"}}});
}

std::string TestRepository::Commit(const std::string& message) {
  clock_ += 3600;
  Git({"add", "-A", "-f"});
  ProcessResult result = TryGit(
      {"commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message});
  EXPECT_EQ(result.status, 0) << result.err;
  return Id("HEAD");
}

std::string TestRepository::Commit(const std::string& message,
                                   const std::string& name,
                                   const std::string& bytes) {
  Write(name, bytes);
  return Commit(message);
}

std::string TestRepository::Merge(const std::string& branch) {
  clock_ += 3600;
  ProcessResult result =
      TryGit({"merge", "-q", "--no-ff", "--no-edit", branch});
  EXPECT_EQ(result.status, 0) << result.out << result.err;
  return Id("HEAD");
}

ProcessResult TestRepository::Revert(std::vector<std::string> args,
                                     const ProcessOptions& options) const {
  args.insert(args.begin(), "revert");
  return Backgraft(args, options);
}

std::string TestRepository::Message(const std::string& revision) const {
  return WithoutTrailers(Git({"log", "-1", "--format=%B", revision}));
}

std::string TestRepository::Trailer(const std::string& key,
                                    const std::string& revision) const {
  return Git({"log", "-1",
              "--format=%(trailers:key=" + key + ",valueonly,separator=%x0a)",
              revision});
}

std::string TestRepository::Subjects(int count) const {
  return Git(
      {"log", "--first-parent", "-" + std::to_string(count), "--format=%s"});
}

std::map<std::string, std::string> TestRepository::Snapshot() const {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(path())) {
    std::string name = fs::relative(entry.path(), path()).string();
    if (entry.is_symlink()) {
      files[name] = "-> " + fs::read_symlink(entry.path()).string();
    } else {
      files[name] = entry.is_directory() ? "/" : Read(name);
    }
  }
  return files;
}

std::string TestRepository::Copy(const std::string& name) const {
  std::string to = dir_ / name;
  fs::copy(path(), to,
           fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  return to;
}

void TestRepository::ExpectClean() const {
  EXPECT_EQ(Git({"status", "--porcelain"}), "");
  ProcessResult fsck = TryGit({"fsck", "--strict", "--full"});
  EXPECT_EQ(fsck.status, 0) << fsck.err;
}

std::string RevertState(const std::string& directory) {
  return testing::Git(directory, {"ls-files", "-s"}) + "\n" +
         testing::Git(directory, {"status", "--porcelain"}) + "\n" +
         testing::Run({"sh", "-c",
                       "cd .git && for f in REVERT_HEAD MERGE_MSG AUTO_MERGE "
                       "sequencer/todo sequencer/opts; do echo \"$f:\"; "
                       "cat $f 2>&1; done; cd ..; "
                       "find . -name .git -prune -o ! -type d -print | sort | "
                       "while read f; do echo \"$f:\"; "
                       "readlink \"$f\" || cat \"$f\"; done"},
                      {.directory = directory})
             .out;
}

std::string WithoutTrailers(const std::string& message) {
  size_t end = message.find("\nBackgraft-Mode: ");
  if (end == std::string::npos) return message;
  std::string text = message.substr(0, end);
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace backgraft::commands
