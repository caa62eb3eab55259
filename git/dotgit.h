// Names that some system takes for `.git` or for one of git's own dot files,
// although they are spelled differently. Copied in behaviour from git 2.39's
// utf8.c (HFS+) and path.c (NTFS), which git fsck and git's checkout use.
#pragma once

#include <string_view>

namespace backgraft::git {

// git's own files that it reads from a tree.
enum class DotFile { kGitmodules, kGitattributes, kGitignore, kMailmap };

// Whether HFS+ finds `.git` under this name: it ignores some code points and
// folds case. Plain `.git` is included, as in all functions here.
bool IsHfsDotGit(std::string_view name);
// Whether NTFS does: case, `git~1`, trailing dots and spaces, streams
// (`.git::$INDEX_ALLOCATION`). What follows a backslash is not looked at.
bool IsNtfsDotGit(std::string_view name);

bool IsHfsDotFile(std::string_view name, DotFile file);
bool IsNtfsDotFile(std::string_view name, DotFile file);
// Either of the two.
bool IsDotFile(std::string_view name, DotFile file);

// `component` is one component of a path. True for any form that is `.git` to
// git on some system, including plain `.git` and, because Windows takes a
// backslash for a separator, forms behind one (`a\.git`).
bool IsDotGitAnywhere(std::string_view component);
// The same for `.gitmodules`.
bool IsDotGitmodulesAnywhere(std::string_view component);

}  // namespace backgraft::git
