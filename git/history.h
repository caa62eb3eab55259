// Walking commits: ancestors, ranges, the first-parent line. Order and limits
// are those of git's rev-list without options (revision.c).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

class ObjectReader;
class Repository;

// What a walk needs of a commit.
struct HistoryCommit {
  Oid tree;
  std::vector<Oid> parents;
  int64_t committed = 0;  // seconds since 1970
  // The history is cut off here (a shallow clone): parents are unknown, and
  // `parents` is empty.
  bool cut = false;
};

// Out of a commit object's bytes. Error(kBadSource) where they are none.
HistoryCommit ParseHistoryCommit(std::string_view bytes);

// The commits at which the repository's own history is cut off.
std::unordered_set<Oid, OidHash> ShallowCommits(const Repository& repository);

// Remembers every commit it has read. Not thread-safe. All functions throw
// Error(kIo) where a commit is missing.
class History {
 public:
  // `repository` must outlive this.
  explicit History(const Repository& repository);
  // Commits from anywhere, cut off at those in `shallow` (see
  // ShallowCommits()). `objects` must outlive this.
  History(const ObjectReader& objects,
          std::unordered_set<Oid, OidHash> shallow);

  // Tells it of a commit, which then need not be read. Known ones stay.
  void Preload(const Oid& oid, HistoryCommit commit);

  // Valid as long as the History.
  const HistoryCommit& Get(const Oid& commit);

  // Whether `ancestor` is `descendant` or reachable from it. Exact whatever the
  // dates of commits are.
  bool IsAncestor(const Oid& ancestor, const Oid& descendant);

  // Commits reachable from `include` and not from `exclude`, in the order of
  // `git rev-list`: by committer date, newest first.
  std::vector<Oid> Walk(const std::vector<Oid>& include,
                        const std::vector<Oid>& exclude);

  // Commits that are all reachable from `tip`, in that same order, each once.
  std::vector<Oid> Sort(const Oid& tip, const std::vector<Oid>& commits);

 private:
  const HistoryCommit& Remember(const Oid& oid, HistoryCommit commit);

  const ObjectReader& objects_;
  std::unordered_set<Oid, OidHash> shallow_;
  std::unordered_map<Oid, HistoryCommit, OidHash> commits_;
};

// The commits a branch itself has been at: its tip, the tip's first parent, and
// so on. Read only as far as it is asked.
class FirstParentLine {
 public:
  // `history` must outlive this.
  FirstParentLine(History& history, const Oid& tip);

  // Whether `commit` stands on the line; reads it to its end where it does not.
  bool Contains(const Oid& commit);
  // The i-th commit, the tip is the 0th; nothing after the last.
  std::optional<Oid> At(size_t i);

 private:
  bool Extend();

  History& history_;
  std::vector<Oid> line_;
  std::unordered_set<Oid, OidHash> members_;
};

}  // namespace backgraft::git
