#include "git/content_cache.h"

namespace backgraft::git {

ContentCache::Content ContentCache::Find(const Oid& oid) const {
  std::lock_guard lock(mutex_);
  const auto found = contents_.find(oid);
  return found == contents_.end() ? nullptr : found->second;
}

void ContentCache::Add(const Oid& oid, Content content) {
  if (content->size() > limit_) return;
  std::lock_guard lock(mutex_);
  const size_t size = content->size();
  if (!contents_.emplace(oid, std::move(content)).second) return;
  order_.push_back(oid);
  bytes_ += size;
  while (bytes_ > limit_) {
    const auto oldest = contents_.find(order_.front());
    bytes_ -= oldest->second->size();
    contents_.erase(oldest);
    order_.pop_front();
  }
}

void ContentCache::Clear() {
  std::lock_guard lock(mutex_);
  contents_.clear();
  order_.clear();
  bytes_ = 0;
}

}  // namespace backgraft::git
