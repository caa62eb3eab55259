#include "restore/graft_sides.h"

#include <algorithm>

namespace backgraft::restore {
namespace {

using Files = std::vector<git::TreeFile>;  // in the byte order of paths

const git::TreeFile* FindFile(const Files& files, const std::string& path) {
  auto at = std::lower_bound(
      files.begin(), files.end(), path,
      [](const git::TreeFile& file, const std::string& wanted) {
        return file.path < wanted;
      });
  return at == files.end() || at->path != path ? nullptr : &*at;
}

bool Holds(const Files& files, const git::TreeFile& file) {
  const git::TreeFile* found = FindFile(files, file.path);
  return found != nullptr && *found == file;
}

const char* WhyNot(const Files& branch, const Files& result,
                   const git::TreeFile& file) {
  const git::TreeFile* there = FindFile(result, file.path);
  if (there == nullptr) return "not in the result";
  return Holds(branch, *there) ? "the branch's version is taken"
                               : "merged with the branch's version";
}

}  // namespace

void CompareSides(const git::ObjectReader& objects,
                  const std::optional<git::Oid>& branch_tree,
                  const std::vector<git::TreeFile>& from_backup,
                  const git::Oid& result_tree,
                  std::vector<git::TreeFile>* taken, GraftResult* result) {
  const Files files = git::ListTree(objects, result_tree);
  Files branch;
  if (branch_tree) branch = git::ListTree(objects, *branch_tree);
  for (const git::TreeFile& file : branch) {
    if (Holds(files, file)) {
      ++result->branch_side.taken;
    } else {
      result->branch_side.dropped.push_back(file.path);
    }
  }
  for (const git::TreeFile& file : from_backup) {
    if (Holds(files, file)) {
      taken->push_back(file);
    } else {
      result->backup_side.dropped.push_back(file.path);
      result->left_out.push_back({file.path, WhyNot(branch, files, file)});
    }
  }
  result->backup_side.taken = taken->size();
  result->from_repository = files.size() - taken->size();
}

}  // namespace backgraft::restore
