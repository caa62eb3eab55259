#include "git/kept_objects.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <set>

#include "base/error.h"
#include "base/io.h"
#include "git/packed_refs.h"
#include "git/reflog.h"

namespace backgraft::git {
namespace {

namespace fs = std::filesystem;

void WriteRef(const std::string& path, const Oid& oid) {
  UniqueFd fd = OpenFile(path, O_WRONLY | O_CREAT | O_EXCL);
  WriteAll(fd.get(), AsBytes(oid.Hex() + "\n"), path);
  SyncFile(fd.get(), path);
}

}  // namespace

void KeepObjects(const Repository& repository, const OpenOperation& operation,
                 const std::map<std::string, Oid>& refs) {
  if (refs.empty()) return;
  ReleaseObjects(repository, operation.id(), operation.PathOf("lock-kept"));
  const std::string name = kKeptPrefix + operation.id();
  const std::string made = operation.PathOf("refs");
  if (mkdir(made.c_str(), 0777) != 0) ThrowErrno(errno, "cannot make", made);
  for (const auto& [ref, oid] : refs) WriteRef(made + "/" + ref, oid);
  SyncDirectory(made);
  // Another program may remove the directory while it is empty.
  const std::string path = repository.common_dir() + "/" + name;
  for (int attempt = 1;; ++attempt) {
    MakeDirectoriesOf(repository.common_dir(), name);
    if (rename(made.c_str(), path.c_str()) == 0) break;
    if (errno != ENOENT || attempt == 3) ThrowErrno(errno, "cannot make", path);
  }
  SyncDirectory(repository.common_dir() + "/refs/backgraft");
  SyncDirectory(repository.common_dir() + "/refs");
}

void ReleaseObjects(const Repository& repository, const std::string& id,
                    const std::string& witness) {
  const std::string prefix = kKeptPrefix + id + "/";
  std::set<std::string> names;
  for (const Ref& ref : ListRefs(repository, prefix)) names.insert(ref.name);
  RemovePackedRefs(repository.common_dir(), names, witness);
  unlink(witness.c_str());
  std::error_code error;
  fs::remove_all(repository.common_dir() + "/" + kKeptPrefix + id, error);
  if (error)
    ThrowErrno(error.value(), "cannot remove",
               repository.common_dir() + "/" + kKeptPrefix + id);
  RemoveEmptyDirectoriesOf(repository.common_dir(), prefix);
}

}  // namespace backgraft::git
