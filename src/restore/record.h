// One new commit of ours: message, trailers, identity.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/commit_signer.h"
#include "git/identity.h"
#include "git/message.h"
#include "git/object_writer.h"
#include "git/oid.h"
#include "git/publication_parts.h"
#include "git/repository.h"

namespace backgraft::restore {

// What the user says about the commit, as given on the command line.
struct CommitOptions {
  // Paragraphs of the message (each -m is one); nothing: the command's own.
  std::vector<std::string> message;
  // The message as a whole, from --file; wins over nothing, excludes `message`.
  std::optional<std::string> message_file;
  std::optional<std::string> author;  // --author
  std::optional<std::string> date;    // --date
  git::SignOptions sign;
  // Adds "Signed-off-by" of the committer.
  bool signoff = false;
  // Overwrite uncommitted changes and untracked files in the way.
  bool force = false;
  // Switched together with the branch. May be null.
  git::PublicationParts* parts = nullptr;
};

// Who commits, and what signs it, if anything does.
struct Authorship : git::Identity {
  std::optional<git::CommitSigner> signer;
};

// Who commits, with the environment and the clock of this process.
// `author_time` is the date of what is restored, where known. Error(kRefused)
// with git's advice where nobody is known.
Authorship WhoCommits(const git::Config& config, const CommitOptions& options,
                      std::optional<int64_t> author_time);

// The commit's message: the user's or `standard`, cleaned up as git does, with
// the trailers appended; first that of --signoff, unless the message ends with
// the same one.
std::string MessageWithTrailers(const git::Identity& who,
                                const CommitOptions& options,
                                const std::string& standard,
                                const std::vector<git::Trailer>& trailers);

// Writes the commit object, signed where `who` has a signer: not on a dry run,
// whose ids are then not those of the real one. Error(kRefused) where the
// signing program fails.
git::Oid WriteCommit(const git::Oid& tree, const std::vector<git::Oid>& parents,
                     const Authorship& who, const std::string& message,
                     git::ObjectWriter& writer);

}  // namespace backgraft::restore
