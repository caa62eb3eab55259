// Commit objects as plain values.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

class ObjectReader;

struct Commit {
  Oid tree;
  std::vector<Oid> parents;
  // As the header has them: "Name <mail> seconds zone".
  std::string author;
  std::string committer;
  // Everything between committer and the empty line, in order, continuation
  // lines joined with '\n' (encoding, gpgsig, mergetag, …).
  std::vector<std::pair<std::string, std::string>> extra_headers;
  std::string message;  // bytes after the empty line
};

// The headers that every commit begins with, for walks: nothing is copied that
// they have no use for.
struct CommitHead {
  Oid tree;
  std::vector<Oid> parents;
  std::string_view author, committer;
};

// Takes them off the front of `bytes`. Error(kBadSource) where they are no
// commit.
CommitHead TakeCommitHead(std::string_view* bytes);

// Error(kBadSource) where the bytes are no commit.
Commit ParseCommit(std::string_view bytes);
std::string SerializeCommit(const Commit& commit);

Commit ReadCommit(const ObjectReader& objects, const Oid& oid);

// The first line of a message (git's "subject": up to the first blank line,
// lines joined by a space).
std::string Subject(std::string_view message);

// Seconds since the epoch and the zone in minutes of an author or committer
// line; zeros where it has none.
struct SignatureTime {
  int64_t seconds = 0;
  int offset_minutes = 0;
};
SignatureTime TimeOf(std::string_view signature_line);

}  // namespace backgraft::git
