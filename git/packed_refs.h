// The file packed-refs of the user's own repository (gitformat: refs that have
// no file of their own).
#pragma once

#include <optional>
#include <set>
#include <string>

#include "git/oid.h"

namespace backgraft::git {

// Of `name` in the file of this common directory; nothing where it is not
// listed. Error(kIo) where the file cannot be read or makes no sense.
std::optional<Oid> ReadPackedRef(const std::string& common_dir,
                                 const std::string& name);

// A listed ref that `name` cannot stand beside: "a" and "a/b".
std::optional<std::string> FindPackedClash(const std::string& common_dir,
                                           const std::string& name);

// Takes the lines of these refs out, under the file's lock; nothing is written
// where none of them is listed. `witness` as LockFile::Take() has it. Durable.
void RemovePackedRefs(const std::string& common_dir,
                      const std::set<std::string>& names,
                      const std::string& witness);

}  // namespace backgraft::git
