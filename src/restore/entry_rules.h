// What the name or the first look at the bytes of an entry says of how it is to
// be taken.
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace backgraft::restore {

// The last component of a path.
std::string_view LastComponent(std::string_view path);

// Every directory above the paths of `files` and `directories`. No file may be
// where another entry needs a directory: Error(kBadSource), which names it as
// an entry of `source_name`.
std::unordered_set<std::string> ParentsOf(
    const std::vector<const std::string*>& files,
    const std::unordered_set<std::string>& directories,
    const std::string& source_name);

// The path up to and including its first `.git` component, or nothing.
std::string_view GitPart(std::string_view path);

// Whether some attribute could make a filter of git's change these bytes. Most
// files need no second look: no carriage return, no $Id$, no byte order mark.
bool MayBeConverted(std::string_view bytes);

// Whether git reads a file of this name from a tree, under any spelling that
// some system takes for it.
bool IsRuleFile(std::string_view name);

// Whether a file of this name tells which platform the code is of, or what
// people should know of it.
bool IsTelling(std::string_view path);

}  // namespace backgraft::restore
