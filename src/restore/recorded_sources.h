// Which sources a rebuilt branch holds already, as its commits tell.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "git/history.h"
#include "git/object_reader.h"
#include "git/oid.h"
#include "restore/source_info.h"

namespace backgraft::restore {

struct RecordedSource {
  git::Oid commit;
  git::Oid tree;
  int64_t time = 0;  // of the commit, and so of the source
};

class RecordedSources {
 public:
  RecordedSources() = default;
  // Those of all commits that `rebuild` made below `tip`.
  RecordedSources(const git::ObjectReader& objects, git::History& history,
                  const git::Oid& tip);

  bool empty() const { return by_sha256_.empty(); }
  // The commit that records the file with these bytes, if there is one.
  std::optional<RecordedSource> Find(
      const std::optional<std::string>& sha256) const;
  void Add(const SourceInfo& source, const RecordedSource& recorded);

 private:
  std::map<std::string, RecordedSource> by_sha256_;
};

}  // namespace backgraft::restore
