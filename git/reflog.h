// The record git keeps of where a ref has been (refs/files-backend.c).
#pragma once

#include <optional>
#include <string>

#include "git/oid.h"

namespace backgraft::git {

class Repository;

struct ReflogEntry {
  std::optional<Oid> before;  // nothing: the ref did not exist
  Oid after;
  std::string who;  // "Name <mail> seconds zone"
  std::string message;
};

// Adds an entry to the log of `name` ("refs/heads/main" or "HEAD"), if there is
// one or core.logAllRefUpdates wants one. Error(kIo) where it cannot be
// written.
void AppendReflog(const Repository& repository, const std::string& name,
                  const ReflogEntry& entry);

// Removes the log of a ref that is gone, and directories that are empty then.
void RemoveReflog(const Repository& repository, const std::string& name);

// Makes the directories that `path` stands in below `root`, which is there.
void MakeDirectoriesOf(const std::string& root, const std::string& path);

// Removes the directories that `path` stands in below `root`, innermost first,
// as far as they are empty and neither `root` nor heads/ or tags/.
void RemoveEmptyDirectoriesOf(const std::string& root, const std::string& path);

}  // namespace backgraft::git
