// What has arrived of a download, kept across runs so that the next can go on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/io.h"

namespace backgraft::source {

// What tells one version of a content from another.
struct ContentVersion {
  std::string etag, last_modified;
  std::optional<uint64_t> total;

  // For If-Range: a strong ETag, else a date; "" where there is neither.
  std::string Validator() const;
  bool operator==(const ContentVersion&) const = default;
};

// A file in $XDG_CACHE_HOME/backgraft (else ~/.cache/backgraft) of this user's
// alone, named after a hash of the link without its query: a new signature goes
// on where the old one stopped. Where there is no such directory, or another
// process is at the same link, a file without a name, which is gone with the
// process.
class PartialFile {
 public:
  explicit PartialFile(const std::string& link);

  int fd() const { return fd_.get(); }
  // For messages.
  const std::string& path() const { return path_; }

  // What an earlier run left, and of which version; 0 where that cannot be gone
  // on with.
  uint64_t kept_bytes() const { return kept_bytes_; }
  const ContentVersion& kept_version() const { return kept_version_; }

  // Empties the file and notes of which version it will be.
  void Restart(const ContentVersion& version);
  // Removes it; the descriptor stays good.
  void Remove() noexcept;

 private:
  bool OpenNamed(const std::string& directory, const std::string& key);
  void ReadNotes();
  std::string notes_path() const { return path_ + ".version"; }

  UniqueFd fd_;
  std::string path_;
  bool named_ = false;
  uint64_t kept_bytes_ = 0;
  ContentVersion kept_version_;
};

}  // namespace backgraft::source
