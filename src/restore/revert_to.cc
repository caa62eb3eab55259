#include "restore/revert_to.h"

#include <algorithm>
#include <ctime>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/commit.h"
#include "git/fsck_settings.h"
#include "git/tree.h"
#include "git/tree_edit.h"
#include "restore/backup.h"
#include "restore/commits_since.h"
#include "restore/opened_source.h"
#include "restore/proof.h"
#include "restore/revert_chain.h"
#include "restore/state.h"
#include "restore/whole_backup.h"

namespace backgraft::restore {
namespace {

// `tree` without what `exclude` names.
git::Oid Without(const git::Pathspec& exclude, const git::Oid& tree,
                 git::ObjectWriter& writer) {
  if (exclude.empty()) return tree;
  std::vector<git::TreeChange> changes;
  for (git::TreeFile& file : git::ListTree(writer, tree)) {
    if (!exclude.Matches(file.path)) continue;
    changes.push_back({std::move(file.path),
                       git::FileState{file.mode, file.oid}, std::nullopt});
  }
  return git::EditTree(writer, tree, changes);
}

std::vector<git::Trailer> ExcludeTrailers(const RevertToOptions& options) {
  std::vector<git::Trailer> trailers;
  for (const std::string& spec : options.exclude_text) {
    trailers.push_back({"Backgraft-Exclude", spec});
  }
  return trailers;
}

// One commit with `tree`; `state` is the commit it brings back, where the
// branch has been at it.
void CommitState(RevertChain& chain, const RevertToOptions& options,
                 const std::string& name, const std::optional<git::Oid>& state,
                 const git::Oid& tree, std::vector<git::Trailer> trailers) {
  StateText text{name, state, "", {}};
  std::vector<UndoneCommit> undone;
  if (state) {
    const git::Oid before = chain.tip();
    CommitsSince since = FindCommitsSince(chain.history(), before, *state);
    for (const git::Oid& oid : since.commits) {
      undone.push_back(chain.Describe(oid));
    }
    text.title = chain.Describe(*state).title;
    if (!since.complete) text.range = ShortRange(*state, before);
    chain.result().undone_complete = since.complete;
    if (since.on_line) chain.result().restored_is_behind = true;
    trailers.insert(trailers.begin(), {"Backgraft-Restored", state->Hex()});
  }
  for (git::Trailer& trailer : ExcludeTrailers(options)) {
    trailers.push_back(std::move(trailer));
  }
  chain.Commit(tree, StateMessage(text, undone), trailers, undone);
  if (text.range) chain.WarnOfMergesIn(*text.range);
}

RevertResult ToCommit(RevertChain& chain, const RevertToOptions& options,
                      const git::Oid& state) {
  chain.result().restored = state;
  git::Oid tree = chain.WithKept(Without(
      options.exclude, chain.history().Get(state).tree, chain.writer()));
  if (tree != chain.tree()) {
    CommitState(chain, options, options.state, state, tree, {});
  }
  return chain.Publish("revert to " + options.state);
}

RevertResult ToEach(RevertChain& chain, const RevertToOptions& options,
                    const git::Oid& state) {
  auto between = LineSince(chain.history(), chain.tip(), state);
  if (!between) {
    throw Error(
        ErrorKind::kRefused,
        Quote(options.state) + " is not on the first-parent line of " +
            Quote(chain.target().short_name),
        {"go there in one commit: backgraft revert --to " + options.state});
  }
  chain.result().restored = state;
  chain.result().restored_is_behind = true;
  for (const git::Oid& oid : *between) {
    ThrowIfInterrupted();
    git::Oid parent = chain.history().Get(oid).parents.front();
    git::Oid tree = chain.WithKept(Without(
        options.exclude, chain.history().Get(parent).tree, chain.writer()));
    UndoneCommit undone = chain.Describe(oid);
    if (tree == chain.tree()) {
      chain.result().skipped.push_back({undone, "it changes nothing"});
      continue;
    }
    std::vector<git::Trailer> trailers = {{"Backgraft-Restored", parent.Hex()}};
    if (undone.is_merge) trailers.push_back(MergeTrailer(oid));
    for (git::Trailer& trailer : ExcludeTrailers(options)) {
      trailers.push_back(std::move(trailer));
    }
    chain.Commit(tree, RevertMessage(undone, parent), trailers, {undone});
  }
  return chain.Publish("revert each to " + options.state);
}

RevertResult ToSource(RevertChain& chain, const RevertToOptions& options) {
  RevertResult& result = chain.result();
  OpenedSource source(options.state, options.limits, chain.progress());
  Backup backup = ReadBackup(source, options.filters, "", chain.repository(),
                             options.select == Select::kAll, chain.writer());
  if (auto more = MoreThanCode(backup.files)) backup.warnings.push_back(*more);
  ChooseFilesOnly(&backup,
                  {.select = options.select,
                   .ref = std::nullopt,
                   .fsck = git::FsckOptionsOf(chain.repository().config())});
  AssembleOptions assemble;
  assemble.filters = options.filters;
  assemble.keep = options.common.keep;
  assemble.exclude = options.exclude;
  Assembled assembled =
      AssembleBackup(backup, chain.target().tree, assemble, chain.writer());
  result.source = backup.info;
  result.warnings = std::move(backup.warnings);
  result.left_out = std::move(assembled.left_out);
  // Its tip may be a commit that the branch has been at.
  if (backup.tip && chain.repository().Exists(backup.tip->commit) &&
      chain.history().IsAncestor(backup.tip->commit, chain.tip())) {
    result.restored = backup.tip->commit;
    result.restored_is_behind = true;
  }
  if (assembled.tree != chain.tree()) {
    std::vector<git::Trailer> trailers = {
        {"Backgraft-Source", result.source->name}};
    if (result.source->sha256) {
      trailers.push_back({"Backgraft-Source-SHA256", *result.source->sha256});
    }
    CommitState(chain, options, result.source->name, result.restored,
                assembled.tree, std::move(trailers));
  }
  chain.AlsoProve([&] {
    ProveTree(chain.repository(), assembled.tree, assembled.from_backup,
              assembled.from_repository);
  });
  return chain.Publish("revert to " + result.source->name);
}

}  // namespace

RevertResult RevertTo(const git::Repository& repository,
                      const RevertToOptions& options, Progress& progress) {
  RevertChain chain(repository, options.common, progress);
  auto state = ResolveState(repository, chain.history(), chain.target(),
                            options.state, time(nullptr));
  if (!state) {
    if (options.each) {
      throw Error(ErrorKind::kRefused,
                  "'--each' needs a state of the branch, and " +
                      Quote(options.state) + " is a source");
    }
    return ToSource(chain, options);
  }
  return options.each ? ToEach(chain, options, *state)
                      : ToCommit(chain, options, *state);
}

}  // namespace backgraft::restore
