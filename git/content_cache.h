// Contents of objects that are likely to be asked for again soon.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>

#include "git/oid.h"

namespace backgraft::git {

// Holds the latest of them, `limit` bytes at the most. Thread-safe.
class ContentCache {
 public:
  explicit ContentCache(size_t limit) : limit_(limit) {}

  using Content = std::shared_ptr<const std::string>;

  // Null where it is not held.
  Content Find(const Oid& oid) const;
  void Add(const Oid& oid, Content content);
  void Clear();

 private:
  const size_t limit_;
  mutable std::mutex mutex_;
  std::unordered_map<Oid, Content, OidHash> contents_;
  std::deque<Oid> order_;  // oldest first
  size_t bytes_ = 0;
};

}  // namespace backgraft::git
