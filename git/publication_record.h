// What the journal keeps of a publication before it begins.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "git/index.h"
#include "git/journal.h"
#include "git/publication.h"
#include "git/tree_diff.h"

namespace backgraft::git {

// Names in an operation's directory: the index as it was, and as it became (a
// second name of its lock until then).
inline constexpr char kIndexBefore[] = "index.before";
inline constexpr char kIndexAfter[] = "index.after";

// The record without what belongs to the working tree.
Operation BeginRecord(const Repository& repository,
                      const OpenOperation& operation,
                      const PublicationPlan& plan);

// What has to stay alive for the undo, by the names of KeepObjects().
std::map<std::string, Oid> KeptRefs(const PublicationPlan& plan);

// Keeps the index at `path` as it is; false where there is none.
bool KeepIndex(const std::string& path, const OpenOperation& operation);

// A tree with every blob that `index` has staged at the changed paths and that
// no commit holds; nothing where there is none.
std::optional<Oid> KeepStaged(const Repository& repository, const Index& index,
                              const std::vector<TreeChange>& changes);

}  // namespace backgraft::git
