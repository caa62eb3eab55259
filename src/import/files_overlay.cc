#include "import/files_overlay.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "base/error.h"
#include "base/interrupt.h"
#include "base/parallel.h"

namespace backgraft::imports {
namespace {

using archive::EntryKind;
using Kept = std::pair<const std::string, struct stat>;

constexpr size_t kGrain = 16;

bool IsKept(const std::string& path, const FilesList& list) {
  if (list.files().contains(path)) return false;
  for (std::string above = Split(path).directory; !above.empty();
       above = Split(above).directory) {
    const auto found = list.files().find(above);
    if (found == list.files().end()) continue;
    return found->second.kind == EntryKind::kDirectory;
  }
  return true;
}

void CopyAttributes(int from, int to, const std::string& shown) {
  std::vector<char> names(64 << 10);
  const ssize_t size = flistxattr(from, names.data(), names.size());
  if (size <= 0) return;  // none, or a file system without any
  std::vector<char> value(64 << 10);
  for (const char* name = names.data(); name < names.data() + size;
       name += std::char_traits<char>::length(name) + 1) {
    const ssize_t length = fgetxattr(from, name, value.data(), value.size());
    if (length < 0 || fsetxattr(to, name, value.data(),
                                static_cast<size_t>(length), 0) != 0) {
      // Those of the system may not be ours to give.
      if (std::string_view(name).starts_with("user.")) {
        ThrowErrno(errno, "cannot copy the attributes of", shown);
      }
    }
  }
}

// Owner, mode and times, in the order in which none undoes another.
void CopyStatus(int fd, const struct stat& status, const std::string& shown) {
  const std::array<timespec, 2> times = {status.st_atim, status.st_mtim};
  const bool own = status.st_uid == geteuid() && status.st_gid == getegid();
  if ((!own && fchown(fd, status.st_uid, status.st_gid) != 0) ||
      fchmod(fd, status.st_mode & 07777) != 0 ||
      futimens(fd, times.data()) != 0) {
    ThrowErrno(errno, "cannot keep owner and mode of", shown);
  }
}

void CopyBytes(int from, int to, const std::string& shown) {
  if (ioctl(to, FICLONE, from) == 0) return;
  std::array<std::byte, 64 << 10> buffer;
  while (const size_t size = ReadFull(from, buffer, shown)) {
    WriteAll(to, ByteSpan(buffer).first(size), shown);
    ThrowIfInterrupted();
  }
}

void CopyOne(int from, int to, const Kept& kept, const std::string& shown) {
  const auto& [path, status] = kept;
  const std::string name = shown + "/" + path;
  if (S_ISREG(status.st_mode)) {
    const UniqueFd in(OpenBeneath(from, path, O_RDONLY | O_NONBLOCK));
    if (!in) ThrowErrno(errno, "cannot read", name);
    const UniqueFd out(
        OpenBeneath(to, path, O_WRONLY | O_CREAT | O_EXCL, 0600));
    if (!out) ThrowErrno(errno, "cannot write", name);
    CopyBytes(in.get(), out.get(), name);
    CopyAttributes(in.get(), out.get(), name);
    CopyStatus(out.get(), status, name);
    return;
  }
  const auto [directory, last] = Split(path);
  const UniqueFd parent = OpenDirectoryBeneath(to, directory, shown);
  const bool made = S_ISLNK(status.st_mode)
                        ? symlinkat(ReadLinkBeneath(from, path, shown).c_str(),
                                    parent.get(), last.c_str()) == 0
                        : mknodat(parent.get(), last.c_str(), status.st_mode,
                                  status.st_rdev) == 0;
  const std::array<timespec, 2> times = {status.st_atim, status.st_mtim};
  const bool own = status.st_uid == geteuid() && status.st_gid == getegid();
  if (!made ||
      (!own && fchownat(parent.get(), last.c_str(), status.st_uid,
                        status.st_gid, AT_SYMLINK_NOFOLLOW) != 0) ||
      utimensat(parent.get(), last.c_str(), times.data(),
                AT_SYMLINK_NOFOLLOW) != 0) {
    ThrowErrno(errno, "cannot copy", name);
  }
}

}  // namespace

void CopyWhatIsKept(int from, const TreeListing& listing, int to,
                    const FilesList& list, const std::string& shown,
                    FilesWriter& writer) {
  std::vector<const Kept*> directories, others;
  uint64_t bytes = 0;
  for (const Kept& kept : listing) {
    const auto named = list.files().find(kept.first);
    const bool implied = named != list.files().end() && named->second.implied;
    if (S_ISDIR(kept.second.st_mode) && (implied || IsKept(kept.first, list))) {
      directories.push_back(&kept);
    } else if (!S_ISDIR(kept.second.st_mode) && IsKept(kept.first, list)) {
      others.push_back(&kept);
      if (S_ISREG(kept.second.st_mode)) {
        bytes += static_cast<uint64_t>(kept.second.st_size);
      }
    }
  }
  writer.Reserve(bytes, directories.size() + others.size());
  for (const Kept* kept : directories) {
    const auto [directory, name] = Split(kept->first);
    const UniqueFd parent = OpenDirectoryBeneath(to, directory, shown);
    if (mkdirat(parent.get(), name.c_str(), 0700) != 0 && errno != EEXIST) {
      ThrowErrno(errno, "cannot make", shown + "/" + kept->first);
    }
  }
  RunParallel(0, others.size(), kGrain, [&](RangeQueue* queue) {
    while (const auto range = queue->Next()) {
      for (size_t i = range->first; i < range->second; ++i) {
        ThrowIfInterrupted();
        CopyOne(from, to, *others[i], shown);
      }
    }
  });
  for (auto kept = directories.rbegin(); kept != directories.rend(); ++kept) {
    const UniqueFd fd = OpenDirectoryBeneath(to, (*kept)->first, shown);
    const UniqueFd old = OpenDirectoryBeneath(from, (*kept)->first, shown);
    CopyAttributes(old.get(), fd.get(), shown);
    CopyStatus(fd.get(), (*kept)->second, shown);
  }
}

}  // namespace backgraft::imports
