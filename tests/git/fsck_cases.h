// Objects that git fsck has something to say about, and the means to compare
// what we say with what git says.
#pragma once

#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "git/fsck.h"
#include "object_forge.h"

namespace backgraft::testing {

// A commit of this author and committer line ("Name <mail> seconds zone\n").
std::string RawCommit(const std::string& author, const std::string& committer);

// A tree of these modes and names.
std::string RawTree(
    std::initializer_list<std::pair<const char*, const char*>> entries);

struct FsckCase {
  std::string what;
  git::ObjectType type;
  std::string content;
  std::set<std::string> expected;  // as in Findings
};

// One or more for every message id that an object alone can have.
std::vector<FsckCase> FsckCases();

// What our checks say of all objects, as GitFsck() words it.
Findings OurFsck(const MemoryObjects& objects, const git::FsckOptions& options);

// Expects the same findings for every object.
void ExpectSameFindings(const MemoryObjects& objects, const Findings& git,
                        const Findings& ours);

}  // namespace backgraft::testing
