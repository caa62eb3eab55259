#include "restore/handover.h"

#include <algorithm>

#include "git/abbreviation.h"
#include "git/commit.h"
#include "restore/conflict_notes.h"

namespace backgraft::restore {
namespace {

// As git's write_pair() writes a value.
std::string ConfigValue(const std::string& value) {
  std::string out;
  for (const char c : value) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  const bool quoted = value.starts_with(' ') || value.ends_with(' ') ||
                      value.find_first_of(";#") != std::string::npos;
  return quoted ? '"' + out + '"' : out;
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
  const CommitOptions& commit = chain.options().commit;
  std::string opts;
  if (commit.signoff) opts += "\tsignoff = true\n";
  if (mainline > 0) opts += "\tmainline = " + std::to_string(mainline) + "\n";
  if (chain.identity().signer) {
    opts += "\tgpg-sign = " + ConfigValue(commit.sign.key) + "\n";
  }
  if (!opts.empty()) {
    files.push_back({"sequencer/opts", "[options]\n" + opts});
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

RevertResult HandOver(RevertChain& chain, const Handover& handover,
                      const std::string& what) {
  const git::Repository& repository = chain.repository();
  chain.result().conflict->left = true;
  git::PublicationPlan plan = chain.Plan(what);
  plan.tree_after = handover.merge.tree;
  plan.unmerged = UnmergedEntries(handover.merge.conflicts);
  plan.git_dir_files = {
      {"REVERT_HEAD", handover.commit.Hex() + "\n"},
      {"MERGE_MSG", MessageWithConflicts(repository.config(), handover.message,
                                         handover.merge.conflicts)},
      {"AUTO_MERGE", handover.merge.tree.Hex() + "\n"}};
  if (!handover.todo.empty()) {
    for (git::GitDirFile& file : SequencerFiles(chain, handover)) {
      plan.git_dir_files.push_back(std::move(file));
    }
  }
  return chain.PublishPlan(plan);
}

}  // namespace backgraft::restore
