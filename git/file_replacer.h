// Puts one file in the place of another, or removes one, so that there is never
// a half-written file under its real name and nothing is touched that is not
// what it was expected to be.
#pragma once

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

#include "git/index.h"
#include "git/worktree.h"

namespace backgraft::git {

// What is to stand under a name.
struct NewFile {
  enum class Kind { kRegular, kSymlink };
  Kind kind = Kind::kRegular;
  std::string_view content;  // or where the symlink leads
  // Before the umask; with `exact_mode` without it.
  unsigned mode = 0666;
  bool exact_mode = false;
  // Of the file, where it is to look as it did before.
  std::optional<FileTime> modified{};
};

// A place for a file: a name in an open directory.
struct Place {
  int directory;
  std::string name;
  std::string full_path;
};

// Whether what stands there (nothing included) is `expected`.
bool IsAsExpected(const Place& place,
                  const std::optional<FileIdentity>& expected);

// Writes the file beside the place and renames it there, provided that what is
// there still is `expected`; nothing where it is not, however late somebody
// else has put something there (but for a filesystem without RENAME_EXCHANGE).
// Not synced. Error(kIo) leaves the place as it was and no temporary file.
std::optional<struct stat> ReplaceFile(
    const Place& place, const NewFile& file,
    const std::optional<FileIdentity>& expected);

// Removes the file if it still is `expected`; false where it is not, with the
// same proviso (RENAME_NOREPLACE).
bool RemoveExpected(const Place& place, const FileIdentity& expected);

// Names of temporary files start with this; one that is found belongs to a
// program that was killed.
inline constexpr std::string_view kTemporaryPrefix = ".backgraft-tmp-";

}  // namespace backgraft::git
