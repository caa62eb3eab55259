// What a backup of uploaded files holds, as it is to stand on disk.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "archive/entry.h"
#include "base/sha.h"

namespace backgraft::imports {

struct ListedFile {
  archive::EntryKind kind = archive::EntryKind::kRegular;
  unsigned mode = 0644;
  uint64_t size = 0;
  int64_t mtime = 0;
  // Of a regular file's content; see FilesWriter for where there is none.
  Sha256::Digest digest{};
  bool proved = false;   // written, and read back to be just that
  std::string link;      // a symlink's target
  bool implied = false;  // a directory that only its children name
};

struct SkippedFile {
  std::string path;  // as it stood in the source
  std::string reason;
};

class FilesList {
 public:
  // `source_name` is for messages, not escaped; `keep_modes` takes permission
  // bits as they are, but no others.
  FilesList(std::string source_name, bool keep_modes)
      : source_name_(std::move(source_name)), keep_modes_(keep_modes) {}

  // The entry's place in the list, or null where it is left out (which is
  // noted) or the source's own root. For a hard link the caller copies size and
  // digest. `*again` is set where the path is in the list already, as the same
  // kind: contents have to be equal. Error(kBadSource) for a clash, an entry
  // below what is no directory, and a hard link to anything but a regular file
  // before it.
  ListedFile* Add(const archive::Entry& entry, bool* again);

  // Error(kBadSource) that the same path stands there twice.
  [[noreturn]] void RefuseTwice(const std::string& path) const;

  // Finds the root, which `root` decides unless it is null; `whole` says that
  // the source itself is it (a directory), save for an enclosing files_<env>.
  // Takes its path from all entries, leaves out what is beside it and links
  // that lead out of it. Returns it.
  std::string SettleRoot(const std::string* root, bool whole);

  std::map<std::string, ListedFile>& files() { return files_; }
  const std::map<std::string, ListedFile>& files() const { return files_; }
  const std::vector<SkippedFile>& skipped() const { return skipped_; }
  // How many of files() are regular.
  uint64_t regular_files() const;

 private:
  void AddParents(const std::string& path);
  std::string FindRoot(bool whole) const;
  bool LeadsOutside(const std::string& path, const std::string& target) const;

  const std::string source_name_;
  const bool keep_modes_;
  bool root_entry_ = false;
  std::map<std::string, ListedFile> files_;
  std::vector<SkippedFile> skipped_;
};

}  // namespace backgraft::imports
