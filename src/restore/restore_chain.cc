#include "restore/restore_chain.h"

#include "base/error.h"
#include "git/commit.h"

namespace backgraft::restore {

RestoreChain::RestoreChain(const Target& target, const Authorship& identity,
                           const RestoreOptions& options, ImportTarget& import)
    : identity_(identity),
      options_(options),
      import_(import),
      start_(target.tip),
      tree_(target.tree) {}

void RestoreChain::FastForward(const git::Oid& commit, const git::Oid& tree) {
  start_ = commit;
  tree_ = tree;
}

void RestoreChain::Commit(const git::Oid& tree,
                          const std::optional<git::Oid>& joined,
                          const std::string& standard_message,
                          std::vector<git::Trailer> trailers) {
  planned_.push_back(
      {tree, joined, standard_message, std::move(trailers), {}, {}});
  tree_ = tree;
}

void RestoreChain::Finish(RestoreResult* result) {
  std::optional<git::Oid> at = start_;
  // One message for several commits would be wrong for all but one.
  CommitOptions words = options_.commit;
  for (Planned& planned : planned_) {
    if (at) planned.parents.push_back(*at);
    if (planned.joined) planned.parents.push_back(*planned.joined);
    std::string message = MessageWithTrailers(identity_, words, planned.message,
                                              planned.trailers);
    words.message.clear();
    words.message_file.reset();
    planned.oid = WriteCommit(planned.tree, planned.parents, identity_, message,
                              import_.writer());
    result->commits.push_back({planned.oid, git::Subject(message)});
    at = planned.oid;
  }
  result->after = at;
  result->tree = *tree_;
}

void RestoreChain::Prove(const git::Repository& repository) const {
  for (const Planned& planned : planned_) {
    git::Commit commit = git::ReadCommit(repository, planned.oid);
    Require(commit.tree == planned.tree && commit.parents == planned.parents,
            "a new commit does not read back as it was written");
  }
  if (start_) {
    Require(repository.Exists(*start_), "the source's tip was not stored");
  }
}

}  // namespace backgraft::restore
