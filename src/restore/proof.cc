#include "restore/proof.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"
#include "git/commit.h"
#include "git/tree_diff.h"

namespace backgraft::restore {
namespace {

void RequireContent(const git::Repository& repository, const std::string& path,
                    git::FileMode mode, const git::Oid& oid) {
  if (mode == git::FileMode::kGitlink || repository.Exists(oid)) return;
  throw Error(ErrorKind::kBug,
              "the content of " + Quote(path) + " was not stored");
}

}  // namespace

void ProveTree(const git::Repository& repository, const git::Oid& tree,
               const std::vector<git::TreeFile>& from_backup,
               uint64_t from_repository) {
  repository.RefreshObjects();
  std::vector<git::TreeFile> written = git::ListTree(repository, tree);
  auto by_path = [](const git::TreeFile& a, const git::TreeFile& b) {
    return a.path < b.path;
  };
  auto at = written.begin();
  for (const git::TreeFile& file : from_backup) {
    at = std::lower_bound(at, written.end(), file, by_path);
    if (at == written.end() || *at != file) {
      throw Error(ErrorKind::kBug, "tree " + tree.Hex() + " does not hold " +
                                       Quote(file.path) +
                                       " as the backup does");
    }
    // Its tree may have been there before; then so must the blob.
    RequireContent(repository, file.path, file.mode, file.oid);
  }
  if (written.size() != from_backup.size() + from_repository) {
    throw Error(ErrorKind::kBug,
                "tree " + tree.Hex() + " holds files that it should not");
  }
}

void ProveContents(const git::Repository& repository,
                   const std::optional<git::Oid>& before,
                   const git::Oid& after) {
  for (const git::TreeChange& change :
       git::DiffTrees(repository, before, after)) {
    if (!change.after) continue;
    RequireContent(repository, change.path, change.after->mode,
                   change.after->oid);
  }
}

void ProveCommit(const git::Repository& repository, const git::Oid& commit,
                 const git::Oid& tree, const std::vector<git::Oid>& parents) {
  git::Commit read = git::ReadCommit(repository, commit);
  Require(read.tree == tree && read.parents == parents,
          "a new commit does not read back as it was written");
}

}  // namespace backgraft::restore
