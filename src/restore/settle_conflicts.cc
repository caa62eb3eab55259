#include "restore/settle_conflicts.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "git/tree.h"
#include "git/tree_diff.h"
#include "git/tree_edit.h"

namespace backgraft::restore {
namespace {

// kEmptyTree need not exist as an object.
std::optional<git::TreeEntry> At(const git::ObjectReader& objects,
                                 const git::Oid& tree,
                                 const std::string& path) {
  if (tree == git::kEmptyTree) return std::nullopt;
  return git::FindInTree(objects, tree, path);
}

bool IsDirectory(const std::optional<git::TreeEntry>& entry) {
  return entry && entry->mode == git::FileMode::kTree;
}

// The path that a file was moved aside from, "a/b" of "a/b~HEAD" and
// "a/b~HEAD_0"; nothing where it was not moved.
std::optional<std::string> MovedFrom(const std::string& path,
                                     const git::MergeOptions& labels) {
  for (std::string label : {labels.ours_label, labels.theirs_label}) {
    std::replace(label.begin(), label.end(), '/', '_');
    size_t at = path.rfind("~" + label);
    if (at == std::string::npos || at == 0) continue;
    std::string rest = path.substr(at + 1 + label.size());
    if (rest.empty() ||
        (rest.size() > 1 && rest.front() == '_' &&
         rest.find_first_not_of("0123456789", 1) == std::string::npos)) {
      return path.substr(0, at);
    }
  }
  return std::nullopt;
}

bool MovesFiles(git::ConflictKind kind) {
  return kind == git::ConflictKind::kFileDirectory ||
         kind == git::ConflictKind::kMode;
}

class Settler {
 public:
  Settler(git::ObjectWriter& writer, const git::Oid& side,
          const git::MergeOptions& labels, const git::Oid& merged)
      : writer_(writer), side_(side), labels_(labels), merged_(merged) {}

  void Take(const git::MergeConflict& conflict) {
    std::string path = conflict.path;
    if (MovesFiles(conflict.kind)) {
      // Some other side's file of that very name stays.
      auto from = MovedFrom(path, labels_);
      if (from && !At(writer_, side_, path)) {
        Put(path, std::nullopt);
        path = *from;
      }
    }
    std::optional<git::TreeEntry> entry = At(writer_, side_, path);
    // A directory keeps what the merge has made of it.
    if (IsDirectory(entry)) {
      if (!IsDirectory(At(writer_, merged_, path))) {
        Put(path, std::nullopt);
      }
      return;
    }
    if (entry) {
      MakeRoom(path);
      Put(path, git::FileState{entry->mode, entry->oid});
    } else if (!IsDirectory(At(writer_, merged_, path))) {
      Put(path, std::nullopt);
    }
  }

  git::Oid Finish() {
    std::vector<git::TreeChange> changes;
    for (auto& [path, state] : put_) {
      changes.push_back({path, std::nullopt, state});
    }
    return git::EditTree(writer_, merged_, changes);
  }

 private:
  void Put(const std::string& path, std::optional<git::FileState> state) {
    put_[path] = state;
  }

  // So that a file can stand at `path`: nothing below it, no file above it.
  void MakeRoom(const std::string& path) {
    for (size_t slash = path.find('/'); slash != std::string::npos;
         slash = path.find('/', slash + 1)) {
      std::string above = path.substr(0, slash);
      auto entry = At(writer_, merged_, above);
      if (entry && !IsDirectory(entry)) Put(above, std::nullopt);
    }
    auto below = At(writer_, merged_, path);
    if (!IsDirectory(below)) return;
    for (const git::TreeFile& file : git::ListTree(writer_, below->oid)) {
      Put(path + "/" + file.path, std::nullopt);
    }
  }

  git::ObjectWriter& writer_;
  const git::Oid side_;
  const git::MergeOptions& labels_;
  const git::Oid merged_;
  std::map<std::string, std::optional<git::FileState>> put_;
};

}  // namespace

void SettleConflicts(
    git::ObjectWriter& writer, const git::Oid& side,
    const git::MergeOptions& labels,
    const std::function<bool(const git::MergeConflict&)>& which,
    git::MergeResult* merge) {
  Settler settler(writer, side, labels, merge->tree);
  bool any = false;
  std::erase_if(merge->conflicts, [&](const git::MergeConflict& conflict) {
    if (which && !which(conflict)) return false;
    settler.Take(conflict);
    return any = true;
  });
  if (any) merge->tree = settler.Finish();
}

}  // namespace backgraft::restore
