#include "git/merge_collect.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "base/escape.h"
#include "git/hash_order.h"

namespace backgraft::git {

void DirectoryCounts::Add(std::string_view directory) {
  for (auto& [name, count] : counts_) {
    if (name == directory) {
      ++count;
      return;
    }
  }
  counts_.emplace_back(directory, 1);
}

void DirectoryCounts::Remove(std::string_view directory) {
  std::erase_if(counts_,
                [&](const auto& entry) { return entry.first == directory; });
}

std::vector<AlignedEntry> AlignTrees(const std::array<const Tree*, 3>& trees) {
  static const Tree kNothing;
  struct Cursor {
    const Tree* tree;
    size_t at = 0;
    // Entries beyond `at` that were taken early: "t" sorts after "t-2" where
    // it is a directory and before it where it is a file.
    std::vector<size_t> taken{};

    const TreeEntry* Head() {
      while (std::find(taken.begin(), taken.end(), at) != taken.end()) ++at;
      return at < tree->size() ? &(*tree)[at] : nullptr;
    }
    const TreeEntry* Take(std::string_view name) {
      const TreeEntry* head = Head();
      if (head == nullptr) return nullptr;
      if (head->name == name) {
        ++at;
        return head;
      }
      for (size_t i = at; i < tree->size(); ++i) {
        const TreeEntry& entry = (*tree)[i];
        if (!entry.name.starts_with(name)) break;
        if (entry.name != name) continue;
        if (std::find(taken.begin(), taken.end(), i) != taken.end()) continue;
        taken.push_back(i);
        return &entry;
      }
      return nullptr;
    }
  };
  std::array<Cursor, 3> cursors;
  size_t most = 0;
  for (size_t side = 0; side < 3; ++side) {
    cursors[side].tree = trees[side] != nullptr ? trees[side] : &kNothing;
    most = std::max(most, cursors[side].tree->size());
  }
  std::vector<AlignedEntry> aligned;
  aligned.reserve(most);
  for (;;) {
    const TreeEntry* first = nullptr;
    for (Cursor& cursor : cursors) {
      const TreeEntry* head = cursor.Head();
      if (head != nullptr && (first == nullptr || head->name < first->name)) {
        first = head;
      }
    }
    if (first == nullptr) return aligned;
    AlignedEntry& entry = aligned.emplace_back();
    entry.name = first->name;
    for (size_t side = 0; side < 3; ++side) {
      const TreeEntry* found = cursors[side].Take(entry.name);
      if (found == nullptr) continue;
      entry.versions[side] = {static_cast<uint32_t>(found->mode), found->oid};
    }
  }
}

namespace {

class Collector {
 public:
  Collector(MergeState* state, Changes* changes)
      : state_(*state), changes_(*changes) {}

  void Run(const std::array<Oid, 3>& roots) {
    std::array<std::shared_ptr<const Tree>, 3> trees;
    for (size_t side = 0; side < 3; ++side) {
      trees[side] = state_.trees.Read(roots[side]);
    }
    Walk("", trees, 0);
    DecideDeferred();
  }

 private:
  // A directory that one side left alone, not opened yet.
  struct Deferred {
    std::string_view path;
    SideMask rename_mask;
    int depth;
  };

  void Walk(std::string_view directory,
            const std::array<std::shared_ptr<const Tree>, 3>& trees,
            int depth) {
    if (depth > kMaximumTreeDepth) {
      throw Error(ErrorKind::kBadSource,
                  "trees are nested too deep at " + Quote(directory));
    }
    std::vector<AlignedEntry> entries =
        AlignTrees({trees[0].get(), trees[1].get(), trees[2].get()});
    if (rename_mask_ == Bit(kOurSide) || rename_mask_ == Bit(kTheirSide)) {
      // One side removed this directory. Where the other one added a file to
      // it, everything in it matters.
      for (const AlignedEntry& entry : entries) {
        if (FileMask(entry) == rename_mask_) {
          rename_mask_ = kAllSides;
          break;
        }
      }
    }
    for (const AlignedEntry& entry : entries) Visit(directory, entry, depth);
  }

  static SideMask FileMask(const AlignedEntry& entry) {
    SideMask mask = 0;
    for (size_t side = 0; side < 3; ++side) {
      const Version& version = entry.versions[side];
      if (version.exists() && !version.is_tree()) mask |= Bit(side);
    }
    return mask;
  }

  static SideMask EqualSides(const std::array<Version, 3>& versions) {
    const auto& [base, ours, theirs] = versions;
    bool ours_kept = base.exists() && ours == base;
    bool theirs_kept = base.exists() && theirs == base;
    if (ours_kept)
      return theirs_kept ? kAllSides : Bit(kBaseSide) | Bit(kOurSide);
    if (theirs_kept) return Bit(kBaseSide) | Bit(kTheirSide);
    return ours.exists() && ours == theirs ? kBothSides : 0;
  }

