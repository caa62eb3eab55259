#include "git/content_merge.h"

#include "git/binary.h"
#include "git/line_merge.h"

namespace backgraft::git {
namespace {

// MAX_XDIFF_SIZE: larger files are binary to git's merge.
constexpr size_t kLargestText = size_t{1024} * 1024 * 1023;

struct Text {
  std::string content;
  bool clean;
};

bool IsText(const std::string& content) {
  return content.size() <= kLargestText && !LooksBinary(content);
}

LineFavor ToLineFavor(MergeFavor favor) {
  switch (favor) {
    case MergeFavor::kNone:
      return LineFavor::kNone;
    case MergeFavor::kOurs:
      return LineFavor::kOurs;
    case MergeFavor::kTheirs:
      return LineFavor::kTheirs;
  }
  return LineFavor::kNone;
}

Version MergeFiles(MergeState* state, std::string_view path,
                   const std::array<std::string_view, 3>& names,
                   const Version& base, const Version& ours,
                   const Version& theirs, uint32_t mode, int extra_marker_size,
                   bool* clean) {
  const MergeOptions& options = state->options;
  ObjectWriter& writer = state->trees.writer();
  FileMergeRules rules;
  if (options.rules) rules = options.rules(std::string(path));

  LineMergeOptions lines;
  lines.style = options.style;
  lines.favor = ToLineFavor(options.favor);
  lines.marker_size =
      (rules.marker_size > 0 ? rules.marker_size : 7) + extra_marker_size;
  lines.base_label = options.base_label;
  lines.ours_label = options.ours_label;
  lines.theirs_label = options.theirs_label;
  if (names[kBaseSide] != names[kOurSide] ||
      names[kOurSide] != names[kTheirSide]) {
    lines.base_label += ":" + std::string(names[kBaseSide]);
    lines.ours_label += ":" + std::string(names[kOurSide]);
    lines.theirs_label += ":" + std::string(names[kTheirSide]);
  }

  if (rules.driver == FileDriver::kCustom) {
    *clean = false;
    return {mode, ours.oid};
  }
  // A base of another type counts as an empty file.
  std::string base_text;
  if (base.type() == ours.type()) {
    base_text = writer.Read(base.oid, ObjectType::kBlob);
  }
  std::string ours_text = writer.Read(ours.oid, ObjectType::kBlob);
  std::string theirs_text = writer.Read(theirs.oid, ObjectType::kBlob);
  bool binary = rules.driver == FileDriver::kBinary || !IsText(base_text) ||
                !IsText(ours_text) || !IsText(theirs_text);
  if (binary) {
    // Union says nothing about a binary file: it stays a conflict.
    MergeFavor favor =
        rules.driver == FileDriver::kUnion ? MergeFavor::kNone : options.favor;
    if (favor == MergeFavor::kNone) {
      *clean = false;
      state->Tell(MessageKind::kBinary, path,
                  Fill("warning: Cannot merge binary files: %1 (%2 vs. %3)",
                       {path, lines.ours_label, lines.theirs_label}));
    }
    return {mode, favor == MergeFavor::kTheirs ? theirs.oid : ours.oid};
  }
  if (rules.driver == FileDriver::kUnion) lines.favor = LineFavor::kUnion;
  LineMergeResult merged = MergeLines(base_text, ours_text, theirs_text, lines);
  if (merged.conflicts > 0) *clean = false;
  return {mode, writer.Add(ObjectType::kBlob, merged.text)};
}

}  // namespace

ContentMergeResult MergeContents(MergeState* state, std::string_view path,
                                 const std::array<std::string_view, 3>& names,
                                 const Version& base, const Version& ours,
                                 const Version& theirs, int extra_marker_size) {
  ContentMergeResult result;
  result.clean = true;
  uint32_t mode = theirs.mode;
  if (ours.mode != theirs.mode && ours.mode != base.mode) {
    mode = ours.mode;
    result.clean = theirs.mode == base.mode;
  }
  result.version = {mode, ours.oid};
  if (ours.oid == theirs.oid || ours.oid == base.oid) {
    result.version.oid = theirs.oid;
  } else if (theirs.oid == base.oid) {
    result.version.oid = ours.oid;
  } else if (ours.is_regular()) {
    result.version = MergeFiles(state, path, names, base, ours, theirs, mode,
                                extra_marker_size, &result.clean);
    state->auto_merged.emplace_back(path);
    state->Tell(MessageKind::kAutoMerging, path,
                Fill("Auto-merging %1", {path}));
  } else if (ours.mode == static_cast<uint32_t>(FileMode::kGitlink)) {
    // git looks into a submodule that is checked out whether one commit
    // contains the other; this program never opens submodules.
    result.clean = false;
    state->Tell(MessageKind::kSubmodule, names[kBaseSide],
                Fill("Failed to merge submodule %1 (not checked out)",
                     {names[kBaseSide]}));
  } else {
    switch (state->options.favor) {
      case MergeFavor::kNone:
        result.clean = false;
        break;
      case MergeFavor::kOurs:
        break;
      case MergeFavor::kTheirs:
        result.version.oid = theirs.oid;
        break;
    }
  }
  return result;
}

}  // namespace backgraft::git
