// What WorktreeWriter is about to change, as the journal keeps it.
#include <algorithm>

#include "git/path_switch.h"
#include "git/worktree_writer.h"

namespace backgraft::git {
namespace {

PathState::Kind KindOf(const FileIdentity& file) {
  return S_ISLNK(file.mode) ? PathState::Kind::kSymlink
                            : PathState::Kind::kFile;
}

// A file as it is now, its bytes in `saved`, or else in `blob`.
PathState Found(const FileIdentity& file, const std::string& saved,
                const std::optional<FileState>& blob) {
  PathState state;
  state.kind = KindOf(file);
  state.mode = file.mode & 07777;
  state.exact_mode = true;
  state.modified = file.modified;
  state.saved = saved;
  if (saved.empty()) state.blob = blob->oid;
  return state;
}

PathState Wanted(const std::string& path, const FileState& file,
                 const WorktreeRules& rules) {
  PathState state;
  if (file.mode == FileMode::kGitlink) {
    state.kind = PathState::Kind::kDirectory;
    return state;
  }
  const bool is_link = file.mode == FileMode::kSymlink && rules.symlinks;
  state.kind = is_link ? PathState::Kind::kSymlink : PathState::Kind::kFile;
  state.mode = file.mode == FileMode::kExecutable ? 0777 : 0666;
  state.blob = file.oid;
  state.converted =
      IsRegular(file.mode) && rules.converts && rules.converts(path);
  return state;
}

}  // namespace

// Whether Apply() does something about the file of change `i`.
bool WorktreeWriter::Touches(size_t i) const {
  const FileStep step = check_.files[i].step;
  return step == FileStep::kWrite || step == FileStep::kDelete;
}

bool WorktreeWriter::MustSave(size_t i) const {
  const PlannedFile& plan = check_.files[i];
  return Touches(i) && plan.seen && !plan.reproducible;
}

std::vector<PathRecord> WorktreeWriter::Records() const {
  std::vector<PathRecord> records;
  for (size_t i = 0; i < changes_.size(); ++i) {
    const TreeChange& change = changes_[i];
    const PlannedFile& plan = check_.files[i];
    if (!Touches(i) || (MustSave(i) && !saved_files_[i])) continue;
    PathRecord record;
    record.path = change.path;
    if (plan.seen)
      record.before =
          Found(*plan.seen, MustSave(i) ? "before/" + std::to_string(i) : "",
                change.before);
    else if (change.before && change.before->mode == FileMode::kGitlink)
      record.before.kind = PathState::Kind::kDirectory;
    if (change.after) record.after = Wanted(change.path, *change.after, rules_);
    records.push_back(std::move(record));
  }
  for (size_t i = 0; i < check_.in_the_way.size(); ++i) {
    if (!saved_in_the_way_[i]) continue;
    const InTheWay& item = check_.in_the_way[i];
    records.push_back(
        {item.path,
         Found(item.seen, "before/way" + std::to_string(i), std::nullopt),
         {}});
  }
  std::sort(
      records.begin(), records.end(),
      [](const PathRecord& a, const PathRecord& b) { return a.path < b.path; });
  return records;
}

std::vector<DirectoryRecord> WorktreeWriter::Directories(
    const std::vector<PathRecord>& records) const {
  std::vector<std::string> paths;
  for (const PathRecord& record : records) paths.push_back(record.path);
  // The name of something in each, so that these count as above it.
  for (const std::string& directory : check_.directories_in_the_way)
    paths.push_back(directory + "/.");
  return RecordDirectories(root_, paths);
}

}  // namespace backgraft::git
