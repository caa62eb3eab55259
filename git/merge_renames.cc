#include "git/merge_renames.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "git/content_merge.h"
#include "git/directory_moves.h"
#include "git/rename_finder.h"

namespace backgraft::git {
namespace {

struct SideRename {
  RenamePair pair;
  size_t side;
};

// An entry that is still to be decided, as both ends of a rename are.
MergeEntry* MustFind(MergeState* state, std::string_view path) {
  MergeEntry* entry = state->Find(path);
  Require(entry != nullptr && !entry->clean,
          "a renamed file is not among the paths of the merge");
  return entry;
}

void MarkRemoved(MergeEntry* entry) {
  entry->result = {};
  entry->clean = true;
}

// One file under two names on the two sides, or twice under the same one.
void JoinDoubleRename(MergeState* state, const RenamePair& ours,
                      const RenamePair& theirs) {
  MergeEntry* base = MustFind(state, ours.from);
  MergeEntry* our_entry = MustFind(state, ours.to);
  if (ours.to == theirs.to) {
    our_entry->stages[kBaseSide] = base->stages[kBaseSide];
    our_entry->files |= Bit(kBaseSide);
    MarkRemoved(base);
    return;
  }
  MergeEntry* their_entry = MustFind(state, theirs.to);
  const Version ours_version = our_entry->stages[kOurSide];
  const Version theirs_version = their_entry->stages[kTheirSide];
  ContentMergeResult merged =
      MergeContents(state, ours.from, {ours.from, ours.to, theirs.to},
                    base->stages[kBaseSide], ours_version, theirs_version, 1);
  // What cannot be merged at all is kept apart: each name has its own content.
  bool kept_ours = !merged.clean && merged.version == ours_version;
  our_entry->stages[kOurSide] = merged.version;
  their_entry->stages[kTheirSide] = kept_ours ? theirs_version : merged.version;
  our_entry->path_conflict = true;
  their_entry->path_conflict = true;
  base->path_conflict = true;
  state->Tell(MessageKind::kRenameRename, ours.from,
              Fill("CONFLICT (rename/rename): %1 renamed to %2 in %3 and to %4 "
                   "in %5.",
                   {ours.from, ours.to, state->options.ours_label, theirs.to,
                    state->options.theirs_label}),
              {std::string(ours.to), std::string(theirs.to)});
}

void TellRenameDelete(MergeState* state, const RenamePair& pair, size_t side) {
  size_t other = side == kOurSide ? kTheirSide : kOurSide;
  state->Tell(
      MessageKind::kRenameDelete, pair.to,
      Fill("CONFLICT (rename/delete): %1 renamed to %2 in %3, but deleted in "
           "%4.",
           {pair.from, pair.to, state->Label(side), state->Label(other)}),
      {std::string(pair.from)});
}

// A rename onto a path that the other side has a file at, too.
void MergeIntoCollision(MergeState* state, const RenamePair& pair, size_t side,
                        const MergeEntry& old_entry, MergeEntry* new_entry) {
  size_t other = side == kOurSide ? kTheirSide : kOurSide;
  std::array<std::string_view, 3> names;
  names[kBaseSide] = pair.from;
  names[other] = pair.from;
  names[side] = pair.to;
  const Version& renamed = new_entry->stages[side];
  const Version& edited = old_entry.stages[other];
  const Version& ours = side == kOurSide ? renamed : edited;
  const Version& theirs = side == kOurSide ? edited : renamed;
  ContentMergeResult merged = MergeContents(
      state, pair.from, names, old_entry.stages[kBaseSide], ours, theirs, 1);
  new_entry->stages[side] = merged.version;
  if (merged.clean) return;
  state->Tell(MessageKind::kRenameCollision, pair.to,
              Fill("CONFLICT (rename involved in collision): rename of %1 -> "
                   "%2 has content conflicts AND collides with another path; "
                   "this may result in nested conflict markers.",
                   {pair.from, pair.to}),
              {std::string(pair.from)});
}

void JoinRename(MergeState* state, const RenamePair& pair, size_t side,
                MergeEntry* old_entry) {
  size_t other = side == kOurSide ? kTheirSide : kOurSide;
  MergeEntry* new_entry = MustFind(state, pair.to);
  bool deleted = old_entry->files == Bit(kBaseSide);
  bool type_changed = !deleted && old_entry->stages[other].is_regular() !=
                                      new_entry->stages[side].is_regular();
  // With another type at the old path, the other side renamed the file as well
  // in all likelihood: then what is at the new path there is no stranger.
  bool collision = (new_entry->files & Bit(other)) != 0 && !type_changed;

  if (collision && !deleted) {
    MergeIntoCollision(state, pair, side, *old_entry, new_entry);
  } else if (collision) {
    new_entry->path_conflict = true;
    TellRenameDelete(state, pair, side);
  } else {
    new_entry->stages[kBaseSide] = old_entry->stages[kBaseSide];
    new_entry->files |= Bit(kBaseSide);
    new_entry->names[kBaseSide] = pair.from;
    if (type_changed) {
      old_entry->stages[kBaseSide] = {};
      old_entry->files &= kBothSides;
      return;
    }
    if (deleted) {
      new_entry->path_conflict = true;
      TellRenameDelete(state, pair, side);
    } else {
      new_entry->stages[other] = old_entry->stages[other];
      new_entry->files |= Bit(other);
      new_entry->names[other] = pair.from;
    }
  }
  if (!type_changed) MarkRemoved(old_entry);
}

void JoinRenames(MergeState* state, const std::vector<SideRename>& renames) {
  for (size_t i = 0; i < renames.size(); ++i) {
    const RenamePair& pair = renames[i].pair;
    MergeEntry* old_entry = state->Find(pair.from);
    // Decided already: the other side left the file alone.
    if (old_entry == nullptr || old_entry->clean) continue;
    if (i + 1 < renames.size() && renames[i + 1].pair.from == pair.from) {
      JoinDoubleRename(state, pair, renames[i + 1].pair);
      ++i;
    } else if (pair.from != pair.to) {
      JoinRename(state, pair, renames[i].side, old_entry);
    }
    // Otherwise the other side's rename of the directory led back to the old
    // path, where all versions are. git before 2.51 loses the file, or dies.
  }
}

bool MayHaveRenames(const SideChanges& changes) {
  return !changes.pairs.empty() && !changes.relevant_sources.empty();
}

// Renames of files that nothing depended on are found by the way, where the
// content is equal. They are forgotten when git starts over.
void ForgetNeedlessRenames(SideChanges* changes) {
  for (RenamePair& pair : changes->pairs) {
    if (pair.status != RenamePair::Status::kRenamed) continue;
    auto relevant = changes->relevant_sources.find(pair.from);
    if (relevant != changes->relevant_sources.end() &&
        relevant->second != FileRelevance::kNoMore) {
      continue;
    }
    pair.status = RenamePair::Status::kAdded;
    pair.from = pair.to;
    pair.source = {};
  }
}

}  // namespace

void ApplyRenames(MergeState* state, Changes* changes) {
  const MergeOptions& options = state->options;
  if (!options.detect_renames || (!MayHaveRenames((*changes)[kOurSide]) &&
                                  !MayHaveRenames((*changes)[kTheirSide]))) {
    return;
  }
  RenameOptions rename_options;
  rename_options.minimum_score =
      options.rename_score > 0 ? options.rename_score : 30000;
  if (options.rename_limit > 0) rename_options.limit = options.rename_limit;
  for (size_t side : {kOurSide, kTheirSide}) {
    SideChanges& side_changes = (*changes)[side];
    if (MayHaveRenames(side_changes)) {
      FindRenames(state, rename_options, &side_changes);
    }
    if (changes->git_starts_over) ForgetNeedlessRenames(&side_changes);
  }
  DirectoryMoves moves(state, *changes,
                       options.directory_renames != DirectoryRenames::kNo);
  std::vector<SideRename> renames;
  for (size_t side : {kOurSide, kTheirSide}) {
    for (RenamePair& pair : (*changes)[side].pairs) {
      if (pair.status == RenamePair::Status::kDeleted) continue;
      bool moved = moves.Apply(side, &pair);
      if (pair.status != RenamePair::Status::kRenamed && !moved) continue;
      renames.push_back({pair, side});
    }
  }
  std::stable_sort(renames.begin(), renames.end(),
                   [](const SideRename& a, const SideRename& b) {
                     return a.pair.from < b.pair.from;
                   });
  for (const SideRename& rename : renames) {
    if (rename.pair.status != RenamePair::Status::kRenamed) continue;
    state->renames.push_back({std::string(rename.pair.from),
                              std::string(rename.pair.to),
                              rename.side == kOurSide});
  }
  JoinRenames(state, renames);
}

}  // namespace backgraft::git
