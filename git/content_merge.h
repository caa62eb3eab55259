// Merges what stands at one path: modes, and contents where both sides changed
// them.
#pragma once

#include <array>
#include <string_view>

#include "git/merge_state.h"

namespace backgraft::git {

struct ContentMergeResult {
  bool clean = false;
  Version version;
};

// Merges versions of the same type (`base` may be of another one or nothing).
// `path` is where the result goes, `names` are what each side calls it. Tells
// `state` what happened, except for the conflict itself.
ContentMergeResult MergeContents(MergeState* state, std::string_view path,
                                 const std::array<std::string_view, 3>& names,
                                 const Version& base, const Version& ours,
                                 const Version& theirs, int extra_marker_size);

}  // namespace backgraft::git
