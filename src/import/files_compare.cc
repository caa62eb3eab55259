#include "import/files_compare.h"

#include <fcntl.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/parallel.h"
#include "import/files_writer.h"

namespace backgraft::imports {
namespace {

using archive::EntryKind;

constexpr size_t kGrain = 16;

mode_t TypeOf(EntryKind kind) {
  if (kind == EntryKind::kDirectory) return S_IFDIR;
  return kind == EntryKind::kSymlink ? S_IFLNK : S_IFREG;
}

struct Pair {
  const std::string* path;
  const ListedFile* file;
  const struct stat* there;
  bool same;
};

bool IsSame(const Pair& pair, int root, const std::string& shown, bool staged) {
  const ListedFile& file = *pair.file;
  if ((pair.there->st_mode & S_IFMT) != TypeOf(file.kind)) return false;
  if (file.kind == EntryKind::kSymlink) {
    return ReadLinkBeneath(root, *pair.path, shown) == file.link;
  }
  if (!file.implied && (pair.there->st_mode & 07777) != file.mode) return false;
  if (file.kind == EntryKind::kDirectory) return true;
  if (static_cast<uint64_t>(pair.there->st_size) != file.size) return false;
  if (staged && file.proved) return true;
  const UniqueFd fd(OpenBeneath(root, *pair.path, O_RDONLY | O_NONBLOCK));
  if (!fd) ThrowErrno(errno, "cannot read", shown + "/" + *pair.path);
  return DigestOf(fd.get(), shown + "/" + *pair.path) == file.digest;
}

}  // namespace

FilesComparison CompareFiles(const FilesList& list, int root,
                             const TreeListing& listing,
                             const std::string& shown, bool overlay,
                             bool staged) {
  std::vector<Pair> pairs;
  FilesComparison result;
  for (const auto& [path, file] : list.files()) {
    const auto there = listing.find(path);
    if (there == listing.end()) {
      result.changes.push_back({path, file.kind == EntryKind::kDirectory, 'A'});
    } else {
      pairs.push_back({&path, &file, &there->second, false});
    }
  }
  RunParallel(0, pairs.size(), kGrain, [&](RangeQueue* queue) {
    while (const auto range = queue->Next()) {
      ThrowIfInterrupted();
      for (size_t i = range->first; i < range->second; ++i) {
        pairs[i].same = IsSame(pairs[i], root, shown, staged);
      }
    }
  });
  for (const Pair& pair : pairs) {
    if (pair.same) continue;
    result.changes.push_back(
        {*pair.path, pair.file->kind == EntryKind::kDirectory, 'M'});
  }
  if (!overlay) {
    for (const auto& [path, there] : listing) {
      if (list.files().contains(path)) continue;
      result.changes.push_back({path, S_ISDIR(there.st_mode), 'D'});
    }
  }
  std::sort(result.changes.begin(), result.changes.end(),
            [](const FilesChange& a, const FilesChange& b) {
              return a.path < b.path;
            });
  for (const FilesChange& change : result.changes) {
    if (change.directory) continue;
    ++(change.change == 'A'   ? result.added
       : change.change == 'M' ? result.modified
                              : result.deleted);
  }
  return result;
}

}  // namespace backgraft::imports
