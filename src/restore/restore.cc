#include "restore/restore.h"

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/commit.h"
#include "git/fsck_settings.h"
#include "git/object_layers.h"
#include "restore/commits_since.h"
#include "restore/graft.h"
#include "restore/opened_source.h"
#include "restore/proof.h"
#include "restore/publish.h"
#include "restore/restore_chain.h"
#include "restore/revert_message.h"
#include "restore/source_text.h"
#include "restore/whole_backup.h"

namespace backgraft::restore {
namespace {

using git::Relation;

class Restorer {
 public:
  Restorer(const git::Repository& repository, const RestoreOptions& options,
           Progress& progress)
      : repository_(repository),
        options_(options),
        progress_(progress),
        target_(FindTarget(repository, options.branch)),
        source_(options.source, options.limits, progress, options.part),
        identity_(WhoCommits(repository.config(), options.commit,
                             source_.info().time)),
        fsck_(git::FsckOptionsOf(repository.config())),
        import_(&repository, options.dry_run),
        backup_(import_.Read(source_, options.filters)) {}

  RestoreResult Run() {
    if (options_.only_code && !options_.part && LayoutOf(backup_.files)) {
      result_.holds_more = true;
      return std::move(result_);
    }
    FindOutRelation();
    if (options_.show) options_.show(result_.plan);
    if (auto join = ChooseJoin()) {
      return *join == JoinAs::kFlatten ? RunFlatten() : RunGraft();
    }
    return RunChain();
  }

 private:
  Relation relation() const { return result_.plan.relation->relation; }

  // Reads single commits of the source only: what is unrelated and flattened
  // need not be verified.
  void FindOutRelation() {
    result_.plan.branch = target_.short_name;
    result_.plan.before = target_.tip;
    result_.plan.source = backup_.info;
    std::optional<git::Oid> tip;
    if (backup_.history) tip = backup_.history->Resolve(options_.ref);
    if (!tip) return;
    backup_.history->objects->CheckDamage();
    git::ObjectLayers both({&repository_, backup_.history->objects.get()});
    tip_ = PeelTip(both, *tip, backup_.info.name);
    result_.plan.source.tip = tip_->Hex();
    git::RelationResult& found = result_.plan.relation.emplace();
    found.relation = Relation::kAhead;
    if (!target_.tip) return;
    git::History history(both, git::ShallowCommits(repository_));
    try {
      found = git::FindRelation(history, *target_.tip, *tip_);
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kIo) throw;
      // A commit is missing: the source's fault if verifying it says so.
      import_.Verify(backup_, {*tip}, fsck_, progress_);
      throw;
    }
  }

  // What is asked for, or has to be; nothing where the relation says it all.
  std::optional<JoinAs> ChooseJoin() const {
    if (!result_.plan.relation) {
      if (options_.as == JoinAs::kGraft) RefuseGraftWithoutHistory();
      return JoinAs::kFlatten;
    }
    if (options_.as || relation() != Relation::kUnrelated) return options_.as;
    std::optional<JoinAs> answer;
    if (options_.ask) answer = options_.ask();
    if (answer) return answer;
    const std::string name = Quote(options_.source);
    throw Error(
        ErrorKind::kRefused,
        "the history of " + name + " has nothing in common with that of " +
            Quote(target_.short_name),
        {"record its files as one commit: backgraft restore --as flatten " +
             name,
         "or bring its history in too: backgraft restore --as graft " + name});
  }

  [[noreturn]] void RefuseGraftWithoutHistory() const {
    throw Error(ErrorKind::kRefused,
                Quote(options_.source) + " has no history to graft",
                {"record its files as one commit: backgraft flatten " +
                 Quote(options_.source)});
  }

  RestoreResult RunFlatten() {
    ChooseFilesOnly(
        &backup_, {.select = Selecting(), .ref = options_.ref, .fsck = fsck_});
    FlattenOptions flatten;
    flatten.assemble = Assembling();
    flatten.commit = options_.commit;
    flatten.dry_run = options_.dry_run;
    flatten.keep_text = options_.keep_text;
    flatten.exclude_text = options_.exclude_text;
    flatten.announce = options_.announce;
    FlattenResult done = FlattenBackup(repository_, target_, identity_, backup_,
                                       flatten, import_.writer(), progress_);
    result_.joined = JoinAs::kFlatten;
    if (!done.nothing_to_do) {
      result_.commits.push_back({*done.after, done.subject});
    }
    Take(std::move(done));
    return std::move(result_);
  }

