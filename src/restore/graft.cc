#include "restore/graft.h"

#include <algorithm>
#include <unordered_set>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/commit.h"
#include "git/fsck_settings.h"
#include "git/history.h"
#include "restore/conflict_notes.h"
#include "restore/graft_merge.h"
#include "restore/graft_refs.h"
#include "restore/graft_sides.h"
#include "restore/opened_source.h"
#include "restore/proof.h"
#include "restore/publish.h"
#include "restore/source_text.h"
#include "restore/whole_backup.h"

namespace backgraft::restore {
namespace {

using git::Relation;

class Grafter {
 public:
  Grafter(const git::Repository& repository, const Target& target,
          const Authorship& identity, Backup& backup, ImportTarget& import,
          const GraftOptions& options, Progress& progress)
      : repository_(repository),
        target_(target),
        identity_(identity),
        backup_(backup),
        import_(import),
        options_(options),
        progress_(progress) {}

  GraftResult Run() {
    const git::Oid tip = FindTip();
    if (options_.refs == GraftRefs::kAll) {
      refs_ =
          PlanImportedRefs(repository_, backup_.info, backup_.history->refs);
    }
    TakeHistoryIn(tip);
    CheckImportedBranches(import_.writer(), &refs_);
    FindOutRelation();
    Assemble();
    std::optional<git::MergeResult> conflicting = ChooseTree();
    if (conflicting) return Stop(*conflicting);
    MakeCommit();
    Describe();
    return Finish();
  }

 private:
  git::Oid FindTip() const {
    const std::string name = Quote(backup_.info.name);
    if (!backup_.history) {
      throw Error(
          ErrorKind::kRefused, name + " has no history to graft",
          {"record its files as one commit: backgraft flatten " + name});
    }
    std::optional<git::Oid> tip = backup_.history->Resolve(options_.ref);
    if (tip) return *tip;
    if (!backup_.history->refs.refs.empty()) {
      throw Error(ErrorKind::kRefused,
                  "the HEAD of " + name + " leads to no commit",
                  {"see what it has: backgraft inspect -v " + name,
                   "then name it: --ref REF"});
    }
    throw Error(ErrorKind::kRefused,
                name + " has no history to graft: nothing was ever committed",
                {"record its files as one commit: backgraft flatten " + name});
  }

  // Whether the branch has the tip already, and every ref is where it goes or
  // at something that the branch has.
  bool IsThere(const git::Oid& tip) const {
    if (!target_.tip || !repository_.Exists(tip)) return false;
    git::History history(repository_);
    auto has = [&](const git::Oid& commit) {
      return history.IsAncestor(commit, *target_.tip);
    };
    if (!has(PeelTip(repository_, tip, backup_.info.name))) return false;
    return std::all_of(
        refs_.refs.begin(), refs_.refs.end(), [&](const git::RefUpdate& ref) {
          if (ref.before == ref.after) return true;
          auto object = repository_.Find(*ref.after);
          return object && object->type == git::ObjectType::kCommit &&
                 has(*ref.after);
        });
  }

  void TakeHistoryIn(const git::Oid& tip) {
    const git::FsckOptions fsck = git::FsckOptionsOf(repository_.config());
    if (IsThere(tip)) {
      backup_.history->objects->CheckDamage();
      history_.emplace(repository_);
    } else {
      std::vector<git::Oid> tips = {tip};
      for (const git::RefUpdate& ref : refs_.refs) tips.push_back(*ref.after);
      import_.Verify(backup_, tips, fsck, progress_);
      history_.emplace(import_.History());
    }
    ChooseFiles(&backup_, import_.writer(),
                {options_.select, options_.ref, fsck});
  }

  void FindOutRelation() {
    git::RelationResult& relation = result_.relation;
    relation.relation = Relation::kAhead;
    if (target_.tip) {
      relation =
          git::FindRelation(*history_, *target_.tip, backup_.tip->commit);
    } else {
      relation.ahead = history_->Walk({backup_.tip->commit}, {}).size();
    }
  }
  bool HasTip() const {
    return result_.relation.relation == Relation::kIdentical ||
           result_.relation.relation == Relation::kBehind;
  }

  void Assemble() {
    AssembleOptions assemble = options_.assemble;
    // Nothing of it is recorded, so nothing of it can be in the way.
    if (options_.tree == GraftTree::kOurs) assemble.filters = Filters::kRaw;
    assembled_ =
        AssembleBackup(backup_, target_.tree, assemble, import_.writer());
  }

