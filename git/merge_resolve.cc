#include "git/merge_resolve.h"

#include <algorithm>
#include <unordered_map>
#include <utility>
#include <vector>

#include "git/content_merge.h"

namespace backgraft::git {
namespace {

// Paths in an order in which a directory comes right before what is in it:
// as though each path ended in a slash.
bool ComesBefore(std::string_view a, std::string_view b) {
  auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() && y == b.end()) return false;
  auto at = [](std::string_view::const_iterator i,
               std::string_view::const_iterator end) {
    return static_cast<unsigned char>(i == end ? '/' : *i);
  };
  unsigned char c = at(x, a.end());
  unsigned char d = at(y, b.end());
  return c != d ? c < d : x == a.end();
}

class Resolver {
 public:
  explicit Resolver(MergeState* state) : state_(*state) {}

  Oid Run() {
    std::vector<std::pair<std::string_view, MergeEntry*>> entries(
        state_.entries().begin(), state_.entries().end());
    std::sort(entries.begin(), entries.end(), [](const auto& a, const auto& b) {
      return ComesBefore(a.first, b.first);
    });
    // Backwards, so that a directory is complete when it is come to, and it is
    // known whether it is still in the way of a file of the same name.
    for (size_t i = entries.size(); i-- > 0;) {
      auto [path, entry] = entries[i];
      FinishDirectory(path, entry);
      if (entry->clean) {
        Record(path, entry->result);
      } else {
        Resolve(path, entry);
      }
    }
    return WriteTree("");
  }

 private:
  void FinishDirectory(std::string_view path, MergeEntry* entry) {
    auto found = trees_.find(path);
    if (found == trees_.end()) return;
    if (found->second.empty()) {
      entry->result = {};
    } else {
      entry->result = {static_cast<uint32_t>(FileMode::kTree), WriteTree(path)};
    }
    trees_.erase(path);
  }

  Oid WriteTree(std::string_view directory) {
    Tree tree = std::move(trees_[directory]);
    SortTree(&tree);
    return tree.empty() ? WriteEmpty() : state_.trees.Write(std::move(tree));
  }

  Oid WriteEmpty() { return state_.trees.writer().Add(ObjectType::kTree, {}); }

  // Notes what is at a path for the tree it is in. A path without anything
  // makes its directory one that has been dealt with, too.
  void Record(std::string_view path, const Version& version) {
    Tree& tree = trees_[DirectoryOf(path)];
    if (!version.exists()) return;
    tree.push_back({std::string(BasenameOf(path)),
                    static_cast<FileMode>(version.mode), version.oid});
  }

  void Resolve(std::string_view path, MergeEntry* entry) {
    if (entry->directories != 0) {
      Record(path, entry->result);
      if (entry->files == 0) return;
    }
    size_t file_side = 0;
    if (entry->file_and_directory && !entry->result.exists()) {
      TakeFileOnly(entry);
      entry->file_and_directory = false;
    } else if (entry->file_and_directory) {
      // Deleted on both sides where the directory is now.
      if (entry->files == Bit(kBaseSide)) return;
      MergeEntry& aside = state_.New();
      aside = *entry;
      file_side =
          (entry->directories & Bit(kOurSide)) != 0 ? kTheirSide : kOurSide;
      entry->files = 0;
      entry = &aside;
      TakeFileOnly(entry);
      const std::string& label = state_.Label(file_side);
      std::string_view old_path = path;
      path = state_.UniquePath(path, label);
      state_.Put(path, entry);
      state_.Tell(MessageKind::kFileDirectory, path,
                  Fill("CONFLICT (file/directory): directory in the way of %1 "
                       "from %2; moving it to %3 instead.",
                       {old_path, label, path}),
                  {std::string(old_path)});
    }

    if (entry->equal != 0) {
      TakeChangedSide(entry);
    } else if ((entry->files & kBothSides) == kBothSides) {
      if (entry->stages[kOurSide].type() != entry->stages[kTheirSide].type()) {
        path = SplitTypes(path, entry);
      } else {
        MergeBoth(path, file_side, entry);
      }
    } else if ((entry->files & Bit(kBaseSide)) != 0 &&
               entry->files != Bit(kBaseSide)) {
      KeepModified(path, entry);
    } else if (entry->files != Bit(kBaseSide)) {
      size_t side = entry->files == Bit(kTheirSide) ? kTheirSide : kOurSide;
      entry->result = entry->stages[side];
      entry->clean = !entry->file_and_directory && !entry->path_conflict;
    } else {
      entry->result = {};
      entry->clean = !entry->path_conflict;
    }
    if (!entry->clean) state_.conflicted[std::string(path)] = entry;
    // A file that was deleted anyway did not have to make way. git says that
    // it did or not, depending on how it came to open the directory.
    if (file_side != 0 && entry->clean && !entry->result.exists()) {
      state_.messages.erase(std::string(path));
    }
    Record(path, entry->result);
  }

