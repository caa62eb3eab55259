// The form of names: the one place where a foreign path becomes Entry::path.
#pragma once

#include <string>
#include <string_view>

#include "archive/limits.h"

namespace backgraft::archive {

// `raw` without a leading "./", empty and "." components and trailing slashes;
// "" for the root itself ("./"). Error(kBadSource) for a name that is empty,
// absolute, has a ".." component or a NUL, or exceeds the limits. `subject` as
// in refusal.h.
std::string PlainPath(std::string_view raw, const Limits& limits,
                      const std::string& subject);

// Throws Error(kBadSource) unless `target` can be a symbolic link's: not empty,
// no NUL, not longer than a path may be. What it names does not matter: links
// are never followed.
void CheckSymlinkTarget(std::string_view target, const Limits& limits,
                        const std::string& subject);

}  // namespace backgraft::archive
