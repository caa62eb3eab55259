// Renames of whole directories: where one side renamed a directory, what the
// other side added to it goes along. For merge_renames.cc.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>

#include "git/merge_collect.h"

namespace backgraft::git {

class DirectoryMoves {
 public:
  // Decides from `changes` which directories each side renamed. Tells about
  // those that cannot be decided. Without `detect` there are none.
  DirectoryMoves(MergeState* state, const Changes& changes, bool detect);

  // Moves the target of an addition or rename of `side` in the state where the
  // other side renamed its directory, and changes `pair->to`. Whether it did.
  bool Apply(size_t side, RenamePair* pair);

 private:
  using Moves = std::unordered_map<std::string_view, std::string_view>;
  struct Collision {
    std::set<std::string> sources;
    bool told = false;
  };

  void Decide(const SideChanges& changes, Moves* moves);
  void FindCollisions(size_t side, const SideChanges& changes);
  std::optional<std::string> NewPath(size_t side, const RenamePair& pair);
  bool IsInWay(const std::string& path, std::string_view from,
               size_t side) const;
  void Expand(std::string_view directory, MergeEntry* entry);
  void Place(size_t side, const RenamePair& pair, std::string_view new_path);
  void TellMoved(const RenamePair& pair, SideMask files,
                 std::string_view new_path);

  MergeState& state_;
  // Side -> removed directory -> where that side put it.
  std::array<Moves, 3> moves_;
  // Side -> old paths of the files it renamed.
  std::array<std::unordered_set<std::string_view>, 3> renamed_;
  // Side -> new path -> files of that side that would go there.
  std::array<std::map<std::string, Collision>, 3> collisions_;
};

}  // namespace backgraft::git