  RestoreResult RunGraft() {
    GraftOptions graft;
    graft.assemble = Assembling();
    graft.select = Selecting();
    graft.ref = options_.ref;
    graft.commit = options_.commit;
    graft.dry_run = options_.dry_run;
    graft.keep_text = options_.keep_text;
    graft.exclude_text = options_.exclude_text;
    graft.announce = options_.announce;
    GraftResult done = GraftBackup(repository_, target_, identity_, backup_,
                                   import_, graft, progress_);
    result_.joined = JoinAs::kGraft;
    if (done.subject) result_.commits.push_back({*done.after, *done.subject});
    Take(std::move(done));
    return std::move(result_);
  }

  // What both kinds of joining report.
  template <typename Result>
  void Take(Result&& done) {
    result_.plan.source = std::move(done.source);
    result_.nothing_to_do = done.nothing_to_do;
    result_.branch = done.branch;
    result_.before = done.before;
    result_.after = done.after;
    result_.tree = done.tree;
    result_.verified = done.verified;
    result_.counts = done.counts;
    result_.from_repository = done.from_repository;
    result_.left_out = std::move(done.left_out);
    result_.changes = std::move(done.changes);
    result_.published = std::move(done.published);
    result_.warnings = std::move(done.warnings);
  }

  // What was never committed is left out with --tip-only.
  std::optional<Select> Selecting() const {
    bool tip_only = options_.tip_only && result_.plan.relation;
    return tip_only ? Select::kTracked : options_.select;
  }

  AssembleOptions Assembling() const {
    AssembleOptions assemble;
    assemble.filters = options_.filters;
    assemble.keep = options_.keep;
    assemble.exclude = options_.exclude;
    return assemble;
  }

  // The tree of the tip's own files, with what is to be kept and excluded.
  Assembled AssembleTip() {
    const Select chosen = std::exchange(backup_.select, Select::kTracked);
    // Its files are left out here only because they come in the next commit.
    std::vector<LeftOut> left_out = backup_.files.left_out;
    Assembled tip =
        AssembleBackup(backup_, target_.tree, Assembling(), import_.writer());
    backup_.select = chosen;
    backup_.files.left_out = std::move(left_out);
    return tip;
  }

  RestoreResult RunChain() {
    if (relation() != Relation::kIdentical && relation() != Relation::kBehind) {
      import_.Verify(backup_, {*backup_.history->Resolve(options_.ref)}, fsck_,
                     progress_);
    }
    ChooseFiles(
        &backup_, import_.writer(),
        {.select = options_.select, .ref = options_.ref, .fsck = fsck_});
    Assembled tip = AssembleTip();
    const bool tip_only =
        options_.tip_only || backup_.select == Select::kTracked;
    Assembled assembled = tip_only
                              ? tip
                              : AssembleBackup(backup_, target_.tree,
                                               Assembling(), import_.writer());
    result_.branch = target_.short_name;
    result_.before = target_.tip;
    result_.plan.source = backup_.info;
    result_.warnings = std::move(backup_.warnings);
    result_.left_out = assembled.left_out;
    result_.from_repository = assembled.from_repository;

    import_.Forget(assembled.unused);

    RestoreChain chain(target_, identity_, options_, import_);
    // Where the branch has been there already, only the outcome counts: after
    // the first restore the second has nothing to do.
    const bool there =
        target_.tree == assembled.tree &&
        (relation() == Relation::kIdentical || relation() == Relation::kBehind);
    if (!there) Plan(chain, tip, assembled);
    chain.Finish(&result_);
    WarnOfUndoneMerges();
    result_.changes =
        git::DiffTrees(import_.writer(), target_.tree, result_.tree);
    result_.counts = CountChanges(result_.changes);
    result_.counts.files = assembled.from_backup.size();
    auto prove = [&] {
      chain.Prove(repository_);
      ProveTree(repository_, assembled.tree, assembled.from_backup,
                assembled.from_repository);
      result_.verified = true;
    };
    if (result_.after == target_.tip) {
      result_.nothing_to_do = true;
      prove();
      return std::move(result_);
    }
    git::PublicationPlan plan;
    plan.refs = {{target_.ref, target_.tip, result_.after}};
    plan.who = identity_.committer.ToHeader();
    plan.force = options_.commit.force;
    plan.parts = options_.commit.parts;
    plan.log_message = "backgraft: restore " + Escape(backup_.info.name);
    plan.tree_before = target_.tree;
    plan.tree_after = result_.tree;
    plan.check_interrupted = ThrowIfInterrupted;
    if (options_.announce) {
      options_.announce(
          {target_.short_name, target_.tip, *result_.after, result_.commits});
    }
    result_.published = Publish(
        repository_, import_.writer(), plan, options_.dry_run,
        [&] {
          import_.Install();
          prove();
        },
        progress_);
    return std::move(result_);
  }