  // Sets the result's tree, or returns the merge that could not be settled.
  std::optional<git::MergeResult> ChooseTree() {
    result_.tree = assembled_.tree;
    if (options_.tree == GraftTree::kOurs) {
      result_.tree = target_.tree.value_or(backup_.tip->tree);
    } else if (options_.tree == GraftTree::kMerge && target_.tip) {
      progress_.Begin("merging", Unit::kFiles, std::nullopt);
      GraftMergeOptions merge;
      merge.favor = options_.favor;
      merge.prefix = options_.assemble.prefix;
      merge.keep = options_.assemble.keep;
      merge.label = backup_.info.name == "-" ? backup_.tip->commit.Hex()
                                             : backup_.info.name;
      git::MergeResult merged =
          MergeGraft(repository_, *history_, import_.writer(),
                     {.branch = *target_.tip,
                      .branch_tree = *target_.tree,
                      .tip = backup_.tip->commit,
                      .backup_tree = assembled_.tree},
                     merge);
      result_.tree = merged.tree;
      if (!merged.clean()) return merged;
    }
    return std::nullopt;
  }

  std::string Message() const {
    return MessageWithTrailers(
        identity_, options_.commit,
        (target_.tip && !HasTip() ? "Graft " : "Restore ") +
            SourceText(backup_.info) + "\n",
        SourceTrailers("graft", backup_.info, options_.keep_text,
                       options_.exclude_text));
  }

  void MakeCommit() {
    const git::Oid& tip = backup_.tip->commit;
    if (!target_.tip) {
      // The branch begins at the tip, and goes on with what was never
      // committed.
      result_.after = tip;
      if (result_.tree == backup_.tip->tree) return;
      parents_ = {tip};
    } else {
      result_.after = target_.tip;
      if (HasTip() && result_.tree == *target_.tree) return;
      parents_ = {*target_.tip};
      if (!HasTip()) parents_.push_back(tip);
    }
    const std::string message = Message();
    result_.subject = git::Subject(message);
    result_.after = WriteCommit(result_.tree, parents_, identity_, message,
                                import_.writer());
  }

  // What can be told without a tree, too.
  void DescribeSource() {
    result_.source = backup_.info;
    result_.warnings = std::move(backup_.warnings);
    result_.branch = target_.short_name;
    result_.before = target_.tip;
    result_.left_out = std::move(assembled_.left_out);
    if (options_.refs == GraftRefs::kAll) {
      result_.imported_name = refs_.name;
      result_.imported_refs = refs_.refs.size();
      result_.left_out.insert(result_.left_out.end(), refs_.left_out.begin(),
                              refs_.left_out.end());
    }
    for (const git::RefUpdate& ref : refs_.refs) {
      if (ref.before != ref.after) ++result_.moved_refs;
    }
  }

  // Contents of the backup that the result has nowhere are not stored.
  void ForgetUnused() {
    std::unordered_set<git::Oid, git::OidHash> used;
    for (const git::TreeChange& change : result_.changes) {
      if (change.after) used.insert(change.after->oid);
    }
    std::vector<git::Oid> unused;
    for (const BackupFile& file : backup_.files.files) {
      if (!used.contains(file.oid)) unused.push_back(file.oid);
    }
    import_.Forget(unused);
  }

  void Describe() {
    DescribeSource();
    const git::ObjectReader& objects = import_.writer();
    result_.changes = git::DiffTrees(objects, target_.tree, result_.tree);
    result_.tree_is_backup = result_.tree == assembled_.tree;
    CompareSides(objects, target_.tree, assembled_.from_backup, result_.tree,
                 &taken_, &result_);
    result_.counts = CountChanges(result_.changes);
    result_.counts.files = taken_.size();
    ForgetUnused();
    std::sort(result_.left_out.begin(), result_.left_out.end());
  }

  git::PublicationPlan Plan() const {
    git::PublicationPlan plan;
    plan.refs = {{target_.ref, target_.tip, result_.after}};
    // Refs that are where they go are only checked.
    plan.refs.insert(plan.refs.end(), refs_.refs.begin(), refs_.refs.end());
    plan.who = identity_.committer.ToHeader();
    plan.force = options_.commit.force;
    plan.parts = options_.commit.parts;
    plan.log_message = "backgraft: graft " + Escape(backup_.info.name);
    plan.tree_before = target_.tree;
    plan.check_interrupted = ThrowIfInterrupted;
    return plan;
  }

