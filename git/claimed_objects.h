// The ids that are one writer's to write. Guards against two workers with one
// content.
#pragma once

#include <cstdint>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "git/oid.h"

namespace backgraft::git {

// Thread-safe.
class ClaimedObjects {
 public:
  bool Contains(const Oid& oid) const {
    std::lock_guard lock(mutex_);
    return sizes_.contains(oid);
  }

  // False where it is claimed already. `fresh`: see TakeFresh().
  bool Add(const Oid& oid, uint64_t size, bool fresh) {
    std::lock_guard lock(mutex_);
    if (!sizes_.emplace(oid, size).second) return false;
    bytes_ += size;
    if (fresh) fresh_.push_back(oid);
    return true;
  }

  // False where it is not claimed.
  bool Remove(const Oid& oid) {
    std::lock_guard lock(mutex_);
    const auto found = sizes_.find(oid);
    if (found == sizes_.end()) return false;
    bytes_ -= found->second;
    sizes_.erase(found);
    return true;
  }

  // What was added as fresh since the last call.
  std::vector<Oid> TakeFresh() {
    std::lock_guard lock(mutex_);
    return std::exchange(fresh_, {});
  }

  void Clear() {
    std::lock_guard lock(mutex_);
    sizes_.clear();
    fresh_.clear();
    bytes_ = 0;
  }

  uint64_t count() const {
    std::lock_guard lock(mutex_);
    return sizes_.size();
  }
  // Of all contents.
  uint64_t bytes() const {
    std::lock_guard lock(mutex_);
    return bytes_;
  }

 private:
  mutable std::mutex mutex_;
  std::unordered_map<Oid, uint64_t, OidHash> sizes_;
  std::vector<Oid> fresh_;
  uint64_t bytes_ = 0;
};

}  // namespace backgraft::git
