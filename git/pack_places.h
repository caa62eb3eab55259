// Where the objects of a pack that is being written stand.
#pragma once

#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "git/oid.h"
#include "git/pack_file.h"

namespace backgraft::git {

// Thread-safe.
class PackPlaces {
 public:
  // Looks at what has been appended to `packed` since the last call.
  void Note(const std::vector<PackedObject>& packed) {
    std::lock_guard lock(mutex_);
    for (; seen_ < packed.size(); ++seen_) {
      places_.emplace(packed[seen_].oid, packed[seen_]);
    }
  }

  // Nothing for an object that was not there at the last look.
  std::optional<PackedObject> Find(const Oid& oid) const {
    std::lock_guard lock(mutex_);
    auto place = places_.find(oid);
    if (place == places_.end()) return std::nullopt;
    return place->second;
  }

  void Clear() {
    std::lock_guard lock(mutex_);
    places_.clear();
    seen_ = 0;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<Oid, PackedObject, OidHash> places_;
  size_t seen_ = 0;
};

}  // namespace backgraft::git
