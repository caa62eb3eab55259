#include "restore/verify.h"

#include "base/error.h"
#include "base/escape.h"
#include "base/interrupt.h"
#include "git/fsck_settings.h"
#include "restore/backup.h"
#include "restore/opened_source.h"

namespace backgraft::restore {
namespace {

// Walks two listings in the byte order of paths.
std::vector<VerifyDifference> Compare(const std::vector<git::TreeFile>& backup,
                                      const std::vector<git::TreeFile>& tree) {
  std::vector<VerifyDifference> differences;
  auto b = backup.begin();
  auto t = tree.begin();
  while (b != backup.end() || t != tree.end()) {
    if (t == tree.end() || (b != backup.end() && b->path < t->path)) {
      differences.push_back({b++->path, DifferenceKind::kDeleted});
      continue;
    }
    if (b == backup.end() || t->path < b->path) {
      differences.push_back({t++->path, DifferenceKind::kAdded});
      continue;
    }
    if (b->oid != t->oid ||
        git::IsRegular(b->mode) != git::IsRegular(t->mode)) {
      differences.push_back({b->path, DifferenceKind::kModified});
    } else if (b->mode != t->mode) {
      differences.push_back({b->path, DifferenceKind::kMode});
    }
    ++b;
    ++t;
  }
  return differences;
}

// Equal ids say that git recorded the right content; only reading shows that
// the repository still has it.
void ReadEveryBlob(const git::Repository& repository,
                   const std::vector<git::TreeFile>& tree, Progress& progress) {
  progress.Begin("comparing", Unit::kFiles, tree.size());
  uint64_t done = 0;
  for (const git::TreeFile& file : tree) {
    ThrowIfInterrupted();
    progress.Update(++done);
    if (file.mode == git::FileMode::kGitlink) continue;
    repository.Read(file.oid, git::ObjectType::kBlob);
  }
}

}  // namespace

std::string DifferenceName(DifferenceKind kind) {
  switch (kind) {
    case DifferenceKind::kAdded:
      return "added";
    case DifferenceKind::kDeleted:
      return "deleted";
    case DifferenceKind::kModified:
      return "modified";
    case DifferenceKind::kMode:
      return "mode";
  }
  return {};
}

VerifyResult Verify(const git::Repository& repository,
                    const VerifyOptions& options, Progress& progress) {
  VerifyResult result;
  auto revision = repository.Resolve(options.revision);
  if (!revision) {
    throw Error(ErrorKind::kRefused,
                "there is no revision " + Quote(options.revision),
                {"git log --oneline --all"});
  }
  result.tree = repository.PeelToTree(*revision);
  if (auto commit = repository.ResolveCommit(options.revision)) {
    result.commit = *commit;
  }
  OpenedSource source(options.source, options.limits, progress);
  git::ObjectWriter writer(repository, repository.objects_dir(),
                           {.dry_run = true});
  Backup backup = ReadBackup(source, options.filters, "", repository,
                             options.select == Select::kAll, writer);
  ChooseFilesOnly(&backup, {.select = options.select,
                            .ref = options.ref,
                            .fsck = git::FsckOptionsOf(repository.config())});
  AssembleOptions assemble;
  assemble.filters = options.filters;
  Assembled assembled = AssembleBackup(backup, std::nullopt, assemble, writer);
  result.source = backup.info;
  result.warnings = std::move(backup.warnings);
  result.files = assembled.from_backup.size();
  result.left_out = std::move(assembled.left_out);
  std::vector<git::TreeFile> tree = git::ListTree(repository, result.tree);
  result.differences = Compare(assembled.from_backup, tree);
  if (result.differences.empty()) ReadEveryBlob(repository, tree, progress);
  return result;
}

}  // namespace backgraft::restore
