// Writes what a source holds into a private directory, by several threads.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "archive/reader.h"
#include "base/batch_workers.h"
#include "base/early_sync.h"
#include "base/io.h"
#include "import/files_list.h"

namespace backgraft::imports {

struct FilesOwner {
  uint32_t user = 0, group = 0;
};

// The owner that new files have to be given; nothing where they have it anyway.
std::optional<FilesOwner> OwnerToGive(uint32_t user, uint32_t group);

class FilesWriter {
 public:
  // Below `root`, which must outlive this; `shown` is how messages name it.
  // Digests of what is written are only made where `digests` asks for them.
  FilesWriter(int root, std::string shown, std::optional<FilesOwner> owner,
              bool digests);

  // Writes the reader's current entry, a regular file, reads it back, and says
  // so in `file`, until Drain() at the latest. `file` must stay where it is.
  // Error(kIo): no space, before anything of it was written, among others.
  void Write(const std::string& path, ListedFile* file,
             archive::Reader& reader);

  // Waits until everything is written.
  void Drain();

  // After Drain(), and one after the other: what depends on what is there.
  void Copy(const std::string& from, const std::string& path, ListedFile* file);
  // The SHA-256 of what was written as `path`.
  Sha256::Digest DigestAt(const std::string& path) const;
  void Symlink(const std::string& path, const ListedFile& file);
  void MakeDirectory(const std::string& path);
  // A directory's mode, owner and time: last, deepest first.
  void FinishDirectory(const std::string& path, const ListedFile& file);

  // Makes durable what is on the file system. Error(kIo).
  void Sync();

  // Error(kIo) where the file system has no room for this many more.
  void Reserve(uint64_t bytes, uint64_t files);

 private:
  struct Job {
    std::string path;
    std::string content;
    ListedFile* file;
  };
  // The directory that was written to last.
  struct Parent {
    std::string path;
    UniqueFd fd;
  };
  void Flush();
  // Opens `parent` anew where `path` is in another directory.
  UniqueFd Create(Parent* parent, const std::string& path, unsigned mode) const;
  [[noreturn]] void FailProof(const std::string& path) const;
  void Finish(int fd, const std::string& path, const ListedFile& file) const;
  void WriteSmall(const Job& job, Parent* parent);
  void WriteLarge(const std::string& path, ListedFile* file,
                  archive::Reader& reader);
  std::string Shown(const std::string& path) const {
    return shown_ + "/" + path;
  }

  const int root_;
  const std::string shown_;
  const std::optional<FilesOwner> owner_;
  const bool digests_;
  const unsigned umask_;
  std::set<std::string> made_;  // directories
  uint64_t free_bytes_ = 0, free_files_ = 0;
  uint64_t until_look_ = 0;  // bytes until the free space is asked for anew
  std::vector<Job> batch_;
  size_t batch_bytes_ = 0;
  EarlySync early_;
  BatchWorkers<Job> workers_;  // last: its threads use the above
};

// The SHA-256 of what a descriptor holds from its beginning on.
Sha256::Digest DigestOf(int fd, const std::string& shown);

}  // namespace backgraft::imports
