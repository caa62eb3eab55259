// Three-way merges of texts, with git's results and git's conflict markers
// (xdiff/xmerge.c at the level XDL_MERGE_ZEALOUS, on histogram diffs).
#pragma once

#include <string>
#include <string_view>

#include "git/tree_merge.h"

namespace backgraft::git {

// What becomes of the places that both sides changed differently.
enum class LineFavor { kNone, kOurs, kTheirs, kUnion };

struct LineMergeOptions {
  // Written behind the markers.
  std::string base_label;
  std::string ours_label;
  std::string theirs_label;
  ConflictStyle style = ConflictStyle::kMerge;
  LineFavor favor = LineFavor::kNone;
  int marker_size = 7;
};

struct LineMergeResult {
  std::string text;
  size_t conflicts = 0;  // places with markers
};

LineMergeResult MergeLines(std::string_view base, std::string_view ours,
                           std::string_view theirs,
                           const LineMergeOptions& options);

}  // namespace backgraft::git
