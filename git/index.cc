#include "git/index.h"

#include <algorithm>

namespace backgraft::git {

IndexStat IndexStat::From(const struct stat& file) {
  IndexStat out;
  out.ctime_seconds = static_cast<uint32_t>(file.st_ctim.tv_sec);
  out.ctime_nanoseconds = static_cast<uint32_t>(file.st_ctim.tv_nsec);
  out.mtime_seconds = static_cast<uint32_t>(file.st_mtim.tv_sec);
  out.mtime_nanoseconds = static_cast<uint32_t>(file.st_mtim.tv_nsec);
  out.device = static_cast<uint32_t>(file.st_dev);
  out.inode = static_cast<uint32_t>(file.st_ino);
  out.uid = file.st_uid;
  out.gid = file.st_gid;
  out.size = static_cast<uint32_t>(file.st_size);
  if (out.size == 0 && file.st_size != 0) out.size = 0x80000000u;
  return out;
}

size_t Index::LowerBound(std::string_view path) const {
  auto it = std::lower_bound(entries.begin(), entries.end(), path,
                             [](const IndexEntry& entry, std::string_view key) {
                               return entry.path < key;
                             });
  return static_cast<size_t>(it - entries.begin());
}

const IndexEntry* Index::Find(std::string_view path) const {
  size_t at = LowerBound(path);
  if (at == entries.size() || entries[at].path != path) return nullptr;
  return entries[at].stage == 0 ? &entries[at] : nullptr;
}

bool Index::IsRacy(const IndexEntry& entry) const {
  if (!modified) return false;
  auto entry_seconds = static_cast<int64_t>(entry.stat.mtime_seconds);
  if (entry_seconds != modified->seconds)
    return entry_seconds > modified->seconds;
  // Zero nanoseconds are what tools and filesystems without them record.
  if (entry.stat.mtime_nanoseconds == 0 || modified->nanoseconds == 0)
    return true;
  return entry.stat.mtime_nanoseconds >= modified->nanoseconds;
}

}  // namespace backgraft::git
