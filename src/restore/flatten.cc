#include "restore/flatten.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/commit.h"
#include "git/fsck_settings.h"
#include "git/publication.h"
#include "restore/backup.h"
#include "restore/opened_source.h"
#include "restore/proof.h"
#include "restore/publish.h"
#include "restore/source_text.h"
#include "restore/target.h"
#include "restore/whole_backup.h"

namespace backgraft::restore {

ChangeCounts CountChanges(const std::vector<git::TreeChange>& changes) {
  ChangeCounts counts;
  for (const git::TreeChange& change : changes) {
    ++(!change.before  ? counts.added
       : !change.after ? counts.deleted
                       : counts.modified);
  }
  return counts;
}

FlattenResult FlattenBackup(const git::Repository& repository,
                            const Target& target, const Authorship& identity,
                            Backup& backup, const FlattenOptions& options,
                            git::ObjectWriter& writer, Progress& progress) {
  FlattenResult result;
  Assembled assembled =
      AssembleBackup(backup, target.tree, options.assemble, writer);
  result.source = backup.info;
  result.warnings = std::move(backup.warnings);
  result.branch = target.short_name;
  result.before = target.tip;
  result.tree = assembled.tree;
  result.from_repository = assembled.from_repository;
  result.left_out = std::move(assembled.left_out);
  result.changes = git::DiffTrees(writer, target.tree, assembled.tree);
  result.counts = CountChanges(result.changes);
  result.counts.files = assembled.from_backup.size();
  writer.Forget(assembled.unused);
  if (target.tree == assembled.tree) {
    result.nothing_to_do = true;
    result.after = target.tip;
    ProveTree(repository, assembled.tree, assembled.from_backup,
              assembled.from_repository);
    result.verified = true;
    return result;
  }

  std::vector<git::Oid> parents;
  if (target.tip) parents.push_back(*target.tip);
  std::string message = MessageWithTrailers(
      identity, options.commit, "Restore " + SourceText(result.source) + "\n",
      SourceTrailers("flatten", result.source, options.keep_text,
                     options.exclude_text));
  result.subject = git::Subject(message);
  result.after =
      WriteCommit(assembled.tree, parents, identity, message, writer);

  git::PublicationPlan plan;
  plan.refs = {{target.ref, target.tip, result.after}};
  plan.who = identity.committer.ToHeader();
  plan.force = options.commit.force;
  plan.parts = options.commit.parts;
  plan.log_message = "backgraft: flatten " + Escape(result.source.name);
  plan.tree_before = target.tree;
  plan.tree_after = assembled.tree;
  plan.check_interrupted = ThrowIfInterrupted;
  if (options.announce) {
    options.announce({target.short_name,
                      target.tip,
                      *result.after,
                      {{*result.after, result.subject}}});
  }
  result.published = Publish(
      repository, writer, plan, options.dry_run,
      [&] {
        writer.Install();
        ProveTree(repository, assembled.tree, assembled.from_backup,
                  assembled.from_repository);
        result.verified = true;
      },
      progress);
  return result;
}

FlattenResult Flatten(const git::Repository& repository,
                      const FlattenOptions& options, Progress& progress) {
  Target target = FindTarget(repository, options.branch);
  OpenedSource source(options.source, options.limits, progress);
  Authorship identity =
      WhoCommits(repository.config(), options.commit, source.info().time);
  git::ObjectWriter writer(repository, repository.objects_dir(),
                           {.dry_run = options.dry_run});
  Backup backup = ReadBackup(source, options.assemble.filters, "", repository,
                             options.select == Select::kAll, writer);
  if (auto more = MoreThanCode(backup.files)) backup.warnings.push_back(*more);
  ChooseFilesOnly(&backup, {.select = options.select,
                            .ref = options.ref,
                            .fsck = git::FsckOptionsOf(repository.config())});
  return FlattenBackup(repository, target, identity, backup, options, writer,
                       progress);
}

}  // namespace backgraft::restore
