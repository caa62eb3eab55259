// Checks imported objects exactly as `git fsck --strict` of git 2.39.5 does.
#pragma once

#include <mutex>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "git/fsck_messages.h"
#include "git/object_reader.h"

namespace backgraft::git {

// The findings about one object that can be made without any other. Blobs have
// none.
std::vector<FsckMessage> CheckObject(ObjectType type, const Oid& oid,
                                     std::string_view bytes,
                                     const FsckOptions& options);

// The findings about a blob that is known to stand at .gitmodules.
std::vector<FsckMessage> CheckGitmodulesBlob(const Oid& oid,
                                             std::string_view bytes,
                                             const FsckOptions& options);

// The same for .gitattributes.
std::vector<FsckMessage> CheckGitattributesBlob(const Oid& oid,
                                                std::string_view bytes,
                                                const FsckOptions& options);

// A whole import: every object is shown to Check(), in any order and from any
// thread, then Finish() looks at the files of git's own that trees named.
class Fsck {
 public:
  explicit Fsck(FsckOptions options) : options_(std::move(options)) {}

  // Thread-safe.
  void Check(ObjectType type, const Oid& oid, std::string_view bytes);

  // Reads the .gitmodules and .gitattributes blobs that trees named from
  // `objects` (the imported ones and the repository's). Returns every finding,
  // errors first, each group in the order of ids. At most `kMaximumMessages`
  // are kept: a hostile history may hold one in every object.
  std::vector<FsckMessage> Finish(const ObjectReader& objects);

  static constexpr size_t kMaximumMessages = 10000;

 private:
  void Add(std::vector<FsckMessage> messages);

  const FsckOptions options_;
  std::mutex mutex_;
  std::vector<FsckMessage> messages_;
  std::unordered_set<Oid, OidHash> gitmodules_;
  std::unordered_set<Oid, OidHash> gitattributes_;
};

// Throws Error(kBadSource) naming the first error of `messages`, with the
// command that permits it as a hint; returns when there are only warnings.
void ThrowOnFsckError(const std::vector<FsckMessage>& messages);

}  // namespace backgraft::git
