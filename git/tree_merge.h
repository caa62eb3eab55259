// Three-way merges of trees with git's results: what merge-ort (git 2.39)
// makes of a `git revert`, `git cherry-pick` or the outer merge of a
// `git merge`. Nothing but tree and blob objects is written; subtrees that
// decide themselves by their ids are never opened.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "git/object_writer.h"
#include "git/oid.h"
#include "git/tree_diff.h"

namespace backgraft::git {

// merge.conflictStyle
enum class ConflictStyle { kMerge, kDiff3, kZdiff3 };

// How a conflict inside a file is settled (-Xours, -Xtheirs). Other kinds of
// conflict stay conflicts, as with git.
enum class MergeFavor { kNone, kOurs, kTheirs };

// merge.directoryRenames
enum class DirectoryRenames { kNo, kConflict, kYes };

// How the content of a file is merged, from the `merge` attribute.
enum class FileDriver {
  kText,    // set, unspecified, or a driver git does not know either
  kUnion,   // merge=union
  kBinary,  // merge=binary and -merge
  kCustom,  // a merge.<name>.driver is configured: a conflict here, since no
            // command is ever run
};

struct FileMergeRules {
  FileDriver driver = FileDriver::kText;
  int marker_size = 7;  // conflict-marker-size
};

struct MergeOptions {
  // What conflict markers call the sides, as git writes them: for a revert
  // "HEAD", "parent of 1a2b3c4 (subject)" and, in diff3 style, "1a2b3c4
  // (subject)".
  std::string base_label = "merged common ancestors";
  std::string ours_label = "HEAD";
  std::string theirs_label = "theirs";

  ConflictStyle style = ConflictStyle::kMerge;
  MergeFavor favor = MergeFavor::kNone;

  // merge.renames. git's ort strategy pays no heed to it before 2.50: leave it
  // set to come out as git 2.39 does.
  bool detect_renames = true;
  int rename_limit = -1;     // merge.renameLimit; <= 0: 7000
  int rename_score = 30000;  // of 60000: 50 %
  DirectoryRenames directory_renames = DirectoryRenames::kConflict;

  // The rules for a path (the one the result has); unset: text for all.
  std::function<FileMergeRules(const std::string& path)> rules;
};

enum class ConflictKind {
  kContent,
  kBinary,
  kAddAdd,
  kModifyDelete,
  kRenameDelete,
  kRenameRename,     // one file, two new names
  kRenameCollision,  // two files, one new name; rename and add
  kDirectoryRename,  // files added to a directory that the other side renamed
  kFileDirectory,
  kMode,  // different types (file, symlink, gitlink) or modes
  kSubmodule,
};

// "content", "modify/delete", "rename/rename", ... as git's messages have it.
std::string_view ConflictKindName(ConflictKind kind);

// One path with stages in git's index after the merge. A conflict over several
// paths (a rename) gives one of these for each of them.
struct MergeConflict {
  std::string path;
  ConflictKind kind = ConflictKind::kContent;
  // Index stages 1 (base), 2 (ours), 3 (theirs). All absent where git settles
  // the path but still counts the merge as conflicted.
  std::array<std::optional<FileState>, 3> stages;
  // git's words, e.g. "CONFLICT (content): Merge conflict in a.txt"; one line
  // for each thing that is wrong with the path. Empty where another path's
  // message tells of this one too.
  std::string message;
};

struct MergeRename {
  std::string from;
  std::string to;
  bool ours;  // which side did it
  friend bool operator==(const MergeRename&, const MergeRename&) = default;
};

struct MergeResult {
  // Where the merge conflicts, this is what git leaves in the working tree:
  // files with markers, and files moved aside as "path~HEAD".
  Oid tree;
  std::vector<MergeConflict> conflicts;  // in the byte order of paths
  // Files whose contents were merged line by line, conflicting ones included.
  std::vector<std::string> auto_merged;
  // The renames that had a part in the result.
  std::vector<MergeRename> renames;
  // Everything git prints about the merge, in its order: "Auto-merging a.txt",
  // "CONFLICT (...): ...".
  std::vector<std::string> messages;

  bool clean() const { return conflicts.empty(); }
};

// Merges a chain of trees. Keeps the trees it has parsed, so that a range of a
// thousand commits costs what its changes cost. Not thread-safe. After a
// failure it may go on being used.
class TreeMerger {
 public:
  // `writer` serves all reads, and receives what is new; it must outlive this.
  explicit TreeMerger(ObjectWriter& writer);
  ~TreeMerger();

  // Applies what leads from `base` to `theirs` to `ours`: a revert of C has
  // base C, ours HEAD, theirs C's parent. kEmptyTree stands for an absent tree
  // and need not exist as an object. Error(kIo) where an object is missing.
  MergeResult Merge(const Oid& base, const Oid& ours, const Oid& theirs,
                    const MergeOptions& options);

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// One merge without a chain.
MergeResult MergeTrees(ObjectWriter& writer, const Oid& base, const Oid& ours,
                       const Oid& theirs, const MergeOptions& options);

}  // namespace backgraft::git
