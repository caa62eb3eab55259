// The first step of a tree merge: which paths have to be looked at, and which
// of them may be parts of renames.
#pragma once

#include <array>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "git/merge_state.h"

namespace backgraft::git {

// Why a deleted file has to be looked for under other names.
enum class FileRelevance {
  kNoMore,    // it turned out that nothing depends on it
  kContent,   // the other side changed it
  kLocation,  // the other side added files to a directory it was in
};

// Whether it matters where the files of a removed directory went.
enum class DirectoryRelevance { kNone, kForAncestor, kForSelf };

// A file that one side deleted or added or, once found, renamed.
struct RenamePair {
  enum class Status { kAdded, kDeleted, kRenamed };
  Status status;
  std::string_view from;
  std::string_view to;  // same as `from` unless renamed
  Version source;
  Version target;
};

// Where the files of a directory went: new directories with how many files, in
// the order in which they were met.
class DirectoryCounts {
 public:
  void Add(std::string_view directory);
  void Remove(std::string_view directory);
  const std::vector<std::pair<std::string_view, int>>& counts() const {
    return counts_;
  }

 private:
  std::vector<std::pair<std::string_view, int>> counts_;
};

// What one side did, as far as renames go.
struct SideChanges {
  std::vector<RenamePair> pairs;
  std::unordered_map<std::string_view, FileRelevance> relevant_sources;
  std::unordered_map<std::string_view, DirectoryRelevance> removed_directories;
  // By removed directory; filled by FindRenames().
  std::unordered_map<std::string_view, DirectoryCounts> directory_counts;
};

struct Changes {
  std::array<SideChanges, 3> sides;  // [kBaseSide] stays empty
  // Whether git, having opened many directories to find renames, does the merge
  // again with only those renames known that it looked for.
  bool git_starts_over = false;

  SideChanges& operator[](size_t side) { return sides[side]; }
  const SideChanges& operator[](size_t side) const { return sides[side]; }
};

// Adds every path that is not the same on all sides in a directory that must
// be opened. Directories that one side left alone are decided unopened where
// no renames have to be found in them. Error(kIo) where a tree is missing.
void CollectChanges(MergeState* state, const Oid& base, const Oid& ours,
                    const Oid& theirs, Changes* changes);

// The directories that stand at a path on the three sides, as aligned entries
// in the order in which git walks them: entries of one name together, whatever
// their kinds.
struct AlignedEntry {
  std::string_view name;
  std::array<Version, 3> versions;
};
std::vector<AlignedEntry> AlignTrees(const std::array<const Tree*, 3>& trees);

}  // namespace backgraft::git
