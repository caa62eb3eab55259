#include "restore/standing_reverts.h"

#include <algorithm>

#include "git/commit.h"
#include "restore/revert_message.h"

namespace backgraft::restore {

StandingReverts::StandingReverts(const git::ObjectReader& objects,
                                 git::History& history, const git::Oid& tip)
    : objects_(objects), history_(history), tip_(tip) {}

void StandingReverts::Add(const git::Oid& commit, std::string_view message) {
  for (const git::Oid& reverted : RevertedCommits(message)) {
    // A commit cannot hold its own id, so that chains of reverts come to an end
    // unless somebody lies about the future.
    if (reverted != commit) reverts_[reverted].push_back(commit);
  }
}

bool StandingReverts::Undone(const git::Oid& commit) {
  for (const git::Oid& later : history_.Walk({tip_}, {commit})) {
    if (!read_.insert(later).second) continue;
    Add(later, git::ReadCommit(objects_, later).message);
  }
  return !Stands(commit);
}

bool StandingReverts::Stands(const git::Oid& commit) const {
  auto it = reverts_.find(commit);
  if (it == reverts_.end()) return true;
  return std::none_of(it->second.begin(), it->second.end(),
                      [&](const git::Oid& revert) { return Stands(revert); });
}

}  // namespace backgraft::restore
