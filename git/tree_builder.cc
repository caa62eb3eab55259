#include "git/tree_builder.h"

#include <algorithm>

#include "base/error.h"
#include "git/object_writer.h"

namespace backgraft::git {
namespace {

struct OpenTree {
  std::string name;  // its own component; "" for the root
  Tree entries;
  std::optional<Oid> older;  // what stood there before
  Tree older_entries;        // in git's order
};

OpenTree Open(const ObjectReader& objects, std::string name,
              const std::optional<Oid>& older) {
  OpenTree tree{std::move(name), {}, older, {}};
  if (older) {
    tree.older_entries = ParseTree(objects.Read(*older, ObjectType::kTree));
  }
  return tree;
}

// The tree of this name in what stood there before.
std::optional<Oid> OlderTree(const OpenTree& parent, std::string_view name) {
  for (const TreeEntry& entry : parent.older_entries) {
    if (entry.mode == FileMode::kTree && entry.name == name) return entry.oid;
  }
  return std::nullopt;
}

}  // namespace

Oid TreeBuilder::Finish(ObjectWriter* writer, const std::optional<Oid>& older) {
  std::sort(
      files_.begin(), files_.end(),
      [](const TreeFile& a, const TreeFile& b) { return a.path < b.path; });
  // The chain of directories from the root to the last file.
  std::vector<OpenTree> open;
  open.push_back(Open(*writer, "", older));
  auto close = [&] {
    OpenTree done = std::move(open.back());
    open.pop_back();
    SortTree(&done.entries);
    for (size_t i = 1; i < done.entries.size(); ++i) {
      Require(done.entries[i - 1].name != done.entries[i].name,
              "a name stands twice in a tree");
    }
    Oid oid =
        writer->Add(ObjectType::kTree, SerializeTree(done.entries), done.older);
    if (!open.empty()) {
      open.back().entries.push_back(
          {std::move(done.name), FileMode::kTree, oid});
    }
    return oid;
  };
  for (const TreeFile& file : files_) {
    std::string_view rest = file.path;
    size_t depth = 1;
    for (;;) {
      size_t slash = rest.find('/');
      if (slash == std::string_view::npos) break;
      std::string_view name = rest.substr(0, slash);
      rest.remove_prefix(slash + 1);
      if (depth < open.size() && open[depth].name != name) {
        while (open.size() > depth) close();
      }
      if (depth == open.size()) {
        open.push_back(
            Open(*writer, std::string(name), OlderTree(open.back(), name)));
      }
      ++depth;
    }
    while (open.size() > depth) close();
    open.back().entries.push_back({std::string(rest), file.mode, file.oid});
  }
  while (open.size() > 1) close();
  files_.clear();
  return close();
}

}  // namespace backgraft::git