  // The contract's table: what brings the branch to the tip, then what was
  // never committed.
  void Plan(RestoreChain& chain, const Assembled& tip,
            const Assembled& assembled) {
    const SourceTip& source = *backup_.tip;
    switch (relation()) {
      case Relation::kIdentical:
        break;
      case Relation::kAhead:
        chain.FastForward(source.commit, source.tree);
        break;
      case Relation::kBehind:
        if (tip.tree != target_.tree) PlanRevert(chain, tip.tree);
        break;
      case Relation::kDiverged:
      case Relation::kUnrelated:
        chain.Commit(tip.tree, source.commit,
                     "Merge " + SourceText(backup_.info) + "\n",
                     Trailers("graft"));
        break;
    }
    if (chain.tree() != assembled.tree) {
      // Kept and excluded paths make a difference, too.
      const bool uncommitted = tip.tree != assembled.tree;
      chain.Commit(
          assembled.tree, std::nullopt,
          (uncommitted ? "Restore uncommitted changes in " : "Restore ") +
              SourceText(backup_.info) + "\n",
          Trailers("flatten"));
    }
  }

  // One commit that brings the tip's tree back, as `revert --to` makes it.
  void PlanRevert(RestoreChain& chain, const git::Oid& tree) {
    git::History history = import_.History();
    const git::Oid& state = backup_.tip->commit;
    CommitsSince since = FindCommitsSince(history, *target_.tip, state);
    auto describe = [&](const git::Oid& oid) {
      git::Commit commit = git::ReadCommit(import_.writer(), oid);
      return UndoneCommit{oid, TitleOf(commit), commit.parents.size() > 1};
    };
    for (const git::Oid& oid : since.commits) undone_.push_back(describe(oid));
    StateText text{backup_.info.name, state, describe(state).title, {}};
    if (!since.complete) text.range = ShortRange(state, *target_.tip);
    undone_range_ = text.range;
    std::vector<git::Trailer> trailers = Trailers("revert");
    trailers.insert(trailers.begin() + 1, {"Backgraft-Restored", state.Hex()});
    chain.Commit(tree, std::nullopt, StateMessage(text, undone_), trailers);
  }

  void WarnOfUndoneMerges() {
    if (result_.commits.empty()) return;
    const git::Oid& revert = result_.commits.front().oid;
    if (auto warning = UndoneMergesWarning(undone_, revert)) {
      result_.warnings.push_back(*warning);
    }
    if (undone_range_) {
      result_.warnings.push_back(UnlistedMergesWarning(*undone_range_, revert));
    }
  }

  std::vector<git::Trailer> Trailers(const std::string& mode) const {
    return SourceTrailers(mode, backup_.info, options_.keep_text,
                          options_.exclude_text);
  }

  const git::Repository& repository_;
  const RestoreOptions& options_;
  Progress& progress_;
  const Target target_;
  OpenedSource source_;
  const Authorship identity_;
  const git::FsckOptions fsck_;
  ImportTarget import_;
  Backup backup_;
  std::optional<git::Oid> tip_;
  std::vector<UndoneCommit> undone_;
  std::optional<std::string> undone_range_;
  RestoreResult result_;
};

}  // namespace

std::string RelationWord(const RestorePlan& plan) {
  if (!plan.relation) return "no-history";
  return std::string(git::RelationName(plan.relation->relation));
}

RestoreResult Restore(const git::Repository& repository,
                      const RestoreOptions& options, Progress& progress) {
  return Restorer(repository, options, progress).Run();
}

}  // namespace backgraft::restore
