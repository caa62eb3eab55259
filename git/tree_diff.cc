#include "git/tree_diff.h"

#include <algorithm>

#include "base/error.h"
#include "git/object_reader.h"
#include "git/tree.h"

namespace backgraft::git {
namespace {

class Differ {
 public:
  explicit Differ(const ObjectReader& objects) : objects_(objects) {}

  // Depth is bounded by kMaximumTreeDepth: the recursion is over our own frames
  // of a few hundred bytes.
  void Diff(const std::optional<Oid>& before, const std::optional<Oid>& after,
            const std::string& prefix, int depth) {
    if (depth > kMaximumTreeDepth) {
      throw Error(ErrorKind::kRefused, "a tree is nested too deeply");
    }
    Tree left = Load(before), right = Load(after);
    auto l = left.begin(), r = right.begin();
    while (l != left.end() || r != right.end()) {
      int order = l == left.end() ? 1 : r == right.end() ? -1 : Compare(*l, *r);
      if (order < 0) {
        One(*l++, prefix, depth, true);
      } else if (order > 0) {
        One(*r++, prefix, depth, false);
      } else {
        Both(*l++, *r++, prefix, depth);
      }
    }
  }

  std::vector<TreeChange> Finish() {
    // A file that becomes a directory is met in tree order, not path order, and
    // as two changes of different paths; the same path never comes twice.
    std::sort(changes_.begin(), changes_.end(),
              [](const TreeChange& a, const TreeChange& b) {
                return a.path < b.path;
              });
    return std::move(changes_);
  }

 private:
  static int Compare(const TreeEntry& a, const TreeEntry& b) {
    return CompareTreeNames(a.name, a.mode == FileMode::kTree, b.name,
                            b.mode == FileMode::kTree);
  }

  Tree Load(const std::optional<Oid>& oid) const {
    if (!oid) return {};
    return ParseTree(objects_.Read(*oid, ObjectType::kTree));
  }

  void One(const TreeEntry& entry, const std::string& prefix, int depth,
           bool is_before) {
    std::string path = prefix + entry.name;
    if (entry.mode == FileMode::kTree) {
      if (is_before) {
        Diff(entry.oid, std::nullopt, path + "/", depth + 1);
      } else {
        Diff(std::nullopt, entry.oid, path + "/", depth + 1);
      }
      return;
    }
    TreeChange change{std::move(path), {}, {}};
    (is_before ? change.before : change.after) =
        FileState{entry.mode, entry.oid};
    changes_.push_back(std::move(change));
  }

  void Both(const TreeEntry& before, const TreeEntry& after,
            const std::string& prefix, int depth) {
    if (before.oid == after.oid && before.mode == after.mode) return;
    std::string path = prefix + before.name;
    if (before.mode == FileMode::kTree) {
      Diff(before.oid, after.oid, path + "/", depth + 1);
      return;
    }
    changes_.push_back({std::move(path), FileState{before.mode, before.oid},
                        FileState{after.mode, after.oid}});
  }

  const ObjectReader& objects_;
  std::vector<TreeChange> changes_;
};

}  // namespace

std::vector<TreeChange> DiffTrees(const ObjectReader& objects,
                                  const std::optional<Oid>& before,
                                  const std::optional<Oid>& after) {
  if (before == after) return {};
  Differ differ(objects);
  differ.Diff(before, after, "", 0);
  return differ.Finish();
}

}  // namespace backgraft::git
