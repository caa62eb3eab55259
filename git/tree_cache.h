// Trees that were parsed lately.
#pragma once

#include <memory>
#include <unordered_map>

#include "git/object_writer.h"
#include "git/tree.h"

namespace backgraft::git {

// Reads and writes trees through an ObjectWriter and keeps the latest of them,
// some 40 MB at the most. Not thread-safe.
class TreeCache {
 public:
  // `writer` must outlive this.
  explicit TreeCache(ObjectWriter& writer) : writer_(writer) {}

  // The tree; the empty one need not exist as an object. Stays valid as long
  // as the caller keeps it. Error(kIo) where it is missing.
  std::shared_ptr<const Tree> Read(const Oid& oid);

  // Writes a tree, whose entries are in git's order.
  Oid Write(Tree tree);

  ObjectWriter& writer() { return writer_; }

 private:
  using Trees = std::unordered_map<Oid, std::shared_ptr<const Tree>, OidHash>;
  void Keep(const Oid& oid, std::shared_ptr<const Tree> tree);

  ObjectWriter& writer_;
  // What was used since `older_` was; it becomes `older_` when it is full.
  Trees recent_;
  Trees older_;
  size_t recent_entries_ = 0;
};

}  // namespace backgraft::git
