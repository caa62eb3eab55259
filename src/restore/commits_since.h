// What a branch has been through since a state.
#pragma once

#include <optional>
#include <vector>

#include "git/history.h"
#include "git/oid.h"

namespace backgraft::restore {

// Commits of the first-parent line that the state does not hold, newest first.
struct CommitsSince {
  std::vector<git::Oid> commits;
  // False where there may be more, earlier than these.
  bool complete = true;
  // The state is known to stand on the line: the commit before these.
  bool on_line = false;
};

// The newest of them, for a message. What this costs does not grow with their
// number: it reads so much of the line and no more, and gives an empty and
// incomplete list where a state that is off the line would take long to place.
CommitsSince FindCommitsSince(git::History& history, const git::Oid& tip,
                              const git::Oid& state);

// All of them, of a state that is on the line; nothing for another, which is
// known only at the line's end.
std::optional<std::vector<git::Oid>> LineSince(git::History& history,
                                               const git::Oid& tip,
                                               const git::Oid& state);

}  // namespace backgraft::restore
