#include "git/tree_cache.h"

#include <utility>

namespace backgraft::git {
namespace {

// Tree entries in one of the two generations.
constexpr size_t kGeneration = 200'000;

}  // namespace

std::shared_ptr<const Tree> TreeCache::Read(const Oid& oid) {
  if (auto found = recent_.find(oid); found != recent_.end()) {
    return found->second;
  }
  std::shared_ptr<const Tree> tree;
  if (auto found = older_.find(oid); found != older_.end()) {
    tree = found->second;
  } else if (oid == kEmptyTree) {
    tree = std::make_shared<const Tree>();
  } else {
    tree = std::make_shared<const Tree>(
        ParseTree(writer_.Read(oid, ObjectType::kTree)));
  }
  Keep(oid, tree);
  return tree;
}

Oid TreeCache::Write(Tree tree) {
  Oid oid = writer_.Add(ObjectType::kTree, SerializeTree(tree));
  Keep(oid, std::make_shared<const Tree>(std::move(tree)));
  return oid;
}

void TreeCache::Keep(const Oid& oid, std::shared_ptr<const Tree> tree) {
  recent_entries_ += tree->size() + 1;
  recent_.insert_or_assign(oid, std::move(tree));
  if (recent_entries_ > kGeneration) {
    older_ = std::exchange(recent_, {});
    recent_entries_ = 0;
  }
}

}  // namespace backgraft::git
