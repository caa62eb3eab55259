#include "restore/git_files.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/dotgit.h"
#include "git/fsck.h"

namespace backgraft::restore {
namespace {

std::vector<git::FsckMessage> Check(const std::string& path,
                                    const std::string& content,
                                    const git::FsckOptions& fsck) {
  std::string_view name = std::string_view(path).substr(path.rfind('/') + 1);
  git::Oid oid = git::HashObject(git::ObjectType::kBlob, content);
  if (git::IsDotGitmodulesAnywhere(name)) {
    return git::CheckGitmodulesBlob(oid, content, fsck);
  }
  if (git::IsDotFile(name, git::DotFile::kGitattributes)) {
    return git::CheckGitattributesBlob(oid, content, fsck);
  }
  return {};
}

void CheckOne(const std::string& path, const std::string& content,
              const std::string& source_name, const git::FsckOptions& fsck) {
  for (const git::FsckMessage& message : Check(path, content, fsck)) {
    if (message.severity != git::FsckSeverity::kError) continue;
    throw Error(
        ErrorKind::kBadSource,
        "git fsck refuses " + Quote(path) + " of " + Quote(source_name) + ": " +
            std::string(git::FsckIdName(message.id)) + ": " + message.text,
        {"leave it out: --exclude " + Quote(path)});
  }
}

}  // namespace

void CheckGitFiles(const BackupFiles& backup,
                   const std::vector<git::TreeFile>& recorded,
                   const std::string& prefix, const std::string& source_name,
                   const git::FsckOptions& fsck) {
  for (const auto& [path, content] : backup.kept_contents) {
    std::string placed = prefix.empty() ? path : prefix + "/" + path;
    auto at = std::lower_bound(recorded.begin(), recorded.end(), placed,
                               [](const git::TreeFile& a,
                                  const std::string& b) { return a.path < b; });
    bool taken = at != recorded.end() && at->path == placed;
    if (taken) CheckOne(path, content, source_name, fsck);
  }
}

void CheckGitFiles(const BackupFiles& backup, const std::string& source_name,
                   const git::FsckOptions& fsck) {
  for (const auto& [path, content] : backup.kept_contents) {
    CheckOne(path, content, source_name, fsck);
  }
}

}  // namespace backgraft::restore
