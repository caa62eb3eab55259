#include "git/held_blobs.h"

#include "base/error.h"

namespace backgraft::git {

void HeldBlobs::Add(const Oid& oid, std::string_view content) {
  std::lock_guard lock(mutex_);
  places_.emplace(oid, spool_.Add(content));
  order_.push_back(oid);
}

void HeldBlobs::AddStreamed(
    const std::function<std::optional<Oid>(
        const std::function<void(ByteSpan)>& sink)>& produce) {
  std::lock_guard lock(mutex_);
  Spool::Place place = spool_.Add({});
  auto oid = produce([&](ByteSpan piece) { spool_.Extend(&place, piece); });
  if (!oid) return;
  places_.emplace(*oid, place);
  order_.push_back(*oid);
}

std::optional<std::string> HeldBlobs::Find(const Oid& oid) const {
  std::lock_guard lock(mutex_);
  auto place = places_.find(oid);
  if (place == places_.end()) return std::nullopt;
  return spool_.Read(place->second);
}

std::vector<Oid> HeldBlobs::List() const {
  std::lock_guard lock(mutex_);
  std::vector<Oid> held;
  for (const Oid& oid : order_) {
    if (places_.contains(oid)) held.push_back(oid);
  }
  return held;
}

uint64_t HeldBlobs::SizeOf(const Oid& oid) const {
  std::lock_guard lock(mutex_);
  return places_.at(oid).size;
}

void HeldBlobs::With(const Oid& oid,
                     const std::function<void(ByteSpan)>& use) const {
  Spool::Place place;
  {
    std::lock_guard lock(mutex_);
    place = places_.at(oid);
  }
  spool_.With(place, use);
}

bool HeldBlobs::Remove(const Oid& oid) {
  std::lock_guard lock(mutex_);
  return places_.erase(oid) != 0;
}

void HeldBlobs::Clear() {
  std::lock_guard lock(mutex_);
  spool_.Clear();
  places_.clear();
  order_.clear();
}

}  // namespace backgraft::git
