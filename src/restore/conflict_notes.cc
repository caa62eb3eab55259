#include "restore/conflict_notes.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::restore {
namespace {

// core.commentChar; "auto" is a choice git makes when it opens an editor.
std::string CommentCharacter(const git::Config& config) {
  std::string set = config.GetString("core.commentChar").value_or("#");
  return set.size() == 1 ? set : "#";
}

}  // namespace

void RefuseWithoutWorkingTree(const Target& target) {
  if (target.checked_out) return;
  throw Error(ErrorKind::kRefused,
              "conflicts of " + Quote(target.short_name) +
                  " cannot be left: it is not checked out here",
              {"check it out: git checkout " + target.short_name});
}

std::vector<git::IndexEntry> UnmergedEntries(
    const std::vector<git::MergeConflict>& conflicts) {
  std::vector<git::IndexEntry> entries;
  for (const git::MergeConflict& conflict : conflicts) {
    for (int stage = 1; stage <= 3; ++stage) {
      const auto& state = conflict.stages[static_cast<size_t>(stage - 1)];
      if (!state) continue;
      git::IndexEntry entry;
      entry.path = conflict.path;
      entry.mode = state->mode;
      entry.oid = state->oid;
      entry.stage = stage;
      entries.push_back(std::move(entry));
    }
  }
  return entries;
}

// append_conflicts_hint() of git's sequencer.c.
std::string MessageWithConflicts(
    const git::Config& config, const std::string& message,
    const std::vector<git::MergeConflict>& conflicts) {
  const std::string comment = CommentCharacter(config);
  std::string text = message;
  if (config.GetString("commit.cleanup") == "scissors") {
    text += "\n" + comment +
            " ------------------------ >8 ------------------------\n" +
            comment + " Do not modify or remove the line above.\n" + comment +
            " Everything below it will be ignored.\n" + comment;
  }
  text += "\n" + comment + " Conflicts:\n";
  std::string last;
  for (const git::MergeConflict& conflict : conflicts) {
    bool staged = std::any_of(conflict.stages.begin(), conflict.stages.end(),
                              [](const auto& stage) { return !!stage; });
    if (!staged || conflict.path == last) continue;
    last = conflict.path;
    text += comment + "\t" + conflict.path + "\n";
  }
  return text;
}

}  // namespace backgraft::restore
