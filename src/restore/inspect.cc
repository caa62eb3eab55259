#include "restore/inspect.h"

#include <algorithm>

#include "base/interrupt.h"
#include "git/config_file.h"
#include "restore/backup_files.h"
#include "restore/collisions.h"
#include "restore/git_files.h"
#include "restore/opened_source.h"
#include "restore/selection.h"
#include "source/backup_name.h"

namespace backgraft::restore {
namespace {

// For reading a source without a repository.
class NoObjects : public git::ObjectReader {
 public:
  bool Exists(const git::Oid&) const override { return false; }
  std::optional<git::Object> Find(const git::Oid&) const override {
    return std::nullopt;
  }
};

bool IsFilesBackup(const std::string& name) {
  auto parsed = source::ParseBackupName(name);
  return parsed && parsed->part == source::BackupPart::kFiles;
}

void InspectDatabase(OpenedSource& source, InspectResult* result) {
  source.CheckToEnd();
  result->source = source.Finish({});
  result->source.kind = "database";
}

// Whether a file of this name is a dump, as some services put into a tar or
// zip.
bool IsDump(const std::string& path) {
  size_t at = path.rfind(".sql");
  if (at == std::string::npos) return false;
  std::string rest = path.substr(at + 4);
  return rest.empty() || rest == ".gz" || rest == ".bz2" || rest == ".xz" ||
         rest == ".zst";
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

void InspectCode(OpenedSource& source, InspectResult* result) {
  NoObjects nothing;
  git::ObjectWriter writer(nothing, "", {.dry_run = true});
  BackupFiles backup =
      ReadBackupFiles(source.reader(), source.name(), false, writer);
  RefuseWithoutFiles(backup, source.name());
  CheckGitFiles(backup, source.name());
  result->source = source.Finish(backup.root);
  result->platform = DetectPlatform(backup.kept_contents);
  if (!backup.root.has_git) result->relation = "no-history";
  result->newest = backup.newest;
  Summarise(backup, result);
  result->left_out = std::move(backup.left_out);
  bool dumps =
      std::all_of(backup.files.begin(), backup.files.end(),
                  [](const BackupFile& file) { return IsDump(file.path); });
  if (dumps && !backup.root.has_git) {
    result->source.kind = "database";
    result->relation.reset();
  }
}

}  // namespace

InspectResult Inspect(const std::string& name, const archive::Limits& limits,
                      Progress& progress) {
  InspectResult result;
  OpenedSource source(name, limits, progress);
  if (source.type() && source.type()->container == archive::Container::kSql) {
    InspectDatabase(source, &result);
  } else if (IsFilesBackup(name)) {
    InspectUploads(source, &result);
  } else {
    InspectCode(source, &result);
  }
  std::sort(result.large.begin(), result.large.end(),
            [](const LargeFile& a, const LargeFile& b) {
              return a.size != b.size ? a.size > b.size : a.path < b.path;
            });
  return result;
}

}  // namespace backgraft::restore