  // Forgets about the directory at a path that also has a file.
  static void TakeFileOnly(MergeEntry* entry) {
    entry->equal &= ~entry->directories;
    entry->directories = 0;
    entry->result = {};
    for (size_t side = 0; side < 3; ++side) {
      if ((entry->files & Bit(side)) == 0) entry->stages[side] = {};
    }
  }

  static void TakeChangedSide(MergeEntry* entry) {
    entry->clean = !entry->file_and_directory && !entry->path_conflict;
    if (entry->equal == kBothSides) {
      entry->result = entry->stages[kOurSide];
      return;
    }
    size_t side = entry->equal == (Bit(kBaseSide) | Bit(kOurSide)) ? kTheirSide
                                                                   : kOurSide;
    entry->result = entry->stages[side];
    if (!entry->result.exists()) entry->clean = true;
  }

  // A file on one side, a symlink or gitlink on the other: files make way.
  // Returns the path that `entry`, with our version alone, is at now.
  std::string_view SplitTypes(std::string_view path, MergeEntry* entry) {
    const Version base = entry->stages[kBaseSide];
    const Version ours = entry->stages[kOurSide];
    const Version theirs = entry->stages[kTheirSide];
    bool rename_ours = ours.is_regular() || !theirs.is_regular();
    bool rename_theirs = !ours.is_regular();
    std::string_view our_path = path;
    std::string_view their_path = path;
    std::vector<std::string> new_paths;
    if (rename_ours) {
      our_path = state_.UniquePath(path, state_.Label(kOurSide));
      new_paths.emplace_back(our_path);
    }
    if (rename_theirs) {
      their_path = state_.UniquePath(path, state_.Label(kTheirSide));
      new_paths.emplace_back(their_path);
    }
    state_.Tell(MessageKind::kDistinctTypes, path,
                Fill("CONFLICT (distinct types): %1 had different types on "
                     "each side; renamed %2 of them so each can be recorded "
                     "somewhere.",
                     {path, rename_ours && rename_theirs ? "both" : "one"}),
                std::move(new_paths));
    entry->clean = false;
    MergeEntry& other = state_.New();
    other = *entry;
    Separate(&other, kTheirSide, base);
    Separate(entry, kOurSide, base);
    if (rename_ours) state_.Put(our_path, entry);
    state_.Put(their_path, &other);
    if (rename_ours && rename_theirs) state_.Remove(path);
    state_.conflicted[std::string(their_path)] = &other;
    Record(their_path, other.result);
    return our_path;
  }

  static void Separate(MergeEntry* entry, size_t side, const Version& base) {
    const Version version = entry->stages[side];
    entry->result = version;
    entry->stages = {};
    entry->stages[side] = version;
    entry->files = Bit(side);
    // The base belongs to the side that kept its type.
    if (version.type() == base.type()) {
      entry->stages[kBaseSide] = base;
      entry->files |= Bit(kBaseSide);
    }
  }

  void MergeBoth(std::string_view path, size_t file_side, MergeEntry* entry) {
    ContentMergeResult merged =
        MergeContents(&state_, path, entry->names, entry->stages[kBaseSide],
                      entry->stages[kOurSide], entry->stages[kTheirSide], 0);
    entry->clean =
        merged.clean && !entry->file_and_directory && !entry->path_conflict;
    entry->result = merged.version;
    if (merged.clean && entry->file_and_directory) {
      entry->files = Bit(file_side);
      entry->stages[file_side] = merged.version;
    }
    if (merged.clean) return;
    const char* reason = entry->files == kBothSides ? "add/add" : "content";
    if (merged.version.mode == static_cast<uint32_t>(FileMode::kGitlink)) {
      reason = "submodule";
    }
    state_.Tell(MessageKind::kContent, path,
                Fill("CONFLICT (%1): Merge conflict in %2", {reason, path}));
  }

  void KeepModified(std::string_view path, MergeEntry* entry) {
    size_t side = (entry->files & Bit(kOurSide)) != 0 ? kOurSide : kTheirSide;
    entry->result = entry->stages[side];
    entry->clean = false;
    // A rename against a deletion has been told of.
    if (entry->path_conflict &&
        entry->stages[kBaseSide].oid == entry->stages[side].oid) {
      return;
    }
    const std::string& kept = state_.Label(side);
    const std::string& deleted =
        state_.Label(side == kOurSide ? kTheirSide : kOurSide);
    state_.Tell(MessageKind::kModifyDelete, path,
                Fill("CONFLICT (modify/delete): %1 deleted in %2 and modified "
                     "in %3.  Version %3 of %1 left in tree.",
                     {path, deleted, kept}));
  }

  MergeState& state_;
  // What is known of directories that are not complete yet.
  std::unordered_map<std::string_view, Tree> trees_;
};

}  // namespace

Oid ResolveEntries(MergeState* state) { return Resolver(state).Run(); }

}  // namespace backgraft::git
