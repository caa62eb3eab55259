#include "restore/inspect.h"

#include <algorithm>
#include <cstring>
#include <unordered_map>
#include <unordered_set>

#include "base/error.h"
#include "base/interrupt.h"
#include "git/config_file.h"
#include "git/fsck_settings.h"
#include "git/refs.h"
#include "git/tree.h"
#include "restore/backup.h"
#include "restore/collisions.h"
#include "restore/git_files.h"
#include "restore/import_target.h"
#include "restore/opened_source.h"
#include "restore/source_kind.h"
#include "restore/target.h"
#include "restore/whole_backup.h"

namespace backgraft::restore {
namespace {

void InspectDatabase(OpenedSource& source, InspectResult* result) {
  source.CheckToEnd();
  result->source = source.Finish({});
  result->source.kind = "database";
}

// Uploads: anything goes, so only the archive itself is checked.
void InspectUploads(OpenedSource& source, InspectResult* result) {
  archive::RootFinder roots(source.name());
  while (auto entry = source.reader().Next()) {
    ThrowIfInterrupted();
    roots.Add(entry->path, entry->kind);
    if (entry->kind == archive::EntryKind::kSymlink) ++result->symlinks;
    if (entry->kind != archive::EntryKind::kRegular) continue;
    ++result->files;
    result->bytes += entry->size;
    if (entry->size > kLargeFileSize) {
      result->large.push_back({entry->path, entry->size});
    }
  }
  result->source = source.Finish(roots.Finish());
  result->source.kind = "files";
}

void Summarise(const BackupFiles& backup, InspectResult* result) {
  std::vector<std::string> paths;
  for (const BackupFile& file : backup.files) {
    ++result->files;
    result->bytes += file.size;
    if (file.mode == git::FileMode::kExecutable) ++result->executables;
    if (file.mode == git::FileMode::kSymlink) ++result->symlinks;
    if (file.size > kLargeFileSize) {
      result->large.push_back({file.path, file.size});
    }
    // An empty file is a pointer to itself, which nobody need be told.
    if (file.lfs_pointer && file.size > 0)
      result->lfs_pointers.push_back(file.path);
    paths.push_back(file.path);
  }
  result->collisions = FindCollisions(paths);
  for (const LeftOut& left : backup.left_out) {
    if (left.reason == kNestedRepository) {
      result->nested_repositories.push_back(left.path);
    }
  }
  for (const auto& [path, content] : backup.kept_contents) {
    if (path != ".gitmodules") continue;
    for (const git::ConfigEntry& entry : git::ParseConfigFile(content, path)) {
      if (entry.key.starts_with("submodule.") && entry.key.ends_with(".path") &&
          entry.value) {
        result->submodules.push_back(*entry.value);
      }
    }
  }
}

void DescribeSite(const BackupFiles& backup, InspectResult* result) {
  const bool has_index =
      std::any_of(backup.files.begin(), backup.files.end(),
                  [](const BackupFile& file) { return IsIndexPhp(file.path); });
  result->platform = DetectPlatform(backup.kept_contents, has_index);
  result->notes = FindSiteNotes(result->platform, backup);
}

// Blobs that the tip's own files do not hold, with a path that some commit has
// them at. Every tree is opened once.
std::vector<LargeBlob> FindLargeBlobs(const git::ObjectReader& objects,
                                      git::History& history,
                                      const Backup& backup,
                                      const git::ImportedHistory& imported) {
  std::unordered_map<git::Oid, uint64_t, git::OidHash> wanted;
  for (const auto& blob : imported.large_blobs()) {
    wanted.emplace(blob.oid, blob.size);
  }
  for (const git::TreeFile& file : backup.tip->files) wanted.erase(file.oid);
  std::vector<LargeBlob> found;
  std::unordered_set<git::Oid, git::OidHash> seen;
  std::vector<std::pair<std::string, git::Oid>> pending;
  if (wanted.empty()) return found;
  for (const git::Oid& commit : history.Walk({backup.tip->commit}, {})) {
    pending.emplace_back("", history.Get(commit).tree);
    while (!pending.empty() && !wanted.empty()) {
      auto [prefix, oid] = std::move(pending.back());
      pending.pop_back();
      if (!seen.insert(oid).second) continue;
      ThrowIfInterrupted();
      for (const git::TreeEntry& entry :
           git::ParseTree(objects.Read(oid, git::ObjectType::kTree))) {
        if (entry.mode == git::FileMode::kTree) {
          pending.emplace_back(prefix + entry.name + "/", entry.oid);
        } else if (auto at = wanted.find(entry.oid); at != wanted.end()) {
          found.push_back({entry.oid, prefix + entry.name, at->second});
          wanted.erase(at);
        }
      }
    }
  }
  std::sort(found.begin(), found.end(),
            [](const LargeBlob& a, const LargeBlob& b) {
              return a.size != b.size ? a.size > b.size : a.path < b.path;
            });
  return found;
}

void AddNames(const git::ForeignRefs& refs, InspectedHistory* history) {
  for (const auto& [name, oid] : refs.refs) {
    for (auto& [prefix, names] : {std::pair{"refs/heads/", &history->branches},
                                  std::pair{"refs/tags/", &history->tags}}) {
      if (name.starts_with(prefix)) {
        names->push_back(name.substr(std::strlen(prefix)));
      }
    }
  }
  history->rejected_refs = refs.rejected;
  const std::string heads = "refs/heads/";
  history->head = refs.head.ref.starts_with(heads)
                      ? refs.head.ref.substr(heads.size())
                      : refs.head.ref;
}

// What the files differ in from the tip.
std::optional<ChangeCounts> FindUncommitted(Backup& backup,
                                            git::ObjectWriter& writer,
                                            InspectResult* result) {
  try {
    Assembled assembled = AssembleBackup(backup, std::nullopt, {}, writer);
    result->left_out = std::move(assembled.left_out);
    return CountChanges(
        git::DiffTrees(writer, backup.tip->tree, assembled.tree));
  } catch (const Error& error) {
    // A file that only some option makes restorable.
    if (error.kind() != ErrorKind::kRefused) throw;
    result->warnings.emplace_back(error.what());
    return std::nullopt;
  }
}

std::optional<std::string> TagAt(const git::Repository& repository,
                                 const git::Oid& commit) {
  constexpr std::string_view kTags = "refs/tags/";
  std::optional<std::string> found;
  for (const git::Ref& ref : git::ListRefs(repository, std::string(kTags))) {
    if (repository.ResolveCommit(ref.oid.Hex()) != commit) continue;
    // The last of a series in its own order: live_9, live_10.
    std::string name = ref.name.substr(kTags.size());
    if (!found || name.size() > found->size() ||
        (name.size() == found->size() && name > *found)) {
      found = name;
    }
  }
  return found;
}

git::FsckOptions FsckOptions(const git::Repository* repository) {
  return repository == nullptr ? git::FsckOptions()
                               : git::FsckOptionsOf(repository->config());
}

void InspectHistory(const git::Repository* repository,
                    const InspectOptions& options, ImportTarget& target,
                    Backup& backup, Progress& progress, InspectResult* result) {
  std::vector<git::Oid> tips = {*backup.history->Resolve(std::nullopt)};
  const git::FsckOptions fsck = FsckOptions(repository);
  const git::ImportedHistory& imported =
      target.Verify(backup, tips, fsck, progress, kLargeFileSize);
  ChooseFiles(&backup, target.writer(), {.fsck = fsck});
  git::History commits = target.History();
  InspectedHistory& history = result->history.emplace();
  history.tip = backup.tip->commit;
  history.commits = commits.Walk({history.tip}, {}).size();
  AddNames(backup.history->refs, &history);
  history.large = FindLargeBlobs(target.writer(), commits, backup, imported);
  history.fsck_warnings = imported.warnings().size();
  if (backup.has_working_tree) {
    history.uncommitted = FindUncommitted(backup, target.writer(), result);
  }
  if (repository == nullptr) return;
  Target branch = FindBranch(*repository, options.branch);
  InspectedRelation related;
  related.branch = branch.short_name;
  // On an unborn branch everything is new.
  related.result.relation = git::Relation::kAhead;
  related.result.ahead = history.commits;
  if (branch.tip) {
    related.result = git::FindRelation(commits, *branch.tip, history.tip);
  }
  result->relation = git::RelationName(related.result.relation);
  if (branch.tip) related.tag = TagAt(*repository, *branch.tip);
  result->related = std::move(related);
}

void InspectCode(const git::Repository* repository,
                 const InspectOptions& options, OpenedSource& source,
                 Progress& progress, InspectResult* result) {
  ImportTarget target(repository, true);
  Backup backup = target.Read(source, Filters::kApply);
  const BackupFiles& files = backup.files;
  const bool has_tip = backup.history && backup.history->refs.Tip();
  // Else those that are taken are looked at, when the history was.
  if (!has_tip) CheckGitFiles(files, source.name(), FsckOptions(repository));
  result->layout = LayoutOf(files);
  DescribeSite(files, result);
  result->newest = files.newest;
  Summarise(files, result);
  if (has_tip) {
    InspectHistory(repository, options, target, backup, progress, result);
  } else {
    result->relation = "no-history";
    result->left_out = files.left_out;
    for (const std::string& path : files.empty_directories) {
      result->left_out.push_back({files.InSource(path), kEmptyDirectory});
    }
    std::sort(result->left_out.begin(), result->left_out.end());
  }
  result->source = backup.info;
  bool dumps =
      !files.files.empty() &&
      std::all_of(files.files.begin(), files.files.end(),
                  [](const BackupFile& file) { return IsDumpName(file.path); });
  if (dumps && !has_tip) {
    result->source.kind = "database";
    result->relation.reset();
  }
}

}  // namespace

InspectResult Inspect(const git::Repository* repository,
                      const InspectOptions& options, Progress& progress) {
  InspectResult result;
  const auto kind = FindSourceKind(options.source, options.limits).kind;
  OpenedSource source(options.source, options.limits, progress);
  if (source.type() && source.type()->container == archive::Container::kSql) {
    InspectDatabase(source, &result);
  } else if (kind == SourceKind::kFiles) {
    source.Explaining([&] { InspectUploads(source, &result); });
  } else {
    InspectCode(repository, options, source, progress, &result);
  }
  std::sort(result.large.begin(), result.large.end(),
            [](const LargeFile& a, const LargeFile& b) {
              return a.size != b.size ? a.size > b.size : a.path < b.path;
            });
  return result;
}

}  // namespace backgraft::restore
