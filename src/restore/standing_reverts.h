// Which commits of a branch are undone by later ones that say so.
#pragma once

#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "git/history.h"
#include "git/object_reader.h"
#include "git/oid.h"

namespace backgraft::restore {

class StandingReverts {
 public:
  // All arguments must outlive this. Nothing is read before it is asked.
  StandingReverts(const git::ObjectReader& objects, git::History& history,
                  const git::Oid& tip);

  // A commit that is made now, on top of the branch.
  void Add(const git::Oid& commit, std::string_view message);

  // Whether a commit after `commit` says that it reverts it, and none that
  // reverts that one stands.
  bool Undone(const git::Oid& commit);

 private:
  bool Stands(const git::Oid& commit) const;

  const git::ObjectReader& objects_;
  git::History& history_;
  git::Oid tip_;
  // From a commit to those that revert it.
  std::unordered_map<git::Oid, std::vector<git::Oid>, git::OidHash> reverts_;
  std::unordered_set<git::Oid, git::OidHash> read_;
};

}  // namespace backgraft::restore
