// The TREE extension of the index: which of its directories are already written
// as which tree object. It makes `git status` and `git commit` cheap.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

class ObjectReader;
struct IndexEntry;

struct CacheTree {
  std::string name;  // one component; "" for the root
  // Index entries below this directory; -1: not known, `oid` means nothing.
  int64_t entry_count = -1;
  Oid oid;
  std::vector<CacheTree> children;  // order of git's subtree_name_cmp

  friend bool operator==(const CacheTree&, const CacheTree&) = default;
};

// Reads the extension's bytes. Error(kIo) where they are damaged.
CacheTree ParseCacheTree(std::string_view bytes);
std::string SerializeCacheTree(const CacheTree& tree);

// Marks every directory above `path` as not known.
void InvalidateCacheTree(CacheTree* tree, std::string_view path);

// Computes what is not known from `entries` (stage 0 only, in index order). A
// directory stays unknown where its tree object is not in `objects`, or where
// it holds an intent-to-add entry.
void UpdateCacheTree(CacheTree* tree, const std::vector<IndexEntry>& entries,
                     const ObjectReader& objects);

}  // namespace backgraft::git
