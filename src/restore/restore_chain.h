// The commits of one restore, computed one upon the other before anything is
// published.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/oid.h"
#include "restore/record.h"
#include "restore/restore.h"
#include "restore/target.h"

namespace backgraft::restore {

class RestoreChain {
 public:
  // All must outlive this.
  RestoreChain(const Target& target, const Authorship& identity,
               const RestoreOptions& options, ImportTarget& import);

  // The branch goes to this commit without a commit of ours.
  void FastForward(const git::Oid& commit, const git::Oid& tree);

  // Adds a commit with this tree, on what the branch is at now and `joined`. A
  // commit of ours gets the user's message only if it is the last one: see
  // Finish().
  void Commit(const git::Oid& tree, const std::optional<git::Oid>& joined,
              const std::string& standard_message,
              std::vector<git::Trailer> trailers);

  const std::optional<git::Oid>& tree() const { return tree_; }

  // Writes the commits. The user's message, if there is one, is that of the
  // first.
  void Finish(RestoreResult* result);

  // Reads the new commits back from `repository`. Error(kBug) where one is not
  // as it was written.
  void Prove(const git::Repository& repository) const;

 private:
  struct Planned {
    git::Oid tree;
    std::optional<git::Oid> joined;
    std::string message;
    std::vector<git::Trailer> trailers;
    git::Oid oid;  // once written
    std::vector<git::Oid> parents;
  };

  const Authorship& identity_;
  const RestoreOptions& options_;
  ImportTarget& import_;
  std::optional<git::Oid> start_;
  std::optional<git::Oid> tree_;
  std::vector<Planned> planned_;
};

}  // namespace backgraft::restore
