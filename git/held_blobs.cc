#include "git/held_blobs.h"

#include "base/error.h"

namespace backgraft::git {
namespace {

constexpr size_t kMostEntryBytes = size_t{16} << 20;
constexpr size_t kMostBytes = size_t{32} << 20;

}  // namespace

void HeldBlobs::Add(const Oid& oid, Content content, Entry entry) {
  std::unique_lock lock(mutex_);
  Held held;
  held.place.size = content->size();
  if (entry) entry_bytes_ += entry->bytes.size();
  const bool is_kept = content.use_count() > 1;
  if (!is_kept && !entry && content->size() > kMostBytes - bytes_) {
    held.place = spool_.Reserve(content->size());
    // Others need not wait for it.
    lock.unlock();
    spool_.Fill(held.place, *content);
    lock.lock();
  } else if (is_kept || !entry) {
    if (!is_kept) bytes_ += content->size();
    held.shared = std::move(content);
  }
  held.entry = std::move(entry);
  Insert(oid, std::move(held));
}

void HeldBlobs::Insert(const Oid& oid, Held held) {
  held.position = order_.size();
  held_.emplace(oid, std::move(held));
  order_.push_back(oid);
}

bool HeldBlobs::HasRoomForEntry() const {
  std::lock_guard lock(mutex_);
  return entry_bytes_ < kMostEntryBytes;
}

void HeldBlobs::AddStreamed(
    const std::function<std::optional<Oid>(
        const std::function<void(ByteSpan)>& sink)>& produce) {
  std::lock_guard lock(mutex_);
  Spool::Place place = spool_.Add({});
  auto oid = produce([&](ByteSpan piece) { spool_.Extend(&place, piece); });
  if (!oid) return;
  Insert(*oid, {nullptr, place, nullptr});
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
  if (held->second.entry) return std::nullopt;
  return spool_.Read(held->second.place);
}

HeldBlobs::Entry HeldBlobs::FindEntry(const Oid& oid) const {
  std::lock_guard lock(mutex_);
  const auto held = held_.find(oid);
  return held == held_.end() ? nullptr : held->second.entry;
}

std::vector<Oid> HeldBlobs::List() const {
  std::lock_guard lock(mutex_);
  std::vector<Oid> held;
  for (size_t i = 0; i < order_.size(); ++i) {
    const auto found = held_.find(order_[i]);
    if (found != held_.end() && found->second.position == i) {
      held.push_back(order_[i]);
    }
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
  const auto held = held_.find(oid);
  if (held == held_.end()) return false;
  if (held->second.entry) entry_bytes_ -= held->second.entry->bytes.size();
  held_.erase(held);
  return true;
}

void HeldBlobs::Clear() {
  std::lock_guard lock(mutex_);
  spool_.Clear();
  held_.clear();
  order_.clear();
  entry_bytes_ = bytes_ = 0;
}

}  // namespace backgraft::git
