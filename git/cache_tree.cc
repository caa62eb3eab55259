#include "git/cache_tree.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "git/index.h"
#include "git/object_reader.h"
#include "git/tree.h"

namespace backgraft::git {
namespace {

[[noreturn]] void Damaged() {
  throw Error(ErrorKind::kIo, "the index is damaged: bad TREE extension",
              {"rebuild it: rm .git/index && git reset"});
}

int64_t TakeNumber(std::string_view* bytes, char terminator) {
  int64_t value = 0;
  auto [end, error] =
      std::from_chars(bytes->data(), bytes->data() + bytes->size(), value);
  if (error != std::errc() || end == bytes->data() + bytes->size() ||
      *end != terminator)
    Damaged();
  bytes->remove_prefix(static_cast<size_t>(end - bytes->data()) + 1);
  return value;
}

CacheTree ParseNode(std::string_view* bytes, int depth) {
  if (depth > kMaximumTreeDepth) Damaged();
  CacheTree node;
  size_t nul = bytes->find('\0');
  if (nul == std::string_view::npos) Damaged();
  node.name = bytes->substr(0, nul);
  bytes->remove_prefix(nul + 1);
  node.entry_count = TakeNumber(bytes, ' ');
  int64_t children = TakeNumber(bytes, '\n');
  if (node.entry_count >= 0) {
    if (bytes->size() < node.oid.bytes.size()) Damaged();
    std::memcpy(node.oid.bytes.data(), bytes->data(), node.oid.bytes.size());
    bytes->remove_prefix(node.oid.bytes.size());
  }
  for (int64_t i = 0; i < children; ++i)
    node.children.push_back(ParseNode(bytes, depth + 1));
  return node;
}

void SerializeNode(const CacheTree& node, std::string* out) {
  out->append(node.name).push_back('\0');
  out->append(std::to_string(node.entry_count)).push_back(' ');
  out->append(std::to_string(node.children.size())).push_back('\n');
  if (node.entry_count >= 0)
    out->append(reinterpret_cast<const char*>(node.oid.bytes.data()),
                node.oid.bytes.size());
  for (const CacheTree& child : node.children) SerializeNode(child, out);
}

// subtree_name_cmp of git's cache-tree.c: the shorter name first.
bool NameLess(std::string_view a, std::string_view b) {
  return a.size() != b.size() ? a.size() < b.size() : a < b;
}

CacheTree* FindChild(CacheTree* node, std::string_view name) {
  for (CacheTree& child : node->children)
    if (child.name == name) return &child;
  return nullptr;
}

struct Updater {
  const std::vector<IndexEntry>& entries;
  const ObjectReader& objects;

  // Brings `node`, whose entries start at `begin` and whose paths share their
  // first `prefix` bytes, up to date; returns where its entries end.
  size_t Update(CacheTree* node, size_t begin, size_t prefix) const {
    auto count = static_cast<size_t>(node->entry_count);
    if (node->entry_count >= 0 && count <= entries.size() - begin)
      return begin + count;
    node->entry_count = -1;
    std::string_view directory =
        begin < entries.size()
            ? std::string_view(entries[begin].path).substr(0, prefix)
            : std::string_view();
    Tree tree;
    std::vector<CacheTree> children;
    bool known = true;
    size_t at = begin;
    while (at < entries.size() &&
           std::string_view(entries[at].path).starts_with(directory)) {
      const IndexEntry& entry = entries[at];
      size_t slash = entry.path.find('/', prefix);
      if (slash == std::string::npos) {
        known = known && !entry.intent_to_add;
        tree.push_back({entry.path.substr(prefix), entry.mode, entry.oid});
        ++at;
        continue;
      }
      CacheTree child;
      std::string name = entry.path.substr(prefix, slash - prefix);
      if (CacheTree* old = FindChild(node, name)) child = std::move(*old);
      child.name = std::move(name);
      at = Update(&child, at, slash + 1);
      known = known && child.entry_count >= 0;
      tree.push_back({child.name, FileMode::kTree, child.oid});
      children.push_back(std::move(child));
    }
    std::sort(children.begin(), children.end(),
              [](const CacheTree& a, const CacheTree& b) {
                return NameLess(a.name, b.name);
              });
    node->children = std::move(children);
    if (known) {
      node->oid = HashObject(ObjectType::kTree, SerializeTree(tree));
      if (objects.Exists(node->oid))
        node->entry_count = static_cast<int64_t>(at - begin);
    }
    return at;
  }
};

}  // namespace

CacheTree ParseCacheTree(std::string_view bytes) {
  CacheTree root = ParseNode(&bytes, 0);
  if (!bytes.empty()) Damaged();
  return root;
}

std::string SerializeCacheTree(const CacheTree& tree) {
  std::string out;
  SerializeNode(tree, &out);
  return out;
}

void InvalidateCacheTree(CacheTree* tree, std::string_view path) {
  while (tree) {
    tree->entry_count = -1;
    size_t slash = path.find('/');
    if (slash == std::string_view::npos) return;
    tree = FindChild(tree, path.substr(0, slash));
    path.remove_prefix(slash + 1);
  }
}

void UpdateCacheTree(CacheTree* tree, const std::vector<IndexEntry>& entries,
                     const ObjectReader& objects) {
  Updater{entries, objects}.Update(tree, 0, 0);
}

}  // namespace backgraft::git