  void Prove() {
    ProveTree(repository_, result_.tree, taken_, result_.from_repository);
    ProveContents(repository_, target_.tree, result_.tree);
    if (result_.subject) {
      ProveCommit(repository_, *result_.after, result_.tree, parents_);
    }
    ProveStored();
    result_.verified = true;
  }

  void ProveStored() const {
    Require(repository_.Exists(backup_.tip->commit),
            "the source's tip was not stored");
    for (const git::RefUpdate& ref : refs_.refs) {
      Require(repository_.Exists(*ref.after),
              "what a ref of the source is at was not stored");
    }
  }

  GraftResult Finish() {
    if (result_.after == target_.tip && result_.moved_refs == 0) {
      result_.nothing_to_do = true;
      Prove();
      return std::move(result_);
    }
    git::PublicationPlan plan = Plan();
    plan.tree_after = result_.tree;
    AnnouncePlan();
    result_.published = Publish(
        repository_, import_.writer(), plan, options_.dry_run,
        [this] {
          import_.Install();
          Prove();
        },
        progress_);
    return std::move(result_);
  }

  void AnnouncePlan() const {
    if (!options_.announce) return;
    PlannedChange planned{target_.short_name, target_.tip, *result_.after, {}};
    if (result_.subject) {
      planned.commits.push_back({*result_.after, *result_.subject});
    }
    options_.announce(planned);
  }

  GraftResult Stop(const git::MergeResult& merge) {
    DescribeSource();
    result_.after = target_.tip;
    result_.tree = *target_.tree;
    result_.conflicts = {merge.conflicts, options_.leave_conflicts};
    if (!options_.leave_conflicts || options_.dry_run) {
      result_.conflicts->left = false;
      return std::move(result_);
    }
    git::PublicationPlan plan = Plan();
    plan.tree_after = merge.tree;
    plan.unmerged = UnmergedEntries(merge.conflicts);
    plan.git_dir_files = {
        {"MERGE_HEAD", backup_.tip->commit.Hex() + "\n"},
        {"MERGE_MSG", MessageWithConflicts(repository_.config(), Message(),
                                           merge.conflicts)},
        // What has the tip already is not joined with it once more.
        {"MERGE_MODE", HasTip() ? "" : "no-ff"},
        {"AUTO_MERGE", merge.tree.Hex() + "\n"}};
    result_.published = Publish(
        repository_, import_.writer(), plan, false,
        [&] {
          import_.Install();
          ProveContents(repository_, target_.tree, merge.tree);
          ProveStored();
        },
        progress_);
    return std::move(result_);
  }

  const git::Repository& repository_;
  const Target& target_;
  const Authorship& identity_;
  Backup& backup_;
  ImportTarget& import_;
  const GraftOptions& options_;
  Progress& progress_;

  ImportedRefs refs_;
  std::optional<git::History> history_;
  Assembled assembled_;
  std::vector<git::Oid> parents_;     // of the new commit
  std::vector<git::TreeFile> taken_;  // of the backup, in the result
  GraftResult result_;
};

}  // namespace

GraftResult GraftBackup(const git::Repository& repository, const Target& target,
                        const Authorship& identity, Backup& backup,
                        ImportTarget& import, const GraftOptions& options,
                        Progress& progress) {
  return Grafter(repository, target, identity, backup, import, options,
                 progress)
      .Run();
}

GraftResult Graft(const git::Repository& repository,
                  const GraftOptions& options, Progress& progress) {
  Target target = FindTarget(repository, options.branch);
  if (options.leave_conflicts) RefuseWithoutWorkingTree(target);
  OpenedSource source(options.source, options.limits, progress);
  Authorship identity =
      WhoCommits(repository.config(), options.commit, source.info().time);
  // A merge reads files that were never committed.
  ImportTarget import(&repository, options.dry_run,
                      options.tree == GraftTree::kMerge);
  Backup backup = import.Read(source, options.assemble.filters);
  if (auto more = MoreThanCode(backup.files)) backup.warnings.push_back(*more);
  return GraftBackup(repository, target, identity, backup, import, options,
                     progress);
}

}  // namespace backgraft::restore
