// New blobs that wait, as they are, for the answer whether they are needed:
// what a backup's files hold is most often in the backup's own history too.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/spool.h"
#include "git/content_cache.h"
#include "git/oid.h"

namespace backgraft::git {

// Thread-safe.
class HeldBlobs {
 public:
  using Content = ContentCache::Content;

  // `directory` is where they go when they are many.
  explicit HeldBlobs(const std::string& directory) : spool_(directory) {}

  // What somebody else keeps too takes no room here.
  void Add(const Oid& oid, Content content);
  // A blob that comes in pieces: `produce` is given a sink and returns the id,
  // or nothing where it need not be held. Others wait meanwhile.
  void AddStreamed(const std::function<std::optional<Oid>(
                       const std::function<void(ByteSpan)>& sink)>& produce);

  bool Contains(const Oid& oid) const;
  std::optional<std::string> Find(const Oid& oid) const;

  // What is held, in the order in which it came.
  std::vector<Oid> List() const;
  uint64_t SizeOf(const Oid& oid) const;
  // The content, in memory, and whether it has been there all the time.
  Content Share(const Oid& oid, bool* was_in_memory) const;
  // Calls `use` with the content, borrowed for the time of the call.
  void With(const Oid& oid, const std::function<void(ByteSpan)>& use) const;
  // False where it is not held.
  bool Remove(const Oid& oid);
  void Clear();

 private:
  mutable std::mutex mutex_;
  Spool spool_;
  struct Held {
    Content shared;      // null: it is in the spool
    Spool::Place place;  // its size in any case
  };
  std::unordered_map<Oid, Held, OidHash> held_;
  std::vector<Oid> order_;
};

}  // namespace backgraft::git
