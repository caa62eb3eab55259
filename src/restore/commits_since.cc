#include "restore/commits_since.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <queue>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace backgraft::restore {
namespace {

// How much of the line is read for a message.
constexpr size_t kMost = 100;
// How many commits of a state off the line are read to find where the two part.
constexpr size_t kLookedAt = 1000;
// git's SLOP: how many that are too old are looked at, in case a clock was
// wrong.
constexpr int kSlop = 5;

// The first place of `line` that `state` leads to, its size where there is
// none; nothing where that takes too long to tell.
std::optional<size_t> FirstHeld(git::History& history,
                                const std::vector<git::Oid>& line,
                                const git::Oid& state) {
  std::unordered_map<git::Oid, size_t, git::OidHash> places;
  int64_t oldest = std::numeric_limits<int64_t>::max();
  for (size_t i = 0; i < line.size(); ++i) {
    places.emplace(line[i], i);
    oldest = std::min(oldest, history.Get(line[i]).committed);
  }
  size_t first = line.size();
  int slop = kSlop;
  std::priority_queue<std::pair<int64_t, git::Oid>> newest;
  std::unordered_set<git::Oid, git::OidHash> seen;
  auto enqueue = [&](const git::Oid& oid) {
    if (!seen.insert(oid).second) return;
    auto place = places.find(oid);
    // From there on the line leads to nothing newer.
    if (place != places.end()) {
      first = std::min(first, place->second);
    } else {
      newest.emplace(history.Get(oid).committed, oid);
    }
  };
  enqueue(state);
  while (!newest.empty() && first > 0) {
    if (seen.size() > kLookedAt) return std::nullopt;
    auto [date, oid] = newest.top();
    newest.pop();
    if (date < oldest && --slop == 0) break;
    for (const git::Oid& parent : history.Get(oid).parents) enqueue(parent);
  }
  return first;
}

}  // namespace

CommitsSince FindCommitsSince(git::History& history, const git::Oid& tip,
                              const git::Oid& state) {
  CommitsSince since;
  git::FirstParentLine line(history, tip);
  for (size_t i = 0; auto commit = line.At(i); ++i) {
    if (*commit == state) {
      since.on_line = true;
      return since;
    }
    if (i == kMost) {
      since.complete = false;
      break;
    }
    since.commits.push_back(*commit);
  }
  auto held = FirstHeld(history, since.commits, state);
  if (!held) return {{}, false};
  if (*held < since.commits.size()) {
    since.commits.resize(*held);
    since.complete = true;
  }
  return since;
}

std::optional<std::vector<git::Oid>> LineSince(git::History& history,
                                               const git::Oid& tip,
                                               const git::Oid& state) {
  std::vector<git::Oid> commits;
  git::FirstParentLine line(history, tip);
  for (size_t i = 0; auto commit = line.At(i); ++i) {
    if (*commit == state) return commits;
    commits.push_back(*commit);
  }
  return std::nullopt;
}

}  // namespace backgraft::restore
