#include "git/tree.h"

#include <algorithm>

#include "base/error.h"
#include "git/object_reader.h"

namespace backgraft::git {
namespace {

[[noreturn]] void Malformed(const char* why) {
  throw Error(ErrorKind::kBadSource, std::string("malformed tree: ") + why);
}

// canon_mode() in git's object.h, applied to what a tree object holds.
FileMode CanonicalMode(uint32_t mode) {
  switch (mode & 0170000u) {
    case 0040000:
      return FileMode::kTree;
    case 0120000:
      return FileMode::kSymlink;
    case 0160000:
      return FileMode::kGitlink;
    case 0100000:
      return (mode & 0100u) != 0 ? FileMode::kExecutable : FileMode::kBlob;
    default:
      Malformed("unknown mode");
  }
}

std::string_view ModeText(FileMode mode) {
  switch (mode) {
    case FileMode::kTree:
      return "40000";
    case FileMode::kBlob:
      return "100644";
    case FileMode::kExecutable:
      return "100755";
    case FileMode::kSymlink:
      return "120000";
    case FileMode::kGitlink:
      return "160000";
  }
  Require(false, "unknown file mode");
  return {};
}

}  // namespace

Tree ParseTree(std::string_view bytes) {
  Tree tree;
  while (!bytes.empty()) {
    uint32_t mode = 0;
    size_t i = 0;
    while (i < bytes.size() && bytes[i] != ' ') {
      if (bytes[i] < '0' || bytes[i] > '7' || i > 7) Malformed("bad mode");
      mode = mode * 8 + static_cast<uint32_t>(bytes[i] - '0');
      ++i;
    }
    size_t end = bytes.find('\0', i);
    if (i == 0 || end == std::string_view::npos || end == i + 1) {
      Malformed("truncated");
    }
    if (bytes.size() - end - 1 < 20) Malformed("truncated");
    TreeEntry entry{
        std::string(bytes.substr(i + 1, end - i - 1)), CanonicalMode(mode), {}};
    std::memcpy(entry.oid.bytes.data(), bytes.data() + end + 1, 20);
    tree.push_back(std::move(entry));
    bytes.remove_prefix(end + 21);
  }
  return tree;
}

std::string SerializeTree(const Tree& tree) {
  std::string out;
  for (const TreeEntry& entry : tree) {
    out += ModeText(entry.mode);
    out += ' ';
    out += entry.name;
    out += '\0';
    out.append(reinterpret_cast<const char*>(entry.oid.bytes.data()), 20);
  }
  return out;
}

int CompareTreeNames(std::string_view a, bool a_is_tree, std::string_view b,
                     bool b_is_tree) {
  size_t common = std::min(a.size(), b.size());
  if (int order = std::memcmp(a.data(), b.data(), common)) return order;
  auto next = [common](std::string_view name, bool is_tree) -> int {
    if (name.size() > common) return static_cast<unsigned char>(name[common]);
    return is_tree ? '/' : 0;
  };
  return next(a, a_is_tree) - next(b, b_is_tree);
}

void SortTree(Tree* tree) {
  std::sort(tree->begin(), tree->end(),
            [](const TreeEntry& a, const TreeEntry& b) {
              return CompareTreeNames(a.name, a.mode == FileMode::kTree, b.name,
                                      b.mode == FileMode::kTree) < 0;
            });
}

std::vector<TreeFile> ListTree(const ObjectReader& objects, const Oid& tree) {
  struct Level {
    Tree entries;
    size_t next;
    size_t prefix;  // length of the path up to this level
  };
  std::vector<TreeFile> files;
  std::string path;
  std::vector<Level> levels;
  levels.push_back({ParseTree(objects.Read(tree, ObjectType::kTree)), 0, 0});
  while (!levels.empty()) {
    Level& level = levels.back();
    path.resize(level.prefix);
    if (level.next == level.entries.size()) {
      levels.pop_back();
      continue;
    }
    const TreeEntry& entry = level.entries[level.next++];
    path += entry.name;
    if (entry.mode != FileMode::kTree) {
      files.push_back({path, entry.mode, entry.oid});
      continue;
    }
    if (levels.size() >= static_cast<size_t>(kMaximumTreeDepth)) {
      throw Error(ErrorKind::kRefused,
                  "tree " + tree.Hex() + " is nested too deeply");
    }
    path += '/';
    Tree entries = ParseTree(objects.Read(entry.oid, ObjectType::kTree));
    levels.push_back({std::move(entries), 0, path.size()});
  }
  return files;
}

std::optional<TreeEntry> FindInTree(const ObjectReader& objects,
                                    const Oid& tree, std::string_view path) {
  TreeEntry at{"", FileMode::kTree, tree};
  while (!path.empty()) {
    if (at.mode != FileMode::kTree) return std::nullopt;
    std::string_view name = path.substr(0, path.find('/'));
    path.remove_prefix(std::min(path.size(), name.size() + 1));
    bool found = false;
    for (TreeEntry& entry :
         ParseTree(objects.Read(at.oid, ObjectType::kTree))) {
      if (entry.name != name) continue;
      at = std::move(entry);
      found = true;
      break;
    }
    if (!found) return std::nullopt;
  }
  return at;
}

}  // namespace backgraft::git