  void Visit(std::string_view directory, const AlignedEntry& aligned,
             int depth) {
    SideMask files = FileMask(aligned);
    SideMask directories = 0;
    for (size_t side = 0; side < 3; ++side) {
      if (aligned.versions[side].is_tree()) directories |= Bit(side);
    }
    SideMask equal = EqualSides(aligned.versions);
    std::string_view path =
        state_.Intern(directory.empty() ? std::string(aligned.name)
                                        : std::string(directory) + '/' +
                                              std::string(aligned.name));
    MergeEntry& entry = state_.Add(path);

    // Equal on all sides; or a file that one side at the most changed.
    if (equal == kAllSides || (files == kAllSides && equal != 0)) {
      entry.clean = true;
      bool ours_kept = equal == (Bit(kBaseSide) | Bit(kOurSide));
      entry.result = aligned.versions[ours_kept ? kTheirSide : kOurSide];
      return;
    }
    SideMask mask_before = rename_mask_;
    NoteChange(directory, path, aligned, files, directories, equal);
    entry.stages = aligned.versions;
    entry.names = {path, path, path};
    entry.files = files;
    entry.directories = directories;
    entry.file_and_directory = files != 0 && directories != 0;
    entry.equal = equal;
    if (directories == 0) return;

    size_t changed = kBaseSide;  // the side that may hold what was renamed
    if (equal == (Bit(kBaseSide) | Bit(kOurSide))) changed = kTheirSide;
    if (equal == (Bit(kBaseSide) | Bit(kTheirSide))) changed = kOurSide;
    if (files == 0 &&
        (directories == Bit(kOurSide) || directories == Bit(kTheirSide))) {
      entry.equal = kAllSides & ~directories;
      changed = directories == Bit(kOurSide) ? kOurSide : kTheirSide;
    }
    if (rename_mask_ != kAllSides && changed != kBaseSide &&
        may_defer_[changed]) {
      deferred_[changed].push_back({path, rename_mask_, depth});
      rename_mask_ = mask_before;
      return;
    }
    Open(path, &entry, depth);
    rename_mask_ = mask_before;
  }

  void Open(std::string_view path, MergeEntry* entry, int depth) {
    std::array<std::shared_ptr<const Tree>, 3> trees;
    for (size_t side = 0; side < 3; ++side) {
      if ((entry->directories & Bit(side)) != 0) {
        trees[side] = state_.trees.Read(entry->stages[side].oid);
      }
    }
    entry->equal &= entry->files;
    Walk(path, trees, depth + 1);
  }

  // Notes what the rename detection needs to know about a path.
  void NoteChange(std::string_view directory, std::string_view path,
                  const AlignedEntry& aligned, SideMask files,
                  SideMask directories, SideMask equal) {
    if (rename_mask_ != kAllSides &&
        (directories == (Bit(kBaseSide) | Bit(kOurSide)) ||
         directories == (Bit(kBaseSide) | Bit(kTheirSide)))) {
      rename_mask_ = directories & ~Bit(kBaseSide);
    }
    if ((directories & Bit(kBaseSide)) != 0 && directories != kAllSides) {
      DirectoryRelevance relevance = rename_mask_ == kAllSides
                                         ? DirectoryRelevance::kForAncestor
                                         : DirectoryRelevance::kNone;
      for (size_t side : {kOurSide, kTheirSide}) {
        if ((directories & Bit(side)) != 0) continue;
        changes_[side].removed_directories.insert_or_assign(path, relevance);
      }
    }
    if (rename_mask_ == kAllSides &&
        (files == Bit(kOurSide) || files == Bit(kTheirSide))) {
      // A file added to a directory that the other side removed.
      size_t side = files == Bit(kOurSide) ? kTheirSide : kOurSide;
      changes_[side].removed_directories.insert_or_assign(
          directory, DirectoryRelevance::kForSelf);
    }
    if (files == 0 || files == kAllSides) return;
    bool in_base = (files & Bit(kBaseSide)) != 0;
    for (size_t side : {kOurSide, kTheirSide}) {
      bool here = (files & Bit(side)) != 0;
      if (in_base && !here) {
        if ((equal & files) == 0) {
          changes_[side].relevant_sources.insert_or_assign(
              path, FileRelevance::kContent);
        } else if (rename_mask_ == kAllSides) {
          changes_[side].relevant_sources.insert_or_assign(
              path, FileRelevance::kLocation);
        }
        changes_[side].pairs.push_back({RenamePair::Status::kDeleted,
                                        path,
                                        path,
                                        aligned.versions[kBaseSide],
                                        {}});
      } else if (!in_base && here) {
        changes_[side].pairs.push_back({RenamePair::Status::kAdded,
                                        path,
                                        path,
                                        {},
                                        aligned.versions[side]});
      }
    }
  }

  // Decides the deferred directories of each side: as they are where no rename
  // of that side has to be found, by opening them otherwise.
  void DecideDeferred() {
    size_t before = state_.entries().size();
    bool any_opened = false;
    for (size_t side : {kOurSide, kTheirSide}) {
      bool unopened = changes_[side].relevant_sources.empty();
      may_defer_[side] = unopened;
      std::vector<Deferred> deferred = std::exchange(deferred_[side], {});
      if (unopened) {
        for (const Deferred& item : deferred) Decide(item.path, side);
        continue;
      }
      any_opened = true;
      std::vector<std::string_view> paths;
      for (const Deferred& item : deferred) paths.push_back(item.path);
      for (size_t i : HashOrder(paths)) {
        rename_mask_ = deferred[i].rename_mask;
        Open(deferred[i].path, state_.Find(deferred[i].path),
             deferred[i].depth);
      }
    }
    // Three times as many paths: to git that is worth starting over.
    if (any_opened && before > 0) {
      changes_.git_starts_over = state_.entries().size() / before >= 3;
    }
  }

  void Decide(std::string_view path, size_t side) {
    MergeEntry* entry = state_.Find(path);
    entry->result = entry->stages[side];
    entry->equal = 0;
    entry->clean = true;
  }

  MergeState& state_;
  Changes& changes_;
  std::array<std::vector<Deferred>, 3> deferred_;
  std::array<bool, 3> may_defer_ = {true, true, true};
  // 0 outside of removed directories; the side that kept it inside one; all
  // sides where that side added to it, so that every rename counts.
  SideMask rename_mask_ = 0;
};

}  // namespace

void CollectChanges(MergeState* state, const Oid& base, const Oid& ours,
                    const Oid& theirs, Changes* changes) {
  Collector(state, changes).Run({base, ours, theirs});
}

}  // namespace backgraft::git
