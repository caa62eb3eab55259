#include "commands/relation_text.h"

#include "base/escape.h"
#include "cli/terminal.h"

namespace backgraft::commands {

std::string RelationText(const git::RelationResult& relation,
                         const std::string& branch) {
  const std::string name = Escape(branch);
  const std::string ahead = cli::Plural(relation.ahead, "commit");
  const std::string behind = cli::Plural(relation.behind, "commit");
  switch (relation.relation) {
    case git::Relation::kIdentical:
      return "identical: at " + name;
    case git::Relation::kBehind:
      return "behind: " + behind + " behind " + name;
    case git::Relation::kAhead:
      // On an unborn branch nothing is counted.
      if (relation.ahead == 0) return "ahead: " + name + " has no commit yet";
      return "ahead: " + ahead + " ahead of " + name;
    case git::Relation::kDiverged:
      return "diverged: " + ahead + " that " + name + " lacks, " + behind +
             " behind it";
    case git::Relation::kUnrelated:
      return "unrelated: no commit in common with " + name;
  }
  return {};
}

}  // namespace backgraft::commands
