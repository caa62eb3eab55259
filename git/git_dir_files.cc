#include "git/git_dir_files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>

#include "base/error.h"
#include "base/io.h"

namespace backgraft::git {
namespace {

std::set<std::string> Directories(const std::string& git_dir,
                                  const std::vector<GitDirFile>& files) {
  std::set<std::string> directories;
  for (const GitDirFile& file : files) {
    size_t slash = file.name.find('/');
    if (slash != std::string::npos) {
      directories.insert(git_dir + "/" + file.name.substr(0, slash));
    }
  }
  return directories;
}

}  // namespace

void WriteGitDirFiles(const std::string& git_dir,
                      const std::vector<GitDirFile>& files) {
  try {
    for (const std::string& directory : Directories(git_dir, files)) {
      if (mkdir(directory.c_str(), 0777) != 0 && errno != EEXIST) {
        ThrowErrno(errno, "cannot make", directory);
      }
    }
    for (const GitDirFile& file : files) {
      WriteFileDurably(git_dir + "/" + file.name, file.bytes);
    }
    SyncDirectory(git_dir);
  } catch (const Error&) {
    RemoveGitDirFiles(git_dir, files);
    throw;
  }
}

void RemoveGitDirFiles(const std::string& git_dir,
                       const std::vector<GitDirFile>& files) {
  for (const GitDirFile& file : files) {
    RemoveFile(git_dir + "/" + file.name);
  }
  for (const std::string& directory : Directories(git_dir, files)) {
    // Somebody else's file in it is theirs to keep.
    if (rmdir(directory.c_str()) != 0 && errno != ENOENT &&
        errno != ENOTEMPTY) {
      ThrowErrno(errno, "cannot remove", directory);
    }
  }
}

}  // namespace backgraft::git
