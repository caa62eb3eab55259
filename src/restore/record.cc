#include "restore/record.h"

#include <ctime>

#include "base/error.h"
#include "git/commit.h"

namespace backgraft::restore {

Authorship WhoCommits(const git::Config& config, const CommitOptions& options,
                      std::optional<int64_t> author_time) {
  return {git::ResolveIdentity(config, git::Environment::OfProcess(),
                               {.author = options.author,
                                .date = options.date,
                                .author_time = author_time},
                               time(nullptr)),
          git::CommitSigner::Choose(config, options.sign)};
}

std::string MessageWithTrailers(const git::Identity& who,
                                const CommitOptions& options,
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
  // As `git commit --signoff --trailer ...` has it: ours stand behind it.
  std::vector<git::Trailer> all;
  if (options.signoff) {
    all.push_back({"Signed-off-by", who.committer.ToPerson()});
  }
  all.insert(all.end(), trailers.begin(), trailers.end());
  return all.empty() ? message : git::AddTrailers(message, all);
}

git::Oid WriteCommit(const git::Oid& tree, const std::vector<git::Oid>& parents,
                     const Authorship& who, const std::string& message,
                     git::ObjectWriter& writer) {
  git::Commit commit;
  commit.tree = tree;
  commit.parents = parents;
  commit.author = who.author.ToHeader();
  commit.committer = who.committer.ToHeader();
  commit.message = message;
  std::string bytes = git::SerializeCommit(commit);
  if (who.signer && !writer.is_dry_run()) {
    commit.extra_headers.emplace_back("gpgsig",
                                      who.signer->Sign(bytes, who.committer));
    bytes = git::SerializeCommit(commit);
  }
  return writer.Add(git::ObjectType::kCommit, bytes);
}

}  // namespace backgraft::restore
