#include "git/directory_moves.h"

#include <memory>
#include <vector>

#include "base/error.h"

namespace backgraft::git {
namespace {

size_t OtherSide(size_t side) {
  return side == kOurSide ? kTheirSide : kOurSide;
}

// The renamed directory that holds `path`, the innermost one.
template <typename Moves>
typename Moves::const_iterator FindMove(const Moves& moves,
                                        std::string_view path) {
  for (std::string_view directory = DirectoryOf(path); !directory.empty();
       directory = DirectoryOf(directory)) {
    auto found = moves.find(directory);
    if (found != moves.end()) return found;
  }
  return moves.end();
}

std::string MovePath(std::string_view path, std::string_view from,
                     std::string_view to) {
  std::string_view rest = path.substr(from.size());  // "/..."
  if (to.empty()) rest.remove_prefix(1);
  return std::string(to) + std::string(rest);
}

std::string Join(const std::set<std::string>& names) {
  std::string out;
  for (const std::string& name : names) {
    if (!out.empty()) out += ", ";
    out += name;
  }
  return out;
}

}  // namespace

DirectoryMoves::DirectoryMoves(MergeState* state, const Changes& changes,
                               bool detect)
    : state_(*state) {
  if (!detect) return;
  for (size_t side : {kOurSide, kTheirSide})
    Decide(changes[side], &moves_[side]);
  // Renamed on both sides: nothing is implied for either.
  std::erase_if(moves_[kOurSide], [this](const auto& move) {
    return moves_[kTheirSide].erase(move.first) != 0;
  });
  for (size_t side : {kOurSide, kTheirSide})
    FindCollisions(side, changes[side]);
  for (size_t side : {kOurSide, kTheirSide}) {
    for (const RenamePair& pair : changes[side].pairs) {
      if (pair.status != RenamePair::Status::kRenamed) continue;
      renamed_[side].insert(pair.from);
    }
  }
}

void DirectoryMoves::Decide(const SideChanges& changes, Moves* moves) {
  for (const auto& [directory, counts] : changes.directory_counts) {
    int most = 0;
    bool shared = false;
    std::string_view best;
    for (const auto& [target, count] : counts.counts()) {
      if (count == most) {
        shared = true;
      } else if (count > most) {
        shared = false;
        most = count;
        best = target;
      }
    }
    if (most == 0) continue;
    if (!shared) {
      moves->insert_or_assign(directory, best);
      continue;
    }
    state_.Tell(MessageKind::kDirectoryRenameSplit, directory,
                Fill("CONFLICT (directory rename split): Unclear where to "
                     "rename %1 to; it was renamed to multiple other "
                     "directories, with no destination getting a majority of "
                     "the files.",
                     {directory}));
  }
}

void DirectoryMoves::FindCollisions(size_t side, const SideChanges& changes) {
  const Moves& moves = moves_[OtherSide(side)];
  if (moves.empty()) return;
  for (const RenamePair& pair : changes.pairs) {
    if (pair.status == RenamePair::Status::kDeleted) continue;
    auto move = FindMove(moves, pair.to);
    if (move == moves.end()) continue;
    collisions_[side][MovePath(pair.to, move->first, move->second)]
        .sources.insert(std::string(pair.to));
  }
}

bool DirectoryMoves::IsInWay(const std::string& path, std::string_view from,
                             size_t side) const {
  // The base's file there is needed to follow the other side's rename of it.
  // git dies of this before 2.51.
  if (path != from && renamed_[OtherSide(side)].contains(path)) return true;
  for (std::string_view directory = DirectoryOf(path); !directory.empty();
       directory = DirectoryOf(directory)) {
    const MergeEntry* entry = state_.Find(directory);
    if (entry != nullptr && entry->clean && entry->result.exists() &&
        !entry->result.is_tree()) {
      return true;
    }
  }
  const MergeEntry* entry = state_.Find(path);
  return entry != nullptr &&
         (entry->clean ||
          ((entry->files | entry->directories) & Bit(side)) != 0);
}

std::optional<std::string> DirectoryMoves::NewPath(size_t side,
                                                   const RenamePair& pair) {
  std::string_view path = pair.to;
  size_t other = OtherSide(side);
  const Moves& moves = moves_[other];
  if (moves.empty()) return std::nullopt;
  if (collisions_[other].count(std::string(path)) != 0) return std::nullopt;
  auto move = FindMove(moves, path);
  if (move == moves.end()) return std::nullopt;
  const auto& [old_directory, new_directory] = *move;
  // This side renamed that very directory: following the other side there
  // would make the file go round in circles.
  if (moves_[side].count(new_directory) != 0) {
    state_.Tell(MessageKind::kDirectoryRenameSkipped, old_directory,
                Fill("WARNING: Avoiding applying %1 -> %2 rename to %3, "
                     "because %2 itself was renamed.",
                     {old_directory, new_directory, path}),
                {std::string(path), std::string(new_directory)});
    return std::nullopt;
  }
  std::string target = MovePath(path, old_directory, new_directory);
  Collision& collision = collisions_[side].at(target);
  if (collision.told) return std::nullopt;
  std::vector<std::string> sources(collision.sources.begin(),
                                   collision.sources.end());
  if (IsInWay(target, pair.from, side)) {
    collision.told = true;
    state_.Tell(MessageKind::kDirectoryRenameInWay, target,
                Fill("CONFLICT (implicit dir rename): Existing file/dir at %1 "
                     "in the way of implicit directory rename(s) putting the "
                     "following path(s) there: %2.",
                     {target, Join(collision.sources)}),
                std::move(sources));
    return std::nullopt;
  }
  if (sources.size() > 1) {
    collision.told = true;
    state_.Tell(MessageKind::kDirectoryRenameCollision, target,
                Fill("CONFLICT (implicit dir rename): Cannot map more than one "
                     "path to %1; implicit directory renames tried to put "
                     "these paths there: %2",
                     {target, Join(collision.sources)}),
                std::move(sources));
    return std::nullopt;
  }
  return target;
}

bool DirectoryMoves::Apply(size_t side, RenamePair* pair) {
  std::optional<std::string> new_path = NewPath(side, *pair);
  if (!new_path) return false;
  std::string_view target = state_.Intern(std::move(*new_path));
  Place(side, *pair, target);
  pair->to = target;
  return true;
}

// Opens a directory that was decided as a whole, since a file goes into it.
void DirectoryMoves::Expand(std::string_view directory, MergeEntry* entry) {
  Version result = entry->result;
  *entry = MergeEntry();
  entry->directories = kAllSides;
  if (!result.is_tree()) return;
  std::shared_ptr<const Tree> tree = state_.trees.Read(result.oid);
  for (const TreeEntry& child : *tree) {
    std::string_view path =
        state_.Intern(std::string(directory) + '/' + child.name);
    if (state_.Find(path) != nullptr) continue;
    MergeEntry& added = state_.Add(path);
    added.clean = true;
    added.result = {static_cast<uint32_t>(child.mode), child.oid};
  }
}

void DirectoryMoves::Place(size_t side, const RenamePair& pair,
                           std::string_view new_path) {
  MergeEntry* entry = state_.Find(pair.to);
  Require(entry != nullptr, "a moved file is not among the paths of the merge");
  // The directories above the new path, from the top down.
  std::vector<std::string_view> above;
  for (std::string_view directory = DirectoryOf(new_path); !directory.empty();
       directory = DirectoryOf(directory)) {
    above.insert(above.begin(), directory);
  }
  for (std::string_view directory : above) {
    MergeEntry* existing = state_.Find(directory);
    if (existing == nullptr) {
      state_.Add(directory).directories = Bit(side);
    } else if (existing->clean && existing->result.is_tree()) {
      Expand(directory, existing);
    }
  }

  if (entry->directories == 0) {
    state_.Remove(pair.to);
  } else {
    // The base had a directory at the old path: it stays until what was below
    // it is dealt with, the file alone goes.
    MergeEntry& file = state_.New();
    file = *entry;
    file.directories = 0;
    file.file_and_directory = false;
    entry->files = 0;
    entry->clean = true;
    for (size_t i = 0; i < 3; ++i) {
      if ((file.files & Bit(i)) == 0) file.stages[i] = {};
      if ((entry->directories & Bit(i)) == 0) entry->stages[i] = {};
    }
    entry = &file;
  }
  SideMask files = entry->files;
  if (MergeEntry* existing = state_.Find(new_path); existing == nullptr) {
    state_.Put(new_path, entry);
  } else {
    existing->files |= entry->files;
    if (existing->directories != 0) existing->file_and_directory = true;
    existing->names[side] = entry->names[side];
    existing->stages[side] = entry->stages[side];
    entry = existing;
  }
  if (state_.options.directory_renames == DirectoryRenames::kConflict) {
    entry->path_conflict = true;
  }
  TellMoved(pair, files, new_path);
}

void DirectoryMoves::TellMoved(const RenamePair& pair, SideMask files,
                               std::string_view new_path) {
  bool ours = files == Bit(kOurSide);
  const std::string& added_by = state_.Label(ours ? kOurSide : kTheirSide);
  const std::string& renamed_by = state_.Label(ours ? kTheirSide : kOurSide);
  bool added = pair.status == RenamePair::Status::kAdded;
  bool apply = state_.options.directory_renames == DirectoryRenames::kYes;
  const char* text;
  if (apply) {
    text = added ? "Path updated: %2 added in %3 inside a directory that was "
                   "renamed in %4; moving it to %5."
                 : "Path updated: %1 renamed to %2 in %3, inside a directory "
                   "that was renamed in %4; moving it to %5.";
  } else {
    text = added ? "CONFLICT (file location): %2 added in %3 inside a "
                   "directory that was renamed in %4, suggesting it should "
                   "perhaps be moved to %5."
                 : "CONFLICT (file location): %1 renamed to %2 in %3, inside a "
                   "directory that was renamed in %4, suggesting it should "
                   "perhaps be moved to %5.";
  }
  state_.Tell(apply ? MessageKind::kDirectoryRenameApplied
                    : MessageKind::kDirectoryRenameSuggested,
              new_path,
              Fill(text, {pair.from, pair.to, added_by, renamed_by, new_path}),
              {std::string(pair.to)});
}

}  // namespace backgraft::git
