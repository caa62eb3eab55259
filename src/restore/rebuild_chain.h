// The commits of one rebuild, one upon the other, before anything is published.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/config.h"
#include "git/oid.h"
#include "git/repository.h"
#include "restore/import_target.h"
#include "restore/rebuild.h"
#include "restore/rebuild_source.h"
#include "restore/record.h"
#include "restore/target.h"

namespace backgraft::restore {

class RebuildChain {
 public:
  // All must outlive this. Error(kRefused) where nobody is known who commits.
  RebuildChain(const Target& target, const git::Config& config,
               const RebuildOptions& options, ImportTarget& import);

  const std::optional<git::Oid>& tip() const { return tip_; }
  const std::optional<git::Oid>& tree() const { return tree_; }
  const std::vector<RebuiltCommit>& commits() const { return commits_; }
  // "Name <mail> seconds zone" of the newest commit of ours.
  const std::string& who() const { return who_; }

  // The branch goes to this commit without a commit of ours.
  void FastForward(const git::Oid& commit, const git::Oid& tree);

  // Writes a commit on the tip and `joined`, with the source's date for author
  // and committer. `what` is "" for the source's files, "merge" or
  // "uncommitted".
  git::Oid Commit(const RebuildSource& source, const git::Oid& tree,
                  const std::optional<git::Oid>& joined,
                  const std::string& what);

  // The tree of `source` is the tip's: to be compared once it is stored.
  void ProveLater(const RebuildSource& source);
  // Files of the source that was the last one to be proved.
  uint64_t last_files() const;

  // Reads all commits and their trees back from `repository` and compares the
  // trees with what came from the sources. Error(kBug) for what differs.
  void Prove(const git::Repository& repository, Progress& progress) const;

 private:
  Authorship Who(int64_t time) const;

  const git::Config& config_;
  const RebuildOptions& options_;
  ImportTarget& import_;
  std::optional<git::Oid> tip_, tree_;
  std::string who_;
  std::vector<RebuiltCommit> commits_;
  struct Expected {
    git::Oid commit, tree;
    Sha1::Digest listing;
    uint64_t files;
  };
  std::vector<Expected> expected_;
};

}  // namespace backgraft::restore
