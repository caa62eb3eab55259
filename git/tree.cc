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

// Bytes of an entry in a tree object, to tell how many there may be.
constexpr size_t kUsualEntry = 36;

struct EntryView {
  std::string_view name;
  FileMode mode;
  const char* oid;  // 20 bytes

  TreeEntry Entry() const {
    TreeEntry entry{std::string(name), mode, {}};
    std::memcpy(entry.oid.bytes.data(), oid, 20);
    return entry;
  }
};

// Takes the first entry off `bytes`, which are not empty.
EntryView TakeEntry(std::string_view* bytes) {
  uint32_t mode = 0;
  size_t i = 0;
  while (i < bytes->size() && (*bytes)[i] != ' ') {
    const char digit = (*bytes)[i];
    if (digit < '0' || digit > '7' || i > 7) Malformed("bad mode");
    mode = mode * 8 + static_cast<uint32_t>(digit - '0');
    ++i;
  }
  size_t end = bytes->find('\0', i);
  if (i == 0 || end == std::string_view::npos || end == i + 1) {
    Malformed("truncated");
  }
  if (bytes->size() - end - 1 < 20) Malformed("truncated");
  EntryView entry{bytes->substr(i + 1, end - i - 1), CanonicalMode(mode),
                  bytes->data() + end + 1};
  bytes->remove_prefix(end + 21);
  return entry;
}

}  // namespace

Tree ParseTree(std::string_view bytes) {
  Tree tree;
  tree.reserve(bytes.size() / kUsualEntry + 1);
  while (!bytes.empty()) tree.push_back(TakeEntry(&bytes).Entry());
  return tree;
}

std::string SerializeTree(const Tree& tree) {
  std::string out;
  out.reserve(tree.size() * kUsualEntry);
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
    const std::string content = objects.Read(at.oid, ObjectType::kTree);
    std::optional<TreeEntry> found;
    for (std::string_view rest = content; !rest.empty() && !found;) {
      EntryView entry = TakeEntry(&rest);
      if (entry.name == name) found = entry.Entry();
    }
    if (!found) return std::nullopt;
    at = std::move(*found);
  }
  return at;
}

}  // namespace backgraft::git
