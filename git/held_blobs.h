// New blobs that wait, as they are, for the answer whether they are needed:
// what a backup's files hold is most often in the backup's own history too.
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/spool.h"
#include "git/content_cache.h"
#include "git/oid.h"
#include "git/pack_batch.h"

namespace backgraft::git {

// Thread-safe.
class HeldBlobs {
 public:
  using Content = ContentCache::Content;
  // The entry of one object, made before it is known whether it is needed.
  using Entry = std::shared_ptr<const PackBatch>;

  // `directory` is where they go when they are many.
  explicit HeldBlobs(const std::string& directory) : spool_(directory) {}

  // What somebody else keeps too takes no room here, nor does what `entry`, if
  // there is one, makes. The others stay in memory as long as they are few.
  void Add(const Oid& oid, Content content, Entry entry = nullptr);
  // Entries take memory: there are not to be more.
  bool HasRoomForEntry() const;
  // A blob that comes in pieces: `produce` is given a sink and returns the id,
  // or nothing where it need not be held. Others wait meanwhile.
  void AddStreamed(const std::function<std::optional<Oid>(
                       const std::function<void(ByteSpan)>& sink)>& produce);

  bool Contains(const Oid& oid) const;
  // Nothing where the entry is all there is.
  std::optional<std::string> Find(const Oid& oid) const;
  // Null where it has none.
  Entry FindEntry(const Oid& oid) const;

  // What is held, in the order in which it came.
  std::vector<Oid> List() const;
  // The rest is for those without an entry.
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
    Content shared;      // null: it is in the spool, or made by `entry`
    Spool::Place place;  // its size in any case
    Entry entry;
    size_t position = 0;  // in `order_`
  };
  // The lock must be held.
  void Insert(const Oid& oid, Held held);

  std::unordered_map<Oid, Held, OidHash> held_;
  std::vector<Oid> order_;  // also of those that were removed
  size_t entry_bytes_ = 0;
  size_t bytes_ = 0;  // in memory, and kept by nobody else
};

}  // namespace backgraft::git
