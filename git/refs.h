// Reading refs and moving them by compare-and-swap.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

class Repository;

struct Ref {
  std::string name;  // full: refs/…
  Oid oid;           // of what it names directly (a tag object, not its commit)
};

// What the ref is at, symbolic refs followed; nothing where it does not exist.
std::optional<Oid> ReadRef(const Repository& repository,
                           const std::string& name);

// Refs whose names start with `prefix` ("refs/tags/"), sorted by name.
std::vector<Ref> ListRefs(const Repository& repository,
                          const std::string& prefix);

// Whether git would take `name` as a full ref name.
bool IsValidRefName(const std::string& name);

struct RefUpdate {
  std::string name;  // "HEAD" moves a detached HEAD
  // What it must be at now; nothing: it must not exist.
  std::optional<Oid> before;
  // Where it goes; nothing: it is deleted.
  std::optional<Oid> after;
};

enum class RefOutcome {
  kUpdated,
  kMoved,  // somebody else was there first: the ref is not at `before`
};

// The ref that a symbolic one leads to; HEAD is taken as it is, because its
// branch is named where that is meant.
std::string ResolveRefName(const Repository& repository, std::string name);

// Moves one ref with a reflog entry (`log_message`) in the name of `who` ("Name
// <mail> seconds zone"), durably. A symbolic ref other than HEAD is followed.
// Error(kRefused) where another program holds its lock, or where a ref above or
// below it leaves no room; Error(kIo) where it cannot be written. The ref is as
// before then. `witness`, unless "", is a free path for a second name of the
// lock, see LockFile::Take(); it is gone on return.
RefOutcome UpdateRef(const Repository& repository, const RefUpdate& update,
                     const std::string& who, const std::string& log_message,
                     const std::string& witness = {});

}  // namespace backgraft::git
