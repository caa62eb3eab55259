// The objects that were written last, for those who read them again at once.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "git/object_reader.h"
#include "git/oid.h"

namespace backgraft::git {

// Thread-safe.
class RecentObjects {
 public:
  // Once more than `most_bytes` of content are kept, all of them are forgotten.
  explicit RecentObjects(size_t most_bytes) : most_bytes_(most_bytes) {}

  void Add(const Oid& oid, ObjectType type, std::string_view content) {
    std::lock_guard lock(mutex_);
    if (content.size() > most_bytes_ - bytes_) Forget();
    bytes_ += content.size();
    objects_.emplace(oid, Object{type, std::string(content)});
  }

  std::optional<Object> Find(const Oid& oid) const {
    std::lock_guard lock(mutex_);
    auto it = objects_.find(oid);
    if (it == objects_.end()) return std::nullopt;
    return it->second;
  }

  void Clear() {
    std::lock_guard lock(mutex_);
    Forget();
  }

 private:
  void Forget() {
    objects_.clear();
    bytes_ = 0;
  }

  const size_t most_bytes_;
  mutable std::mutex mutex_;
  std::unordered_map<Oid, Object, OidHash> objects_;
  size_t bytes_ = 0;
};

}  // namespace backgraft::git
