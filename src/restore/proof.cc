#include "restore/proof.h"

#include <algorithm>

#include "base/error.h"
#include "base/escape.h"

namespace backgraft::restore {

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
    if (file.mode != git::FileMode::kGitlink && !repository.Exists(file.oid)) {
      throw Error(ErrorKind::kBug,
                  "the content of " + Quote(file.path) + " was not stored");
    }
  }
  if (written.size() != from_backup.size() + from_repository) {
    throw Error(ErrorKind::kBug,
                "tree " + tree.Hex() + " holds files that it should not");
  }
}

}  // namespace backgraft::restore
