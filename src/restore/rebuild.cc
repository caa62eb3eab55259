#include "restore/rebuild.h"

#include <algorithm>
#include <deque>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/commit.h"
#include "git/date.h"
#include "git/fsck_settings.h"
#include "git/object_layers.h"
#include "git/ref_name.h"
#include "git/relation.h"
#include "git/tree_diff.h"
#include "restore/import_target.h"
#include "restore/new_directory.h"
#include "restore/proof.h"
#include "restore/publish.h"
#include "restore/rebuild_chain.h"
#include "restore/rebuild_refs.h"
#include "restore/rebuild_source.h"
#include "restore/recorded_sources.h"
#include "restore/target.h"
#include "source/backup_name.h"
#include "source/version_order.h"

namespace backgraft::restore {
namespace {

constexpr char kDefaultBranch[] = "main";

// What a repository that is about to be made will be like.
Target TargetOfNew(const std::string& branch, bool bare) {
  Target target;
  target.ref = "refs/heads/" + branch;
  target.short_name = branch;
  target.checked_out = !bare;
  if (!git::RefNameProblem(target.ref).empty()) {
    throw Error(ErrorKind::kUsage,
                Quote(branch) + " is not a valid branch name");
  }
  return target;
}

git::Config ConfigOf(const git::Repository* repository) {
  if (repository != nullptr) return repository->config();
  return git::Config::Load("", "", git::Environment::OfProcess());
}

class Rebuilder {
 public:
  // `repository` is null where a dry run would make it.
  Rebuilder(const git::Repository* repository, Target target,
            const RebuildOptions& options, Progress& progress)
      : repository_(repository),
        options_(options),
        progress_(progress),
        target_(std::move(target)),
        config_(ConfigOf(repository)),
        fsck_(git::FsckOptionsOf(config_)),
        import_(repository, options.dry_run),
        refs_(repository, target_.ref),
        chain_(target_, config_, options, import_),
        reader_(options, fsck_, import_, progress) {}

  RebuildResult Run() {
    if (target_.tip) LearnWhatIsThere();
    for (const std::string& name : options_.sources) {
      RebuildSource& source = sources_.emplace_back(name);
      LookUp(recorded_, &source);
    }
    if (IsOrderKnown()) {
      Sort();
      for (size_t i = 0; i < sources_.size(); ++i) {
        Read(i);
        Take(sources_[i]);
      }
    } else {
      for (size_t i = 0; i < sources_.size(); ++i) Read(i);
      Sort();
      for (RebuildSource& source : sources_) Take(source);
    }
    return Finish();
  }

 private:
  void LearnWhatIsThere() {
    git::History history(*repository_);
    recorded_ = RecordedSources(*repository_, history, *target_.tip);
  }

  bool IsOrderKnown() const {
    return options_.order != RebuildOrder::kDate ||
           std::all_of(sources_.begin(), sources_.end(),
                       [](const auto& source) { return !!source.time; });
  }

  void Sort() {
    if (options_.order == RebuildOrder::kDate) {
      std::stable_sort(
          sources_.begin(), sources_.end(),
          [](const auto& a, const auto& b) { return *a.time < *b.time; });
    } else if (options_.order == RebuildOrder::kVersion) {
      std::stable_sort(
          sources_.begin(), sources_.end(), [](const auto& a, const auto& b) {
            return source::CompareVersions(source::FileStem(a.given),
                                           source::FileStem(b.given)) < 0;
          });
    }
  }

  void Read(size_t index) {
    ThrowIfInterrupted();
    if (index + 1 < sources_.size()) reader_.OpenAhead(&sources_[index + 1]);
    RebuildSource& source = sources_[index];
    if (!source.recorded) reader_.Read(&source);
  }

  // Adds what the source brings to the chain; they come in their order.
  void Take(RebuildSource& source) {
    ThrowIfInterrupted();
    if (!source.recorded) source.recorded = recorded_.Find(source.info.sha256);
    if (source.recorded) {
      Skip(source, source.recorded->commit, "is recorded already");
      last_ = {source.recorded->commit, source.recorded->tree};
    } else if (source.backup) {
      TakeHistory(source);
    } else {
      TakeFiles(source, "");
    }
    if (options_.tag && last_) {
      refs_.AddTag(source::FileStem(source.given), last_->commit,
                   source.info.name);
    }
    result_.sources.push_back(source.info);
    for (LeftOut& left : source.left_out) {
      result_.left_out.push_back(std::move(left));
    }
    for (const std::string& warning : source.warnings) {
      result_.warnings.push_back(Quote(source.info.name) + ": " + warning);
    }
  }

