// Merges written down as text, one file of tests/git/scenarios for each group
// of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/merge_forge.h"
#include "git/tree_merge.h"

namespace backgraft::git {

// What has to come out under some settings.
struct MergeExpectation {
  DirectoryRenames directory_renames = DirectoryRenames::kConflict;
  ConflictStyle style = ConflictStyle::kMerge;
  // The whole tree where the merge is clean; a content of "?" stands for any.
  std::optional<ForgedTree> merged;
  // "<path> <stages> <kind>" of every conflict otherwise.
  std::vector<std::string> conflicts;
  // The installed git is known to get this wrong: ours is not compared with it.
  bool git_fails = false;
};

struct MergeScenario {
  std::string name;
  ForgedMerge trees;
  std::vector<MergeExpectation> expectations;
};

// Reads the file. A scenario is
//
//   == name
//   base   FILE...          the three trees; a tree may take several lines
//   ours   FILE...
//   theirs FILE...
//   merged FILE...          the clean result, or
//   conflict PATH STAGES KIND   for each conflict; "-" where it has no stages
//   with SETTING...         what follows is expected under these settings:
//                           renames=yes|no|conflict, style=merge|diff3|zdiff3
//   git fails               of the expectation before: not compared with git
//
// A `with` before the first scenario holds for all of them. FILE is a path,
// {a,b} in it stand for alternatives, followed by
//
//   (nothing)   a regular file whose content goes by its last component
//   *           the same, executable
//   =CONTENT    a regular file; "*=CONTENT" an executable one
//   >TARGET     a symbolic link
//   ^DIGIT      a gitlink to the commit whose id has that digit only
//
// CONTENT is a word, which stands for ten lines of its own ("word 1" to "word
// 10"), and edits of it: @N:TEXT replaces line N (0: puts one before the
// first, 11 or more: one behind the last), @-N deletes it, @crlf, @noeol and
// @nul change all line ends, the last one, and add a NUL byte. An empty word is
// no lines. '#' begins a comment.
std::vector<MergeScenario> ReadMergeScenarios(const std::string& path);

}  // namespace backgraft::git
