#include "git/relation.h"

#include "base/error.h"
#include "git/merge_base.h"

namespace backgraft::git {

std::string_view RelationName(Relation relation) {
  switch (relation) {
    case Relation::kIdentical:
      return "identical";
    case Relation::kBehind:
      return "behind";
    case Relation::kAhead:
      return "ahead";
    case Relation::kDiverged:
      return "diverged";
    case Relation::kUnrelated:
      return "unrelated";
  }
  throw Error(ErrorKind::kBug, "an unknown relation");
}

RelationResult FindRelation(History& history, const Oid& branch_tip,
                            const Oid& source_tip) {
  RelationResult result{
      .relation = Relation::kDiverged,
      .merge_bases = MergeBases(history, branch_tip, source_tip)};
  const std::vector<Oid>& bases = result.merge_bases;
  if (branch_tip == source_tip) {
    result.relation = Relation::kIdentical;
  } else if (bases.empty()) {
    result.relation = Relation::kUnrelated;
    // Nothing is shared, so nothing need be excluded.
    result.ahead = history.Walk({source_tip}, {}).size();
    result.behind = history.Walk({branch_tip}, {}).size();
    return result;
  } else if (bases.front() == source_tip) {
    result.relation = Relation::kBehind;
  } else if (bases.front() == branch_tip) {
    result.relation = Relation::kAhead;
  }
  if (result.relation == Relation::kAhead ||
      result.relation == Relation::kDiverged) {
    result.ahead = history.Walk({source_tip}, {branch_tip}).size();
  }
  if (result.relation == Relation::kBehind ||
      result.relation == Relation::kDiverged) {
    result.behind = history.Walk({branch_tip}, {source_tip}).size();
  }
  return result;
}

}  // namespace backgraft::git
