#include "restore/recorded_sources.h"

#include "base/interrupt.h"
#include "git/commit.h"
#include "git/message.h"

namespace backgraft::restore {

RecordedSources::RecordedSources(const git::ObjectReader& objects,
                                 git::History& history, const git::Oid& tip) {
  for (const git::Oid& oid : history.Walk({tip}, {})) {
    ThrowIfInterrupted();
    const git::Commit commit = git::ReadCommit(objects, oid);
    // Most commits of a large history are not ours.
    if (commit.message.find("Backgraft-Mode: rebuild") == std::string::npos) {
      continue;
    }
    const int64_t time = git::TimeOf(commit.committer).seconds;
    for (const git::Trailer& trailer : git::ReadTrailers(commit.message)) {
      if (trailer.key != "Backgraft-Source-SHA256") continue;
      by_sha256_.insert_or_assign(trailer.value,
                                  RecordedSource{oid, commit.tree, time});
    }
  }
}

std::optional<RecordedSource> RecordedSources::Find(
    const std::optional<std::string>& sha256) const {
  if (!sha256) return std::nullopt;
  const auto found = by_sha256_.find(*sha256);
  if (found == by_sha256_.end()) return std::nullopt;
  return found->second;
}

void RecordedSources::Add(const SourceInfo& source,
                          const RecordedSource& recorded) {
  if (source.sha256) by_sha256_.insert_or_assign(*source.sha256, recorded);
}

}  // namespace backgraft::restore
