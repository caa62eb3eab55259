// refs/backgraft/<op>/…: what keeps the objects alive that an operation's undo
// needs, whatever git's gc does.
#pragma once

#include <map>
#include <string>

#include "git/journal.h"
#include "git/oid.h"
#include "git/repository.h"

namespace backgraft::git {

inline constexpr char kKeptPrefix[] = "refs/backgraft/";

// Makes refs of these names ("before", "after", …) below the operation's own
// prefix, all at once and durably; those of an earlier operation with the same
// id go. The operation's record must have been written.
void KeepObjects(const Repository& repository, const OpenOperation& operation,
                 const std::map<std::string, Oid>& refs);

// Removes them. `witness` as LockFile::Take() has it.
void ReleaseObjects(const Repository& repository, const std::string& id,
                    const std::string& witness);

}  // namespace backgraft::git
