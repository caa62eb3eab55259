// What the commits of `revert` say. Single reverts say what git says
// (sequencer.c), since scripts and people look for those very words.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/commit.h"
#include "git/message.h"
#include "git/oid.h"

namespace backgraft::restore {

// A commit that is being undone, as messages name it.
struct UndoneCommit {
  git::Oid oid;
  std::string title;
  bool is_merge = false;
};

// The first line of the message that is not blank, as UTF-8.
std::string TitleOf(const git::Commit& commit);

// git's message for the revert of one commit: `Revert "title"`, and for the
// revert of a revert `Reapply "..."` as git words it since 2.43. `mainline` is
// the parent that a merge is reverted to.
std::string RevertMessage(const UndoneCommit& commit,
                          const std::optional<git::Oid>& mainline);

// One commit that undoes several, newest first.
std::string SquashMessage(const std::vector<UndoneCommit>& undone);

// "<state>..<before>", for a command that lists what was undone.
std::string ShortRange(const git::Oid& state, const git::Oid& before);

// "Revert to <state>". `restored` and its title are absent for a source.
struct StateText {
  std::string name;  // as the user gave it
  std::optional<git::Oid> restored;
  std::string title;
  // Where earlier commits than those of `undone` are undone as well: the range
  // that has them all.
  std::optional<std::string> range;
};
std::string StateMessage(const StateText& state,
                         const std::vector<UndoneCommit>& undone);

struct DeployText {
  std::string tag, previous_tag;
  git::Oid commit, previous_commit;
};
std::string DeployMessage(const DeployText& deploy,
                          const std::vector<UndoneCommit>& undone);

// The commits that a message says it reverts ("This reverts commit <id>"), in
// its order.
std::vector<git::Oid> RevertedCommits(std::string_view message);

// What to tell of merges among the undone commits, and of those that may be in
// a range that was not looked at: `revert` is the commit that undid them.
std::optional<std::string> UndoneMergesWarning(
    const std::vector<UndoneCommit>& undone, const git::Oid& revert);
std::string UnlistedMergesWarning(const std::string& range,
                                  const git::Oid& revert);

// A trailer that warns of a merge's revert, where the message itself is git's.
git::Trailer MergeTrailer(const git::Oid& merge);

}  // namespace backgraft::restore
