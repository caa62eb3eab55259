#include "git/held_blobs.h"

#include "base/error.h"

namespace backgraft::git {

void HeldBlobs::Add(const Oid& oid, Content content) {
  std::lock_guard lock(mutex_);
  Held held;
  if (content.use_count() > 1) {
    held.place.size = content->size();
    held.shared = std::move(content);
  } else {
    held.place = spool_.Add(*content);
  }
  held_.emplace(oid, std::move(held));
  order_.push_back(oid);
}

void HeldBlobs::AddStreamed(
    const std::function<std::optional<Oid>(
        const std::function<void(ByteSpan)>& sink)>& produce) {
  std::lock_guard lock(mutex_);
  Spool::Place place = spool_.Add({});
  auto oid = produce([&](ByteSpan piece) { spool_.Extend(&place, piece); });
  if (!oid) return;
  held_.emplace(*oid, Held{nullptr, place});
  order_.push_back(*oid);
}

bool HeldBlobs::Contains(const Oid& oid) const {
  std::lock_guard lock(mutex_);
  return held_.contains(oid);
}

std::optional<std::string> HeldBlobs::Find(const Oid& oid) const {
  std::lock_guard lock(mutex_);
  auto held = held_.find(oid);
  if (held == held_.end()) return std::nullopt;
  if (held->second.shared) return *held->second.shared;
  return spool_.Read(held->second.place);
}

std::vector<Oid> HeldBlobs::List() const {
  std::lock_guard lock(mutex_);
  std::vector<Oid> held;
  for (const Oid& oid : order_) {
    if (held_.contains(oid)) held.push_back(oid);
  }
  return held;
}

uint64_t HeldBlobs::SizeOf(const Oid& oid) const {
  std::lock_guard lock(mutex_);
  return held_.at(oid).place.size;
}

HeldBlobs::Content HeldBlobs::Share(const Oid& oid, bool* was_in_memory) const {
  Held held;
  {
    std::lock_guard lock(mutex_);
    held = held_.at(oid);
  }
  *was_in_memory = held.shared != nullptr;
  if (held.shared) return held.shared;
  return std::make_shared<const std::string>(spool_.Read(held.place));
}

void HeldBlobs::With(const Oid& oid,
                     const std::function<void(ByteSpan)>& use) const {
  Held held;
  {
    std::lock_guard lock(mutex_);
    held = held_.at(oid);
  }
  if (held.shared) {
    use(AsBytes(*held.shared));
  } else {
    spool_.With(held.place, use);
  }
}

bool HeldBlobs::Remove(const Oid& oid) {
  std::lock_guard lock(mutex_);
  return held_.erase(oid) != 0;
}

void HeldBlobs::Clear() {
  std::lock_guard lock(mutex_);
  spool_.Clear();
  held_.clear();
  order_.clear();
}

}  // namespace backgraft::git