  void Skip(const RebuildSource& source, const git::Oid& commit,
            const std::string& why) {
    result_.skipped.push_back({commit, Quote(source.info.name) + " " + why});
  }

  // One commit with the source's tree, unless it has been there just before.
  void TakeFiles(RebuildSource& source, const std::string& what) {
    if (last_ && last_->tree == *source.tree) {
      Skip(source, last_->commit, "holds the same tree");
      return;
    }
    if (chain_.tree() == source.tree) {
      Skip(source, *chain_.tip(), "holds the same tree");
      last_ = {*chain_.tip(), *source.tree};
      return;
    }
    TellOfOlder(source);
    Commit(source, *source.tree, {}, what);
  }

  void Commit(RebuildSource& source, const git::Oid& tree,
              const std::optional<git::Oid>& joined, const std::string& what) {
    const git::Oid oid = chain_.Commit(source, tree, joined, what);
    if (tree == source.tree) {
      recorded_.Add(source.info, {oid, tree, *source.time});
      chain_.ProveLater(source);
    }
    last_ = {oid, tree};
  }

  // What is there is not written anew for a source that comes late.
  void TellOfOlder(const RebuildSource& source) {
    if (options_.order != RebuildOrder::kDate || !target_.tip) return;
    const git::Commit newest = git::ReadCommit(*repository_, *target_.tip);
    if (git::TimeOf(newest.committer).seconds <= *source.time) return;
    result_.warnings.push_back(
        Quote(source.info.name) + " is older (" +
        git::FormatUtcDate(*source.time) + ") than the newest commit of " +
        Quote(target_.short_name) + ": it is added on top, with its own date");
  }

  void TakeHistory(RebuildSource& source) {
    const SourceHistory& history = *source.backup->history;
    const git::Oid tip = source.backup->tip->commit;
    const git::Oid tip_tree = source.backup->tip->tree;
    const git::Relation relation = FindRelation(source, tip);
    if (relation == git::Relation::kUnrelated && !options_.graft) {
      reader_.Assemble(&source);
      result_.warnings.push_back(
          "the history of " + Quote(source.info.name) +
          " has nothing in common with " + Quote(target_.short_name) +
          ": only its files are recorded ('--as graft' joins the histories)");
      TakeFiles(source, "");
      source.backup.reset();
      return;
    }
    const bool contained = relation == git::Relation::kIdentical ||
                           relation == git::Relation::kBehind;
    if (!contained || NeedsRefs(history.refs)) Import(source);
    reader_.Assemble(&source);
    const bool clean = source.tree == tip_tree;
    if (relation == git::Relation::kAhead) {
      chain_.FastForward(tip, tip_tree);
      last_ = {tip, tip_tree};
      if (clean) chain_.ProveLater(source);
    } else if (relation == git::Relation::kDiverged) {
      Commit(source, tip_tree, tip, "merge");
    } else if (relation == git::Relation::kUnrelated) {
      Commit(source, *source.tree, tip, "merge");
    } else {
      last_ = {tip, tip_tree};
      if (clean) Skip(source, tip, "is part of the branch already");
    }
    if (last_->tree != *source.tree) TakeFiles(source, "uncommitted");
    git::History all = import_.History();
    refs_.AddSource(history.refs, source.info.name, *chain_.tip(),
                    import_.writer(), all);
  }

  git::Relation FindRelation(RebuildSource& source, const git::Oid& tip) {
    if (!chain_.tip()) return git::Relation::kAhead;
    const git::ObjectLayers both(
        {&import_.writer(), source.backup->history->objects.get()});
    git::History history(both,
                         repository_ != nullptr
                             ? git::ShallowCommits(*repository_)
                             : decltype(git::ShallowCommits(*repository_)){});
    try {
      return git::FindRelation(history, *chain_.tip(), tip).relation;
    } catch (const Error& error) {
      if (error.kind() != ErrorKind::kIo) throw;
      // A commit is missing: the source's fault if verifying it says so.
      Import(source);
      throw;
    }
  }

