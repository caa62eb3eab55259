#include "git/worktree_file.h"

#include <utility>

#include "git/directory_stack.h"

namespace backgraft::git {

FileIdentity FileIdentity::From(const struct stat& file) {
  return {file.st_dev,
          file.st_ino,
          file.st_mode,
          static_cast<uint64_t>(file.st_size),
          {file.st_mtim.tv_sec, file.st_mtim.tv_nsec},
          {file.st_ctim.tv_sec, file.st_ctim.tv_nsec}};
}

bool FileIdentity::operator==(const FileIdentity& other) const {
  auto equal = [](const FileTime& a, const FileTime& b) {
    return a.seconds == b.seconds && a.nanoseconds == b.nanoseconds;
  };
  return device == other.device && inode == other.inode && mode == other.mode &&
         size == other.size && equal(modified, other.modified) &&
         equal(changed, other.changed);
}

bool StatMatches(const IndexStat& entry, const struct stat& file,
                 const WorktreeRules& rules) {
  IndexStat now = IndexStat::From(file);
  auto same_time = [](uint32_t a, uint32_t a_nano, uint32_t b,
                      uint32_t b_nano) {
    return a == b && (a_nano == 0 || a_nano == b_nano);
  };
  if (!same_time(entry.mtime_seconds, entry.mtime_nanoseconds,
                 now.mtime_seconds, now.mtime_nanoseconds))
    return false;
  if (entry.size != now.size) return false;
  if (!rules.check_stat) return true;
  if (rules.trust_ctime &&
      !same_time(entry.ctime_seconds, entry.ctime_nanoseconds,
                 now.ctime_seconds, now.ctime_nanoseconds))
    return false;
  return entry.uid == now.uid && entry.gid == now.gid &&
         entry.inode == now.inode;
}

bool KindMatches(FileMode mode, const struct stat& file,
                 const WorktreeRules& rules) {
  switch (mode) {
    case FileMode::kBlob:
    case FileMode::kExecutable:
      return S_ISREG(file.st_mode) &&
             (!rules.file_mode || ((file.st_mode & S_IXUSR) != 0) ==
                                      (mode == FileMode::kExecutable));
    case FileMode::kSymlink:
      return S_ISLNK(file.st_mode) ||
             (!rules.symlinks && S_ISREG(file.st_mode));
    case FileMode::kGitlink:
    case FileMode::kTree:
      return S_ISDIR(file.st_mode);
  }
  return false;
}

bool FileEquals(const FileAt& file, const FileState& state,
                const WorktreeRules& rules) {
  if (!KindMatches(state.mode, file.stat, rules)) return false;
  // git lets a submodule be at any commit.
  if (state.mode == FileMode::kGitlink) return true;
  std::string content;
  if (S_ISLNK(file.stat.st_mode)) {
    content = ReadLinkAt(file.directory, file.name, file.full_path);
  } else {
    content = ReadFileAt(file.directory, file.name, file.full_path);
    if (rules.to_git && IsRegular(state.mode))
      content = rules.to_git(file.path, std::move(content));
  }
  return HashObject(ObjectType::kBlob, content) == state.oid;
}

bool MatchesEntry(const FileAt& file, const Index& index,
                  const IndexEntry& entry, const WorktreeRules& rules) {
  if (!KindMatches(entry.mode, file.stat, rules)) return false;
  if (entry.mode == FileMode::kGitlink) return true;
  // A size of 0 in an entry that is not empty asks for a look at the content
  // (match_stat_data's "racily smudged entry").
  bool smudged = entry.stat.size == 0 && entry.oid != kEmptyBlob;
  if (!smudged && StatMatches(entry.stat, file.stat, rules) &&
      !index.IsRacy(entry))
    return true;
  if (entry.stat.size != 0 &&
      entry.stat.size != IndexStat::From(file.stat).size)
    return false;
  return FileEquals(file, {entry.mode, entry.oid}, rules);
}

}  // namespace backgraft::git
