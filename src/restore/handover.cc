#include "restore/handover.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/abbreviation.h"
#include "git/commit.h"

namespace backgraft::restore {
namespace {

// core.commentChar; "auto" is a choice git makes when it opens an editor.
std::string CommentCharacter(const git::Config& config) {
  std::string set = config.GetString("core.commentChar").value_or("#");
  return set.size() == 1 ? set : "#";
}

// append_conflicts_hint() of git's sequencer.c.
std::string ConflictsBlock(const git::Config& config,
                           const std::vector<git::MergeConflict>& conflicts) {
  const std::string comment = CommentCharacter(config);
  std::string text;
  if (config.GetString("commit.cleanup") == "scissors") {
    text = "\n" + comment +
           " ------------------------ >8 ------------------------\n" + comment +
           " Do not modify or remove the line above.\n" + comment +
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

std::vector<git::IndexEntry> Unmerged(
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

// The files of git's sequencer.c.
std::vector<git::GitDirFile> SequencerFiles(const RevertChain& chain,
                                            const Handover& handover) {
  std::vector<git::GitDirFile> files;
  files.push_back({"sequencer/head", chain.target().tip->Hex() + "\n"});
  files.push_back({"sequencer/abort-safety", chain.tip().Hex() + "\n"});
  std::string todo;
  size_t mainline = 0;
  size_t length = git::AbbreviationLength(chain.repository());
  for (const SelectedCommit& one : handover.todo) {
    todo += "revert " + git::Abbreviate(chain.repository(), one.oid, length) +
            " " + chain.Describe(one.oid).title + "\n";
    mainline = std::max(mainline, one.mainline);
  }
  files.push_back({"sequencer/todo", todo});
  // Merges of one range are all taken back to the same parent; git takes the
  // option for the commits between them, too, if it is 1.
  if (mainline > 0) {
    files.push_back({"sequencer/opts", "[options]\n\tmainline = " +
                                           std::to_string(mainline) + "\n"});
  }
  return files;
}

}  // namespace

RevertLabels LabelsOf(const git::Repository& repository,
                      const UndoneCommit& commit) {
  std::string name = git::Abbreviate(repository, commit.oid,
                                     git::AbbreviationLength(repository)) +
                     " (" + commit.title + ")";
  return {name, "parent of " + name};
}

void RefuseWithoutWorkingTree(const RevertChain& chain) {
  if (!chain.options().leave_conflicts || chain.target().checked_out) return;
  throw Error(ErrorKind::kRefused,
              "conflicts of " + Quote(chain.target().short_name) +
                  " cannot be left: it is not checked out here",
              {"check it out: git checkout " + chain.target().short_name});
}

RevertResult HandOver(RevertChain& chain, const Handover& handover,
                      const std::string& what) {
  const git::Repository& repository = chain.repository();
  chain.result().conflict->left = true;
  git::PublicationPlan plan = chain.Plan(what);
  plan.tree_after = handover.merge.tree;
  plan.unmerged = Unmerged(handover.merge.conflicts);
  plan.git_dir_files = {
      {"REVERT_HEAD", handover.commit.Hex() + "\n"},
      {"MERGE_MSG",
       handover.message +
           ConflictsBlock(repository.config(), handover.merge.conflicts)},
      {"AUTO_MERGE", handover.merge.tree.Hex() + "\n"}};
  if (!handover.todo.empty()) {
    for (git::GitDirFile& file : SequencerFiles(chain, handover)) {
      plan.git_dir_files.push_back(std::move(file));
    }
  }
  return chain.PublishPlan(plan);
}

}  // namespace backgraft::restore
