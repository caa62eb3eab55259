#include "restore/revert_deploy.h"

#include "base/error.h"
#include "git/merge_settings.h"
#include "restore/conflict_notes.h"
#include "restore/deploys.h"
#include "restore/handover.h"
#include "restore/revert_chain.h"

namespace backgraft::restore {

RevertResult RevertDeploy(const git::Repository& repository,
                          const RevertDeployOptions& options,
                          Progress& progress) {
  RevertChain chain(repository, options.common, progress);
  if (chain.options().leave_conflicts) RefuseWithoutWorkingTree(chain.target());
  std::vector<Deploy> deploys =
      ListDeploys(repository, chain.history(),
                  DeployGlobs(repository.config(), options.globs), chain.tip());
  auto [deploy, previous] =
      FindDeploy(deploys, options.tag, chain.target().short_name);

  git::TreeMerger merger(chain.writer());
  git::MergeRules rules(repository, chain.writer());
  rules.Use(chain.tree());
  git::MergeOptions merge_options = git::MergeOptionsOf(repository);
  merge_options.rules = [&](const std::string& path) {
    return rules.Find(path);
  };
  merge_options.base_label = deploy.tag;
  merge_options.theirs_label = previous.tag;
  git::MergeResult merge =
      merger.Merge(chain.history().Get(deploy.commit).tree, chain.tree(),
                   chain.history().Get(previous.commit).tree, merge_options);
  SettleKept(chain, &merge);

  std::vector<UndoneCommit> undone;
  for (const git::Oid& oid :
       chain.history().Walk({deploy.commit}, {previous.commit})) {
    undone.push_back(chain.Describe(oid));
  }
  std::string message = DeployMessage(
      {deploy.tag, previous.tag, deploy.commit, previous.commit}, undone);
  std::string what = "revert deploy " + deploy.tag;
  if (!merge.clean()) {
    RevertResult& result = chain.result();
    result.conflict = {chain.Describe(deploy.commit), merge.conflicts, false};
    result.after = result.before;
    if (!options.common.leave_conflicts || options.common.dry_run) {
      return std::move(result);
    }
    message = MessageWithTrailers(chain.identity(), options.common.commit,
                                  message, {});
    return HandOver(chain, {deploy.commit, message, std::move(merge), {}},
                    what);
  }
  if (merge.tree != chain.tree()) {
    chain.Commit(merge.tree, message, {{"Backgraft-Deploy", deploy.tag}},
                 undone);
  }
  return chain.Publish(what);
}

}  // namespace backgraft::restore
