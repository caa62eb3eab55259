#include "restore/record.h"

#include <ctime>

#include "base/error.h"
#include "git/commit.h"

namespace backgraft::restore {

git::Identity WhoCommits(const git::Config& config,
                         const CommitOptions& options,
                         std::optional<int64_t> author_time) {
  return git::ResolveIdentity(config, git::Environment::OfProcess(),
                              {.author = options.author,
                               .date = options.date,
                               .author_time = author_time},
                              time(nullptr));
}

std::string MessageWithTrailers(const CommitOptions& options,
                                const std::string& standard,
                                const std::vector<git::Trailer>& trailers) {
  std::string text = standard;
  if (options.message_file) {
    text = *options.message_file;
  } else if (!options.message.empty()) {
    text = git::JoinParagraphs(options.message);
  }
  std::string message = git::CleanMessage(text);
  if (message.empty()) {
    throw Error(ErrorKind::kUsage, "the commit message is empty");
  }
  if (trailers.empty()) return message;
  return git::AddTrailers(message, trailers);
}

git::Oid WriteCommit(const git::Oid& tree, const std::vector<git::Oid>& parents,
                     const git::Identity& identity, const std::string& message,
                     git::ObjectWriter& writer) {
  git::Commit commit;
  commit.tree = tree;
  commit.parents = parents;
  commit.author = identity.author.ToHeader();
  commit.committer = identity.committer.ToHeader();
  commit.message = message;
  return writer.Add(git::ObjectType::kCommit, git::SerializeCommit(commit));
}

}  // namespace backgraft::restore
