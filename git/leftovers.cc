#include "git/leftovers.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string_view>
#include <vector>

#include "base/io.h"
#include "git/lock_file.h"

namespace backgraft::git {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> Names(const std::string& directory) {
  std::vector<std::string> names;
  std::error_code error;  // one that is not there has nothing in it
  for (const auto& entry : fs::directory_iterator(directory, error))
    names.push_back(entry.path().filename().native());
  return names;
}

// A pack gets its name as a second one of its temporary file, then its idx its
// name; in between git does not see it.
void RemovePackWithoutIdx(const std::string& pack_dir,
                          const std::vector<std::string>& names,
                          const std::string& temporary) {
  const std::set<std::string> all(names.begin(), names.end());
  for (const std::string& name : names) {
    constexpr std::string_view kPack = ".pack";
    if (!name.ends_with(kPack)) continue;
    const std::string stem = name.substr(0, name.size() - kPack.size());
    if (all.count(stem + ".idx") == 0 &&
        IsLockOf(pack_dir + "/" + name, temporary))
      unlink((pack_dir + "/" + name).c_str());
  }
}

bool IsTemporaryPack(const std::string& name) {
  return name.starts_with(kTemporaryPackName) ||
         name.starts_with(kTemporaryIdxName);
}

}  // namespace

bool HasLeftovers(const Repository& repository) {
  const std::vector<std::string> objects = Names(repository.objects_dir());
  const std::vector<std::string> packs =
      Names(repository.objects_dir() + "/pack");
  return std::any_of(objects.begin(), objects.end(),
                     [](const std::string& name) {
                       return name.starts_with(kQuarantineName);
                     }) ||
         std::any_of(packs.begin(), packs.end(), IsTemporaryPack);
}

void RemoveLeftovers(const Repository& repository) {
  std::error_code ignored;  // tried again by the next recovery
  const std::string& objects = repository.objects_dir();
  const std::string packs = objects + "/pack";
  const std::vector<std::string> names = Names(packs);
  for (const std::string& name : Names(objects)) {
    if (!name.starts_with(kQuarantineName)) continue;
    const std::string quarantine = objects + "/" + name;
    for (const std::string& pack : Names(quarantine))
      RemovePackWithoutIdx(packs, names, quarantine + "/" + pack);
    fs::remove_all(quarantine, ignored);
  }
  for (const std::string& name : names) {
    const std::string path = packs + "/" + name;
    if (name.starts_with(kTemporaryPackName))
      RemovePackWithoutIdx(packs, names, path);
    if (IsTemporaryPack(name)) unlink(path.c_str());
  }
  for (const std::string& directory :
       {repository.git_dir(), repository.git_dir() + "/sequencer"})
    for (const std::string& name : Names(directory))
      if (name.find(".backgraft-tmp") != std::string::npos)
        unlink((directory + "/" + name).c_str());
}

void RemoveOwnLocks(const Repository& repository,
                    const OpenOperation& operation) {
  // The working tree may be another one of the repository's.
  std::vector<std::string> directories = {repository.common_dir()};
  const std::string others = repository.common_dir() + "/worktrees";
  for (const std::string& name : Names(others))
    directories.push_back(others + "/" + name);
  for (const std::string& directory : directories) {
    const std::string lock = directory + "/index.lock";
    if (IsLockOf(lock, operation.PathOf("index.after"))) RemoveFile(lock);
  }
}

}  // namespace backgraft::git
