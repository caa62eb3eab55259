#include "restore/flatten.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/commit.h"
#include "git/date.h"
#include "git/publication.h"
#include "restore/backup_files.h"
#include "restore/git_files.h"
#include "restore/opened_source.h"
#include "restore/proof.h"
#include "restore/selection.h"
#include "restore/target.h"

namespace backgraft::restore {
namespace {

std::string StandardMessage(const SourceInfo& source) {
  std::string subject = "Restore code";
  if (source.site && source.env) {
    subject += " of " + *source.site + " " + *source.env;
    if (source.time) {
      subject += " from " + git::FormatUtcDate(*source.time);
    }
  } else {
    subject += " from " + Escape(source.name);
  }
  return subject + "\n";
}

std::vector<git::Trailer> FlattenTrailers(const SourceInfo& source,
                                          const FlattenOptions& options) {
  std::vector<git::Trailer> trailers = {{"Backgraft-Mode", "flatten"},
                                        {"Backgraft-Source", source.name}};
  if (source.sha256) {
    trailers.push_back({"Backgraft-Source-SHA256", *source.sha256});
  }
  for (const std::string& spec : options.keep_text) {
    trailers.push_back({"Backgraft-Keep", spec});
  }
  for (const std::string& spec : options.exclude_text) {
    trailers.push_back({"Backgraft-Exclude", spec});
  }
  return trailers;
}

}  // namespace

ChangeCounts CountChanges(const std::vector<git::TreeChange>& changes) {
  ChangeCounts counts;
  for (const git::TreeChange& change : changes) {
    ++(!change.before  ? counts.added
       : !change.after ? counts.deleted
                       : counts.modified);
  }
  return counts;
}

FlattenResult Flatten(const git::Repository& repository,
                      const FlattenOptions& options, Progress& progress) {
  FlattenResult result;
  Target target = FindTarget(repository, options.branch);
  OpenedSource source(options.source, options.limits, progress);
  git::Identity identity =
      WhoCommits(repository.config(), options.commit, source.info().time);

  git::ObjectWriter writer(repository, repository.objects_dir(),
                           {.dry_run = options.dry_run});
  BackupFiles backup =
      ReadBackupFiles(source.reader(), source.name(),
                      options.assemble.filters == Filters::kRaw, writer);
  RefuseWithoutFiles(backup, source.name());
  result.source = source.Finish(backup.root);

  AssembleOptions assemble = options.assemble;
  assemble.select =
      ChooseSelect(options.select, backup.root.has_git, &result.warnings);
  Assembled assembled = Assemble(backup, target.tree, assemble, writer);
  CheckGitFiles(backup, assembled.from_backup, assemble.prefix, source.name());
  result.branch = target.short_name;
  result.before = target.tip;
  result.tree = assembled.tree;
  result.from_repository = assembled.from_repository;
  result.left_out = std::move(backup.left_out);
  result.left_out.insert(result.left_out.end(), assembled.left_out.begin(),
                         assembled.left_out.end());
  std::sort(result.left_out.begin(), result.left_out.end());
  result.changes = git::DiffTrees(writer, target.tree, assembled.tree);
  result.counts = CountChanges(result.changes);
  result.counts.files = assembled.from_backup.size();
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
  std::string message =
      MessageWithTrailers(options.commit, StandardMessage(result.source),
                          FlattenTrailers(result.source, options));
  result.subject = git::Subject(message);
  result.after =
      WriteCommit(assembled.tree, parents, identity, message, writer);

  git::PublicationPlan plan;
  plan.refs = {{target.ref, target.tip, result.after}};
  plan.who = identity.committer.ToHeader();
  plan.log_message = "backgraft: flatten " + Escape(result.source.name);
  plan.tree_before = target.tree;
  plan.tree_after = assembled.tree;
  plan.check_interrupted = ThrowIfInterrupted;
  // Before the pack is installed: a refusal leaves no objects behind either.
  result.published = git::Publication::Preview(repository, writer, plan);
  if (options.dry_run) return result;
  progress.Begin("verifying", Unit::kObjects, std::nullopt);
  writer.Install();
  ProveTree(repository, assembled.tree, assembled.from_backup,
            assembled.from_repository);
  result.verified = true;
  progress.Begin("writing files", Unit::kFiles, std::nullopt);
  result.published =
      git::Publication::Prepare(repository, writer, plan).Publish();
  return result;
}

}  // namespace backgraft::restore
