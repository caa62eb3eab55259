// Trees as plain values: one level (what a tree object holds) and listings
// (every file below a tree, with its full path).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

class ObjectReader;

struct TreeEntry {
  std::string name;  // one component
  FileMode mode;
  Oid oid;
  friend bool operator==(const TreeEntry&, const TreeEntry&) = default;
};

// One tree object, entries in git's order (a directory sorts as "name/").
using Tree = std::vector<TreeEntry>;

// The entries of a tree object's bytes. Modes that git reads but does not write
// (100664) come back as the canonical ones. Error(kBadSource) where the bytes
// are no tree.
Tree ParseTree(std::string_view bytes);

// The bytes of the tree object. `tree` must be in git's order, without
// duplicates: SortTree() makes it so.
std::string SerializeTree(const Tree& tree);

// Puts entries into git's order (base_name_compare in git's read-cache.c).
void SortTree(Tree* tree);

// <0, 0, >0 as git orders two entries of one tree.
int CompareTreeNames(std::string_view a, bool a_is_tree, std::string_view b,
                     bool b_is_tree);

// A file, symlink or gitlink somewhere below a tree.
struct TreeFile {
  std::string path;
  FileMode mode;
  Oid oid;
  friend bool operator==(const TreeFile&, const TreeFile&) = default;
};

// Every file below `tree`, in the byte order of paths (the index's order),
// without recursion of ours on hostile depth beyond `kMaximumDepth`.
std::vector<TreeFile> ListTree(const ObjectReader& objects, const Oid& tree);

inline constexpr int kMaximumTreeDepth = 2048;

// What stands at `path` ("" is the tree itself), if anything.
std::optional<TreeEntry> FindInTree(const ObjectReader& objects,
                                    const Oid& tree, std::string_view path);

}  // namespace backgraft::git
