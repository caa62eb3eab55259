#include "git/worktree_rules.h"

#include <string>

#include "git/repository.h"

namespace backgraft::git {

WorktreeRules RulesOf(const Repository& repository, const ObjectReader& objects,
                      const std::optional<Oid>& tree_after) {
  const Config& config = repository.config();
  WorktreeRules rules;
  rules.file_mode = config.GetBool("core.fileMode").value_or(true);
  rules.symlinks = config.GetBool("core.symlinks").value_or(true);
  rules.trust_ctime = config.GetBool("core.trustctime").value_or(true);
  rules.check_stat =
      config.GetString("core.checkStat").value_or("default") != "minimal";
  rules.ignore_case = config.GetBool("core.ignoreCase").value_or(false);
  (void)objects, (void)tree_after;
  return rules;
}

}  // namespace backgraft::git
