#include "git/tree_edit.h"

#include <map>
#include <span>

#include "base/error.h"
#include "base/escape.h"
#include "git/object_writer.h"
#include "git/tree.h"

namespace backgraft::git {
namespace {

using Changes = std::span<const TreeChange>;

class Editor {
 public:
  explicit Editor(ObjectWriter& writer) : writer_(writer) {}

  // All of `changes` are below the first `prefix` bytes of their paths. Nothing
  // where no file is left.
  std::optional<Oid> Edit(const std::optional<Oid>& tree, Changes changes,
                          size_t prefix, int depth) {
    if (depth > kMaximumTreeDepth) {
      throw Error(ErrorKind::kRefused, "a tree is nested too deeply");
    }
    std::map<std::string, TreeEntry, std::less<>> entries;
    if (tree && *tree != kEmptyTree) {
      for (TreeEntry& entry :
           ParseTree(writer_.Read(*tree, ObjectType::kTree))) {
        std::string name = entry.name;
        entries.emplace(std::move(name), std::move(entry));
      }
    }
    // Files first: those that go make room for directories, and the changes of
    // one directory need not stand together ("a", "a.b", "a/c").
    std::map<std::string, std::vector<TreeChange>, std::less<>> below;
    std::vector<const TreeChange*> added;
    for (const TreeChange& change : changes) {
      std::string_view rest = std::string_view(change.path).substr(prefix);
      size_t slash = rest.find('/');
      if (slash != std::string_view::npos) {
        below[std::string(rest.substr(0, slash))].push_back(change);
      } else if (change.after) {
        added.push_back(&change);
      } else if (auto it = entries.find(rest);
                 it != entries.end() && it->second.mode != FileMode::kTree) {
        entries.erase(it);
      }
    }
    for (auto& [name, inside] : below) {
      EditBelow(name, inside, prefix + name.size() + 1, depth, &entries);
    }
    for (const TreeChange* change : added) {
      std::string name = change->path.substr(prefix);
      auto it = entries.find(name);
      if (it != entries.end() && it->second.mode == FileMode::kTree) {
        Clash(change->path);
      }
      entries[name] = {name, change->after->mode, change->after->oid};
    }
    if (entries.empty()) return std::nullopt;
    Tree result;
    for (auto& [name, entry] : entries) result.push_back(std::move(entry));
    SortTree(&result);
    return writer_.Add(ObjectType::kTree, SerializeTree(result));
  }

 private:
  [[noreturn]] static void Clash(std::string_view path) {
    throw Error(
        ErrorKind::kRefused,
        Quote(path) + " would have to be a file and a directory at once");
  }

  void EditBelow(const std::string& name, const std::vector<TreeChange>& inside,
                 size_t prefix, int depth,
                 std::map<std::string, TreeEntry, std::less<>>* entries) {
    auto it = entries->find(name);
    bool is_tree = it != entries->end() && it->second.mode == FileMode::kTree;
    std::optional<Oid> old;
    if (is_tree) old = it->second.oid;
    std::optional<Oid> tree = Edit(old, inside, prefix, depth + 1);
    if (tree && it != entries->end() && !is_tree) {
      Clash(std::string_view(inside.front().path).substr(0, prefix - 1));
    }
    if (tree) {
      (*entries)[name] = {name, FileMode::kTree, *tree};
    } else if (is_tree) {
      entries->erase(it);
    }
  }

  ObjectWriter& writer_;
};

}  // namespace

Oid EditTree(ObjectWriter& writer, const Oid& tree,
             const std::vector<TreeChange>& changes) {
  if (changes.empty()) return tree;
  auto edited = Editor(writer).Edit(tree, changes, 0, 0);
  return edited ? *edited : writer.Add(ObjectType::kTree, "");
}

}  // namespace backgraft::git