  bool NeedsRefs(const git::ForeignRefs& refs) {
    git::History history = import_.History();
    return refs_.Needs(refs, import_.writer(), history);
  }

  // Everything that its branches and tags lead to.
  void Import(const RebuildSource& source) {
    const SourceHistory& history = *source.backup->history;
    std::vector<git::Oid> tips = {source.backup->tip->commit};
    for (const auto& [name, oid] : history.refs.refs) {
      if (name.starts_with("refs/heads/") || name.starts_with("refs/tags/")) {
        tips.push_back(oid);
      }
    }
    import_.Verify(*source.backup, tips, fsck_, progress_);
  }

  RebuildResult Finish() {
    reader_.Finish();
    result_.branch = target_.short_name;
    result_.before = target_.tip;
    result_.after = chain_.tip();
    result_.tree = *chain_.tree();
    result_.commits = chain_.commits();
    result_.warnings.insert(result_.warnings.end(), refs_.warnings().begin(),
                            refs_.warnings().end());
    result_.changes =
        git::DiffTrees(import_.writer(), target_.tree, result_.tree);
    result_.counts = CountChanges(result_.changes);
    result_.counts.files = chain_.last_files();

    git::PublicationPlan plan;
    plan.refs = refs_.Updates();
    for (const git::RefUpdate& update : plan.refs) {
      result_.refs.push_back(update.name);
    }
    result_.nothing_to_do = plan.refs.empty() && result_.after == target_.tip;
    if (result_.nothing_to_do) return std::move(result_);
    plan.refs.insert(plan.refs.begin(),
                     {target_.ref, target_.tip, result_.after});
    plan.who = chain_.who();
    plan.force = options_.commit.force;
    plan.log_message = "backgraft: rebuild";
    plan.tree_before = target_.tree;
    plan.tree_after = result_.tree;
    plan.check_interrupted = ThrowIfInterrupted;
    if (repository_ == nullptr) return std::move(result_);
    result_.published = Publish(
        *repository_, import_.writer(), plan, options_.dry_run,
        [&] {
          import_.Install();
          chain_.Prove(*repository_, progress_);
          result_.verified = true;
        },
        progress_);
    return std::move(result_);
  }

  const git::Repository* repository_;
  const RebuildOptions& options_;
  Progress& progress_;
  const Target target_;
  const git::Config config_;
  const git::FsckOptions fsck_;
  ImportTarget import_;
  RebuildRefs refs_;
  RebuildChain chain_;
  RebuildReader reader_;
  RecordedSources recorded_;
  // What the source before came down to.
  struct State {
    git::Oid commit, tree;
  };
  std::optional<State> last_;
  std::deque<RebuildSource> sources_;  // destroyed before `import_`
  RebuildResult result_;
};

void RefuseBare(const git::Repository& repository,
                const RebuildOptions& options) {
  if (!options.bare || repository.is_bare()) return;
  throw Error(ErrorKind::kRefused,
              Quote(options.directory) + " has a working tree",
              {"go on with it as it is: leave '--bare' out"});
}

RebuildResult RebuildNew(const RebuildOptions& options, Progress& progress) {
  const std::string branch = options.branch.value_or(kDefaultBranch);
  const Target target = TargetOfNew(branch, options.bare);
  // Nobody known is told before anything is made.
  WhoCommits(ConfigOf(nullptr), options.commit, std::nullopt);
  if (options.dry_run) {
    return Rebuilder(nullptr, target, options, progress).Run();
  }
  NewDirectory directory(options.directory);
  RebuildResult result;
  {
    const git::Repository repository =
        git::Repository::Init(directory.path(), options.bare, branch);
    result = Rebuilder(&repository, target, options, progress).Run();
  }
  directory.Publish();
  return result;
}

}  // namespace

RebuildResult Rebuild(const RebuildOptions& options, Progress& progress) {
  if (IsFree(options.directory)) return RebuildNew(options, progress);
  auto repository = git::Repository::FindAt(options.directory);
  if (!repository) {
    throw Error(
        ErrorKind::kRefused,
        Quote(options.directory) + " is neither empty nor a git repository",
        {"name a directory that is not there yet"});
  }
  if (options.found) options.found(*repository);
  RefuseBare(*repository, options);
  return Rebuilder(&*repository, FindTarget(*repository, options.branch),
                   options, progress)
      .Run();
}

}  // namespace backgraft::restore
