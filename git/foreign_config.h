// The configuration of a foreign repository: not obeyed in anything, only asked
// whether the repository is of a kind that can be read at all.
#pragma once

#include <string>
#include <string_view>

namespace backgraft::git {

// Throws Error(kBadSource), with a hint what to do on the machine the backup
// comes from, where the file `bytes` is one that git would die of, or says that
// the repository has a newer format, other object ids than SHA-1, refs that are
// not in files, objects left with a promisor (a partial clone), or an extension
// we do not know. As git's setup.c: extensions count only where
// core.repositoryformatversion is set, unknown ones only where it is 1.
// `source_name` is for messages, not escaped.
void CheckForeignConfig(std::string_view bytes, const std::string& source_name);

}  // namespace backgraft::git
