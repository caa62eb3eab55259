#include "git/tree_merge.h"

#include <algorithm>
#include <utility>

#include "git/merge_collect.h"
#include "git/merge_renames.h"
#include "git/merge_resolve.h"
#include "git/merge_state.h"
#include "git/sparse_merge.h"

namespace backgraft::git {
namespace {

// What kind of conflict a message tells of; nothing where it is no conflict.
std::optional<ConflictKind> KindOf(const MergeMessage& message) {
  switch (message.kind) {
    case MessageKind::kAutoMerging:
    case MessageKind::kDirectoryRenameApplied:
    case MessageKind::kDirectoryRenameSkipped:
      return std::nullopt;
    case MessageKind::kContent:
      return message.text.starts_with("CONFLICT (add/add)")
                 ? ConflictKind::kAddAdd
                 : ConflictKind::kContent;
    case MessageKind::kBinary:
      return ConflictKind::kBinary;
    case MessageKind::kFileDirectory:
      return ConflictKind::kFileDirectory;
    case MessageKind::kDistinctTypes:
      return ConflictKind::kMode;
    case MessageKind::kModifyDelete:
      return ConflictKind::kModifyDelete;
    case MessageKind::kRenameRename:
      return ConflictKind::kRenameRename;
    case MessageKind::kRenameCollision:
      return ConflictKind::kRenameCollision;
    case MessageKind::kRenameDelete:
      return ConflictKind::kRenameDelete;
    case MessageKind::kDirectoryRenameSuggested:
    case MessageKind::kDirectoryRenameInWay:
    case MessageKind::kDirectoryRenameCollision:
    case MessageKind::kDirectoryRenameSplit:
      return ConflictKind::kDirectoryRename;
    case MessageKind::kSubmodule:
      return ConflictKind::kSubmodule;
  }
  return std::nullopt;
}

// A conflict that no path stays behind for.
bool StandsAlone(MessageKind kind) {
  return kind == MessageKind::kDirectoryRenameInWay ||
         kind == MessageKind::kDirectoryRenameCollision ||
         kind == MessageKind::kDirectoryRenameSplit;
}

std::optional<FileState> StateOf(const MergeEntry& entry, size_t side) {
  const Version& version = entry.stages[side];
  if ((entry.files & Bit(side)) == 0 || !version.exists()) return std::nullopt;
  return FileState{static_cast<FileMode>(version.mode), version.oid};
}

MergeConflict Describe(const MergeState& state, const std::string& path,
                       const MergeEntry* entry) {
  MergeConflict conflict;
  conflict.path = path;
  std::optional<ConflictKind> kind;
  if (auto own = state.messages.find(path); own != state.messages.end()) {
    for (const MergeMessage& message : own->second) {
      std::optional<ConflictKind> told = KindOf(message);
      if (!told) continue;
      if (!kind) kind = told;
      if (!conflict.message.empty()) conflict.message += '\n';
      conflict.message += message.text;
    }
  }
  if (!kind) {
    for (const auto& [primary, list] : state.messages) {
      for (const MergeMessage& message : list) {
        if (std::find(message.other_paths.begin(), message.other_paths.end(),
                      path) != message.other_paths.end() &&
            !kind) {
          kind = KindOf(message);
        }
      }
    }
  }
  conflict.kind = kind.value_or(ConflictKind::kContent);
  if (entry != nullptr) {
    for (size_t side = 0; side < 3; ++side) {
      conflict.stages[side] = StateOf(*entry, side);
    }
  }
  return conflict;
}

MergeResult MakeResult(MergeState* state, const Oid& tree) {
  MergeResult result;
  result.tree = tree;
  result.auto_merged = std::move(state->auto_merged);
  result.renames = std::move(state->renames);
  for (const auto& [path, entry] : state->conflicted) {
    result.conflicts.push_back(Describe(*state, path, entry));
  }
  for (const auto& [path, list] : state->messages) {
    bool alone = false;
    for (const MergeMessage& message : list) {
      result.messages.push_back(message.text);
      alone = alone || StandsAlone(message.kind);
    }
    if (alone && state->conflicted.count(path) == 0) {
      result.conflicts.push_back(Describe(*state, path, nullptr));
    }
  }
  std::sort(result.conflicts.begin(), result.conflicts.end(),
            [](const MergeConflict& a, const MergeConflict& b) {
              return a.path < b.path;
            });
  return result;
}

}  // namespace

std::string_view ConflictKindName(ConflictKind kind) {
  switch (kind) {
    case ConflictKind::kContent:
      return "content";
    case ConflictKind::kBinary:
      return "binary";
    case ConflictKind::kAddAdd:
      return "add/add";
    case ConflictKind::kModifyDelete:
      return "modify/delete";
    case ConflictKind::kRenameDelete:
      return "rename/delete";
    case ConflictKind::kRenameRename:
      return "rename/rename";
    case ConflictKind::kRenameCollision:
      return "rename involved in collision";
    case ConflictKind::kDirectoryRename:
      return "directory rename";
    case ConflictKind::kFileDirectory:
      return "file/directory";
    case ConflictKind::kMode:
      return "distinct types";
    case ConflictKind::kSubmodule:
      return "submodule";
  }
  return "content";
}

class TreeMerger::Impl {
 public:
  explicit Impl(ObjectWriter& writer) : trees_(writer) {}

  MergeResult Merge(const Oid& base, const Oid& ours, const Oid& theirs,
                    const MergeOptions& options) {
    // Each revert in a range at the tip is this one. The root is written anew,
    // as git does, which matters where its modes are not the canonical ones.
    if (base == ours) {
      MergeResult result;
      result.tree = trees_.Write(*trees_.Read(theirs));
      return result;
    }
    {
      MergeState state(trees_, options);
      if (auto tree = MergeSparsely(&state, base, ours, theirs)) {
        return MakeResult(&state, *tree);
      }
    }
    MergeState state(trees_, options);
    Changes changes;
    CollectChanges(&state, base, ours, theirs, &changes);
    ApplyRenames(&state, &changes);
    Oid tree = ResolveEntries(&state);
    return MakeResult(&state, tree);
  }

 private:
  TreeCache trees_;
};

TreeMerger::TreeMerger(ObjectWriter& writer)
    : impl_(std::make_unique<Impl>(writer)) {}
TreeMerger::~TreeMerger() = default;

MergeResult TreeMerger::Merge(const Oid& base, const Oid& ours,
                              const Oid& theirs, const MergeOptions& options) {
  return impl_->Merge(base, ours, theirs, options);
}

MergeResult MergeTrees(ObjectWriter& writer, const Oid& base, const Oid& ours,
                       const Oid& theirs, const MergeOptions& options) {
  return TreeMerger(writer).Merge(base, ours, theirs, options);
}

}  // namespace backgraft::git
