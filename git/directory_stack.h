// Reaching files below a directory by handles, one directory at a time, so that
// no symlink on the way is ever followed.
#pragma once

#include <sys/stat.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/io.h"

namespace backgraft::git {

// Keeps the handles from the root down to the directory used last: paths that
// come in sorted order open each directory once. One thread only.
class DirectoryStack {
 public:
  // `root` is an absolute path and may itself lead through symlinks.
  explicit DirectoryStack(const std::string& root);

  enum class Missing { kReport, kCreate };

  // Goes to `directory` ("" is the root). False where it is not there or
  // something else than a directory is in its way: then blocked() is the path
  // of that, or empty where there is nothing. With kCreate directories that are
  // missing are made (0777 & ~umask). One that was reported missing is not
  // looked for again until something is made. Error(kIo) for other failures.
  bool Enter(std::string_view directory, Missing missing = Missing::kReport);

  // Handle (O_PATH) of the directory entered last; borrowed until the next
  // Enter().
  int fd() const { return levels_.back().fd.get(); }
  const std::string& blocked() const { return blocked_; }

  // Absolute path of `path`, for messages.
  std::string Full(std::string_view path) const;

 private:
  struct Level {
    size_t path_size;  // how much of path_ names it
    UniqueFd fd;
  };

  std::string root_;
  std::string path_;  // of the last level
  std::vector<Level> levels_;
  std::string blocked_;
  std::string missing_;  // reported last; "" for none
};

// "a/b" of "a/b/c", "" of "c".
std::string_view ParentOf(std::string_view path);
// "c" of "a/b/c".
std::string_view NameOf(std::string_view path);

// lstat(2) of `name` in a directory; nothing where there is nothing.
std::optional<struct stat> StatAt(int directory, const std::string& name,
                                  const std::string& full_path);

// rmdir(2) of `name` in a directory; false where something keeps it (files, a
// mount, permissions) or nothing is there, which is no failure. Error(kIo) for
// the rest.
bool RemoveDirectoryAt(int directory, const std::string& name,
                       const std::string& full_path);

// Where a symlink leads.
std::string ReadLinkAt(int directory, const std::string& name,
                       const std::string& full_path);

// The bytes of a regular file; Error(kIo) where it is none any more.
std::string ReadFileAt(int directory, const std::string& name,
                       const std::string& full_path);

}  // namespace backgraft::git
