#include "import/files_list.h"

#include <algorithm>
#include <deque>
#include <set>

#include "archive/litter.h"
#include "base/error.h"
#include "base/escape.h"

namespace backgraft::imports {
namespace {

using archive::Entry;
using archive::EntryKind;

constexpr int kMostLinks = 40;  // as the kernel has it

bool HasGit(std::string_view path) {
  const std::string framed = "/" + std::string(path) + "/";
  return framed.find("/.git/") != std::string::npos;
}

bool IsEnvironmentDirectory(std::string_view name) {
  constexpr std::string_view kPrefix = "files_";
  if (!name.starts_with(kPrefix) || name.size() == kPrefix.size()) return false;
  return name.substr(kPrefix.size())
             .find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") ==
         std::string_view::npos;
}

std::string Join(const std::string& directory, const std::string& name) {
  return directory.empty() ? name : directory + "/" + name;
}

}  // namespace

void FilesList::RefuseTwice(const std::string& path) const {
  throw Error(ErrorKind::kBadSource, Quote(source_name_) + ": entry " +
                                         Quote(path) +
                                         ": it is there twice, and not the "
                                         "same");
}

void FilesList::AddParents(const std::string& path) {
  for (size_t slash = path.rfind('/'); slash != std::string::npos;
       slash = slash == 0 ? std::string::npos : path.rfind('/', slash - 1)) {
    const std::string parent = path.substr(0, slash);
    const auto [at, added] = files_.try_emplace(parent);
    if (added) {
      at->second.kind = EntryKind::kDirectory;
      at->second.mode = 0755;
      at->second.implied = true;
    } else if (at->second.kind != EntryKind::kDirectory) {
      throw Error(ErrorKind::kBadSource,
                  Quote(source_name_) + ": entry " + Quote(path) + ": " +
                      Quote(parent) + " is no directory");
    } else {
      return;
    }
  }
}

ListedFile* FilesList::Add(const Entry& entry, bool* again) {
  *again = false;
  const auto skip = [&](const char* reason) {
    skipped_.push_back({entry.path, reason});
    return nullptr;
  };
  if (entry.path.empty()) {
    root_entry_ = true;
    return nullptr;
  }
  if (archive::IsMacLitter(entry.path)) return skip("left by macOS");
  if (HasGit(entry.path)) return skip("part of a repository");
  if (entry.kind == EntryKind::kDevice) return skip("a device");
  if (entry.kind == EntryKind::kFifo) return skip("a fifo");
  if (entry.kind == EntryKind::kSocket) return skip("a socket");
  AddParents(entry.path);
  const bool hard = entry.kind == EntryKind::kHardlink;
  const EntryKind kind = hard ? EntryKind::kRegular : entry.kind;
  if (hard) {
    const auto target = files_.find(entry.link_target);
    if (target == files_.end() || target->second.kind != EntryKind::kRegular ||
        entry.link_target == entry.path) {
      throw Error(ErrorKind::kBadSource,
                  Quote(source_name_) + ": entry " + Quote(entry.path) +
                      ": it is a hard link to " + Quote(entry.link_target) +
                      ", which is no file before it");
    }
  }
  const auto [at, added] = files_.try_emplace(entry.path);
  ListedFile& file = at->second;
  if (!added) {
    if (file.kind != kind ||
        (kind == EntryKind::kSymlink && file.link != entry.link_target)) {
      RefuseTwice(entry.path);
    }
    *again = kind != EntryKind::kDirectory;
    if (*again) return &file;
  }
  file.kind = kind;
  file.implied = false;
  file.mode = kind == EntryKind::kDirectory || entry.executable ? 0755 : 0644;
  if (keep_modes_) file.mode = entry.mode & 0777;
  file.size = entry.size;
  file.mtime = entry.mtime;
  if (kind == EntryKind::kSymlink) file.link = entry.link_target;
  return &file;
}

std::string FilesList::FindRoot(bool whole) const {
  std::string root;
  for (bool first = true;; first = false) {
    // The only child of `root`, if there is but one and it is a directory.
    const std::string prefix = root.empty() ? "" : root + "/";
    auto at = files_.lower_bound(prefix);
    if (at != files_.end() && at->first == root) ++at;
    if (at == files_.end() || !at->first.starts_with(prefix)) return root;
    const std::string name = at->first.substr(
        prefix.size(), at->first.find('/', prefix.size()) - prefix.size());
    const std::string child = prefix + name;
    const auto found = files_.find(child);
    if (found == files_.end() || found->second.kind != EntryKind::kDirectory) {
      return root;
    }
    for (; at != files_.end() && at->first.starts_with(prefix); ++at) {
      if (at->first != child && !at->first.starts_with(child + "/")) {
        return root;
      }
    }
    const bool strip_any = first && !whole && !root_entry_;
    if (!strip_any && !IsEnvironmentDirectory(name)) return root;
    root = child;
    if (IsEnvironmentDirectory(name)) return root;
  }
}

bool FilesList::LeadsOutside(const std::string& path,
                             const std::string& target) const {
  if (target.starts_with('/')) return true;
  const size_t slash = path.rfind('/');
  std::string at = slash == std::string::npos ? "" : path.substr(0, slash);
  std::deque<std::string> todo;
  const auto prepend = [&todo](const std::string& text) {
    std::vector<std::string> parts;
    for (size_t begin = 0; begin <= text.size();) {
      const size_t end = std::min(text.find('/', begin), text.size());
      parts.push_back(text.substr(begin, end - begin));
      begin = end + 1;
    }
    todo.insert(todo.begin(), parts.begin(), parts.end());
  };
  prepend(target);
  int links = 0;
  while (!todo.empty()) {
    const std::string part = std::move(todo.front());
    todo.pop_front();
    if (part.empty() || part == ".") continue;
    if (part == "..") {
      if (at.empty()) return true;
      at.erase(at.rfind('/') == std::string::npos ? 0 : at.rfind('/'));
      continue;
    }
    const std::string next = Join(at, part);
    const auto found = files_.find(next);
    if (found == files_.end() || found->second.kind != EntryKind::kSymlink) {
      at = next;
      continue;
    }
    if (found->second.link.starts_with('/')) return true;
    if (++links > kMostLinks) return false;  // it leads nowhere
    prepend(found->second.link);
  }
  return false;
}

std::string FilesList::SettleRoot(const std::string* root, bool whole) {
  std::string chosen = root != nullptr ? *root : FindRoot(whole);
  if (!chosen.empty()) {
    const auto found = files_.find(chosen);
    if (found == files_.end() || found->second.kind != EntryKind::kDirectory) {
      throw Error(ErrorKind::kBadSource,
                  Quote(source_name_) + " has no directory " + Quote(chosen));
    }
    const std::string prefix = chosen + "/";
    std::map<std::string, ListedFile> inside;
    for (auto& [path, file] : files_) {
      if (path.starts_with(prefix)) {
        inside.emplace(path.substr(prefix.size()), std::move(file));
      } else if (path != chosen && !chosen.starts_with(path + "/")) {
        skipped_.push_back({path, "outside of the root " + Quote(chosen)});
      }
    }
    files_ = std::move(inside);
  }
  std::set<std::string> leaving;
  for (const auto& [path, file] : files_) {
    if (file.kind == EntryKind::kSymlink && LeadsOutside(path, file.link)) {
      leaving.insert(path);
    }
  }
  for (const std::string& path : leaving) {
    skipped_.push_back({Join(chosen, path), "a link that leads outside"});
    files_.erase(path);
  }
  return chosen;
}

uint64_t FilesList::regular_files() const {
  return static_cast<uint64_t>(
      std::count_if(files_.begin(), files_.end(), [](const auto& file) {
        return file.second.kind == EntryKind::kRegular;
      }));
}

}  // namespace backgraft::imports
