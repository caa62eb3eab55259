#include "git/fsck_tree.h"

#include <algorithm>
#include <optional>

#include "git/dotgit.h"
#include "git/tree_cursor.h"

namespace backgraft::git {
namespace {

enum class Order { kSorted, kUnsorted, kDuplicate };

struct Entry {
  uint32_t mode;
  std::string_view name;
};

bool IsDirectory(const Entry& entry) {
  return (entry.mode & 0170000) == 0040000;
}

bool IsLessThanSlash(unsigned char c) { return c > 0 && c < '/'; }

unsigned char At(std::string_view name, size_t i) {
  return i < name.size() ? static_cast<unsigned char>(name[i]) : 0;
}

// Whether `b` may follow `a`. `files` is the stack of names seen that a
// directory of the same name could still follow: between "foo" and "foo/" sort
// names such as "foo.bar".
Order Compare(const Entry& a, const Entry& b,
              std::vector<std::string_view>* files) {
  size_t common = std::min(a.name.size(), b.name.size());
  int order = std::memcmp(a.name.data(), b.name.data(), common);
  if (order < 0) return Order::kSorted;
  if (order > 0) return Order::kUnsorted;
  unsigned char c1 = At(a.name, common);
  unsigned char c2 = At(b.name, common);
  if (c1 == 0 && c2 == 0) return Order::kDuplicate;
  if (c1 == 0 && IsDirectory(a)) c1 = '/';
  if (c2 == 0 && IsDirectory(b)) c2 = '/';
  if (c1 == 0 && IsLessThanSlash(c2)) {
    files->push_back(a.name);
  } else if (c2 == '/' && IsLessThanSlash(c1)) {
    while (!files->empty()) {
      std::string_view file = files->back();
      files->pop_back();
      if (!b.name.starts_with(file)) continue;
      unsigned char next = At(b.name, file.size());
      if (next == 0) return Order::kDuplicate;
      if (IsLessThanSlash(next)) {
        files->push_back(file);
        break;
      }
    }
  }
  return c1 < c2 ? Order::kSorted : Order::kUnsorted;
}

// Whether a name starting like this can be one of the dot files in disguise:
// saves nearly every name the full comparison.
bool MayBeDotFile(std::string_view name) {
  auto c = static_cast<unsigned char>(name[0]);
  return c == '.' || c == 'g' || c == 'G' || c == 'm' || c == 'M' || c == '~' ||
         c >= 0x80 || name.find('\\') != std::string_view::npos;
}

// Findings that are reported once for a tree, however many entries have them,
// in git's order of reporting.
struct Flags {
  bool null_oid = false;
  bool full_path = false;
  bool dot = false;
  bool dotdot = false;
  bool dotgit = false;
  bool zero_padded = false;
  bool bad_mode = false;
  bool duplicate = false;
  bool unsorted = false;
};

void NoteGitmodules(const TreeCursor& cursor, FsckReporter* reporter,
                    DotFilesInTree* found) {
  if (cursor.IsSymlink()) {
    reporter->Report(FsckId::kGitmodulesSymlink);
  } else {
    found->gitmodules.push_back(cursor.CopyOid());
  }
}

void CheckDotFiles(const TreeCursor& cursor, FsckReporter* reporter,
                   DotFilesInTree* found, Flags* flags) {
  std::string_view name = cursor.name();
  flags->dotgit |= IsDotGitAnywhere(name);
  if (IsDotFile(name, DotFile::kGitmodules)) {
    NoteGitmodules(cursor, reporter, found);
  }
  if (IsDotFile(name, DotFile::kGitattributes)) {
    if (cursor.IsSymlink()) {
      reporter->Report(FsckId::kGitattributesSymlink);
    } else {
      found->gitattributes.push_back(cursor.CopyOid());
    }
  }
  if (cursor.IsSymlink() && IsDotFile(name, DotFile::kGitignore)) {
    reporter->Report(FsckId::kGitignoreSymlink);
  }
  if (cursor.IsSymlink() && IsDotFile(name, DotFile::kMailmap)) {
    reporter->Report(FsckId::kMailmapSymlink);
  }
  for (size_t i = name.find('\\'); i != std::string_view::npos;
       i = name.find('\\', i + 1)) {
    if (IsNtfsDotFile(name.substr(i + 1), DotFile::kGitmodules)) {
      NoteGitmodules(cursor, reporter, found);
    }
  }
}

void CheckEntry(const TreeCursor& cursor, FsckReporter* reporter,
                DotFilesInTree* found, Flags* flags) {
  static constexpr uint8_t kNull[20] = {};
  std::string_view name = cursor.name();
  flags->null_oid |= std::memcmp(cursor.oid(), kNull, 20) == 0;
  flags->full_path |= name.find('/') != std::string_view::npos;
  flags->dot |= name == ".";
  flags->dotdot |= name == "..";
  flags->zero_padded |= cursor.zero_padded();
  if (MayBeDotFile(name)) CheckDotFiles(cursor, reporter, found, flags);
}

bool IsCanonicalMode(uint32_t mode) {
  return mode == 0100644 || mode == 0100755 || mode == 0120000 ||
         mode == 0040000 || mode == 0160000;
}

}  // namespace

void CheckTree(std::string_view bytes, FsckReporter* reporter,
               DotFilesInTree* found) {
  TreeCursor cursor(bytes);
  Flags flags;
  std::optional<Entry> current;
  std::optional<Entry> previous;
  std::vector<std::string_view> files;
  // git looks at an entry's mode and order only once the next one has been
  // decoded, so a malformed entry hides those of the one before it.
  auto check_current = [&] {
    if (!current) return;
    flags.bad_mode |= !IsCanonicalMode(current->mode);
    if (previous) {
      Order order = Compare(*previous, *current, &files);
      flags.duplicate |= order == Order::kDuplicate;
      flags.unsorted |= order == Order::kUnsorted;
    }
    previous = current;
  };
  while (cursor.Next()) {
    check_current();
    CheckEntry(cursor, reporter, found, &flags);
    current = Entry{cursor.mode(), cursor.name()};
  }
  if (cursor.malformed()) {
    reporter->Report(FsckId::kBadTree);
  } else {
    check_current();
  }

  auto report = [&](bool found_it, FsckId id) {
    if (found_it) reporter->Report(id);
  };
  report(flags.null_oid, FsckId::kNullSha1);
  report(flags.full_path, FsckId::kFullPathname);
  report(flags.dot, FsckId::kHasDot);
  report(flags.dotdot, FsckId::kHasDotdot);
  report(flags.dotgit, FsckId::kHasDotgit);
  report(flags.zero_padded, FsckId::kZeroPaddedFilemode);
  report(flags.bad_mode, FsckId::kBadFilemode);
  report(flags.duplicate, FsckId::kDuplicateEntries);
  report(flags.unsorted, FsckId::kTreeNotSorted);
}

}  // namespace backgraft::git
