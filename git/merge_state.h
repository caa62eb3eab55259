// What the parts of the tree merge share while they work on one merge: every
// path that matters with its three versions, and what is to be told about it.
// For git/*merge*.cc.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "git/tree_cache.h"
#include "git/tree_merge.h"

namespace backgraft::git {

// Indexes of the three sides, and the same as bits of a mask.
inline constexpr size_t kBaseSide = 0;
inline constexpr size_t kOurSide = 1;
inline constexpr size_t kTheirSide = 2;
using SideMask = unsigned;
constexpr SideMask Bit(size_t side) { return 1u << side; }
inline constexpr SideMask kBothSides = Bit(kOurSide) | Bit(kTheirSide);
inline constexpr SideMask kAllSides = Bit(kBaseSide) | kBothSides;

// What stands at a path on one side. Mode 0: nothing.
struct Version {
  uint32_t mode = 0;
  Oid oid;

  bool exists() const { return mode != 0; }
  bool is_tree() const { return type() == 0040000; }
  bool is_regular() const { return type() == 0100000; }
  // The bits that tell files, symlinks, gitlinks and trees apart.
  uint32_t type() const { return mode & 0170000u; }
  friend bool operator==(const Version&, const Version&) = default;
};

struct MergeEntry {
  std::array<Version, 3> stages;
  // What the path is called on each side, once renames are known.
  std::array<std::string_view, 3> names;
  // Which sides have a file here, which a directory.
  SideMask files = 0;
  SideMask directories = 0;
  // Sides whose files are equal: none, two of them or all.
  SideMask equal = 0;
  bool file_and_directory = false;
  // In a conflict that is not about content.
  bool path_conflict = false;
  // Decided; then only `result` counts.
  bool clean = false;
  // Mode 0 where nothing is left at the path.
  Version result;
};

enum class MessageKind {
  kAutoMerging,
  kContent,
  kBinary,
  kFileDirectory,
  kDistinctTypes,
  kModifyDelete,
  kRenameRename,
  kRenameCollision,
  kRenameDelete,
  kDirectoryRenameSuggested,
  kDirectoryRenameApplied,
  kDirectoryRenameSkipped,
  kDirectoryRenameInWay,
  kDirectoryRenameCollision,
  kDirectoryRenameSplit,
  kSubmodule,
};

struct MergeMessage {
  MessageKind kind;
  std::vector<std::string> other_paths;
  std::string text;
};

class MergeState {
 public:
  MergeState(TreeCache& cache, const MergeOptions& merge_options)
      : trees(cache), options(merge_options) {}

  MergeEntry* Find(std::string_view path);
  // A new entry; `path` must be interned and not be there yet.
  MergeEntry& Add(std::string_view path);
  // An entry without a path yet.
  MergeEntry& New() { return storage_.emplace_back(); }
  // A second name for an entry, or a new home for one that was removed.
  void Put(std::string_view path, MergeEntry* entry);
  void Remove(std::string_view path) { entries_.erase(path); }

  // A copy of `path` that lives as long as this.
  std::string_view Intern(std::string path);

  // "path~label", with a number where that is taken.
  std::string_view UniquePath(std::string_view path, const std::string& label);

  void Tell(MessageKind kind, std::string_view path, std::string text,
            std::vector<std::string> other_paths = {});

  const std::string& Label(size_t side) const {
    return side == kOurSide ? options.ours_label : options.theirs_label;
  }

  using Entries = std::unordered_map<std::string_view, MergeEntry*>;
  const Entries& entries() const { return entries_; }

  TreeCache& trees;
  const MergeOptions& options;
  // By the path they are mainly about.
  std::map<std::string, std::vector<MergeMessage>> messages;
  // Entries that stay in conflict.
  std::map<std::string, const MergeEntry*> conflicted;
  std::vector<MergeRename> renames;
  std::vector<std::string> auto_merged;

 private:
  std::deque<MergeEntry> storage_;
  std::deque<std::string> strings_;
  Entries entries_;
};

// "a/b" for "a/b/c", "" for "a".
inline std::string_view DirectoryOf(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view()
                                         : path.substr(0, slash);
}
inline std::string_view BasenameOf(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

// `text` with "%1", "%2", ... replaced.
std::string Fill(std::string_view text,
                 const std::vector<std::string_view>& values);

}  // namespace backgraft::git
