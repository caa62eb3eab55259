#include "git/sparse_merge.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "git/content_merge.h"

namespace backgraft::git {
namespace {

// Rename detection has nothing to do, in git as here, as long as no file was
// deleted that the other side changed, and no directory that the other side
// changed anything in. Whatever else happens to a path follows from the ids.
class SparseMerger {
 public:
  explicit SparseMerger(MergeState* state) : state_(*state) {}

  // The merged directory, {} where nothing is left of it. False: give up.
  bool Merge(const std::string& directory, const std::array<Version, 3>& sides,
             int depth, Version* result) {
    if (depth > kMaximumTreeDepth) return false;
    std::array<std::shared_ptr<const Tree>, 3> trees;
    std::array<const TreeEntry*, 3> at{};
    std::array<const TreeEntry*, 3> end{};
    for (size_t side = 0; side < 3; ++side) {
      if (!sides[side].exists()) continue;
      trees[side] = state_.trees.Read(sides[side].oid);
      at[side] = trees[side]->data();
      end[side] = at[side] + trees[side]->size();
    }
    Tree merged;
    bool as_ours = true;    // `merged` is our tree so far
    size_t ours_taken = 0;  // entries of it
    for (;;) {
      // The next name, as trees are sorted: a file and a directory of the same
      // name are two entries here.
      const TreeEntry* first = nullptr;
      for (size_t side = 0; side < 3; ++side) {
        if (at[side] == end[side]) continue;
        if (first == nullptr || Compare(*at[side], *first) < 0) {
          first = at[side];
        }
      }
      if (first == nullptr) break;
      std::array<const TreeEntry*, 3> entries{};
      for (size_t side = 0; side < 3; ++side) {
        if (at[side] == end[side] || Compare(*at[side], *first) != 0) continue;
        entries[side] = at[side]++;
      }
      Version version;
      if (!MergeEntries(directory, entries, trees, depth, &version)) {
        return false;
      }
      const TreeEntry* ours = entries[kOurSide];
      if (as_ours &&
          (ours != nullptr ? VersionOf(ours) == version : !version.exists())) {
        if (ours != nullptr) ++ours_taken;
        continue;
      }
      if (as_ours) {
        as_ours = false;
        if (trees[kOurSide] != nullptr) {
          merged.reserve(trees[kOurSide]->size() + 1);
          merged.assign(trees[kOurSide]->begin(),
                        trees[kOurSide]->begin() +
                            static_cast<std::ptrdiff_t>(ours_taken));
        }
      }
      if (!version.exists()) continue;
      merged.push_back(
          {first->name, static_cast<FileMode>(version.mode), version.oid});
    }
    constexpr auto kTreeMode = static_cast<uint32_t>(FileMode::kTree);
    if (as_ours) {
      *result = sides[kOurSide];
    } else if (merged.empty() && !directory.empty()) {
      *result = {};
    } else {
      *result = {kTreeMode, state_.trees.Write(std::move(merged))};
    }
    return true;
  }

 private:
  static int Compare(const TreeEntry& a, const TreeEntry& b) {
    return CompareTreeNames(a.name, a.mode == FileMode::kTree, b.name,
                            b.mode == FileMode::kTree);
  }

  static Version VersionOf(const TreeEntry* entry) {
    if (entry == nullptr) return {};
    return {static_cast<uint32_t>(entry->mode), entry->oid};
  }

  bool MergeEntries(const std::string& directory,
                    const std::array<const TreeEntry*, 3>& entries,
                    const std::array<std::shared_ptr<const Tree>, 3>& trees,
                    int depth, Version* result) {
    std::array<Version, 3> versions;
    for (size_t side = 0; side < 3; ++side) {
      versions[side] = VersionOf(entries[side]);
    }
    const auto& [base, ours, theirs] = versions;
    if (base == ours && base == theirs) {
      *result = base;
      return true;
    }
    const std::string& name =
        (entries[kBaseSide] != nullptr  ? entries[kBaseSide]
         : entries[kOurSide] != nullptr ? entries[kOurSide]
                                        : entries[kTheirSide])
            ->name;
    bool is_tree = base.is_tree() || ours.is_tree() || theirs.is_tree();
    bool everywhere = base.exists() && ours.exists() && theirs.exists();
    // A file where another side has a directory is for the long way.
    if (!everywhere && HasOtherKind(trees, name, is_tree)) return false;
    if (base == ours || base == theirs) {
      *result = base == ours ? theirs : ours;
      return true;
    }
    if (!ours.exists() || !theirs.exists()) return false;
    if (ours == theirs && (everywhere ? !is_tree : true)) {
      *result = ours;
      return true;
    }
    std::string path = directory.empty() ? name : directory + '/' + name;
    if (is_tree) return Merge(path, versions, depth + 1, result);
    if (!everywhere || ours.type() != theirs.type()) return false;
    return MergeFile(path, versions, result);
  }

  static bool HasOtherKind(
      const std::array<std::shared_ptr<const Tree>, 3>& trees,
      const std::string& name, bool is_tree) {
    for (const auto& tree : trees) {
      if (tree == nullptr) continue;
      auto at = std::lower_bound(
          tree->begin(), tree->end(), name,
          [is_tree](const TreeEntry& entry, const std::string& wanted) {
            return CompareTreeNames(entry.name, entry.mode == FileMode::kTree,
                                    wanted, !is_tree) < 0;
          });
      if (at != tree->end() && at->name == name &&
          (at->mode == FileMode::kTree) != is_tree) {
        return true;
      }
    }
    return false;
  }

  bool MergeFile(const std::string& path,
                 const std::array<Version, 3>& versions, Version* result) {
    std::string_view name = state_.Intern(path);
    ContentMergeResult merged =
        MergeContents(&state_, name, {name, name, name}, versions[kBaseSide],
                      versions[kOurSide], versions[kTheirSide], 0);
    *result = merged.version;
    if (merged.clean) return true;
    MergeEntry& entry = state_.Add(name);
    entry.stages = versions;
    entry.files = kAllSides;
    entry.result = merged.version;
    state_.conflicted[path] = &entry;
    bool submodule =
        merged.version.mode == static_cast<uint32_t>(FileMode::kGitlink);
    state_.Tell(MessageKind::kContent, path,
                Fill("CONFLICT (%1): Merge conflict in %2",
                     {submodule ? "submodule" : "content", path}));
    return true;
  }

  MergeState& state_;
};

}  // namespace

std::optional<Oid> MergeSparsely(MergeState* state, const Oid& base,
                                 const Oid& ours, const Oid& theirs) {
  constexpr auto kTreeMode = static_cast<uint32_t>(FileMode::kTree);
  Version result;
  if (!SparseMerger(state).Merge(
          "",
          {Version{kTreeMode, base}, {kTreeMode, ours}, {kTreeMode, theirs}}, 0,
          &result)) {
    return std::nullopt;
  }
  return result.oid;
}

}  // namespace backgraft::git
