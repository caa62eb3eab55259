#include "git/reference_set.h"

#include <atomic>
#include <cstring>

#include "base/parallel.h"
#include "git/fsck_text.h"
#include "git/tree_cursor.h"

namespace backgraft::git {
namespace {

uint32_t Bit(ObjectType type) { return 1u << static_cast<unsigned>(type); }

template <typename Visit>
void VisitTree(std::string_view content, const Visit& visit) {
  TreeCursor cursor(content);
  while (cursor.Next()) {
    if (cursor.IsGitlink()) continue;
    visit(Reference{cursor.CopyOid(),
                    cursor.IsTree() ? ObjectType::kTree : ObjectType::kBlob});
  }
}

template <typename Visit>
void VisitCommit(std::string_view content, const Visit& visit) {
  TextCursor cursor(content);
  if (!cursor.Skip("tree ")) return;
  if (std::optional<Oid> tree = cursor.TakeOidLine()) {
    visit(Reference{*tree, ObjectType::kTree});
  }
  while (cursor.Skip("parent ")) {
    if (std::optional<Oid> parent = cursor.TakeOidLine()) {
      visit(Reference{*parent, ObjectType::kCommit});
    }
  }
}

template <typename Visit>
void VisitTag(std::string_view content, const Visit& visit) {
  TextCursor cursor(content);
  if (!cursor.Skip("object ")) return;
  std::optional<Oid> target = cursor.TakeOidLine();
  if (!target || !cursor.Skip("type ")) return;
  std::optional<std::string_view> type = cursor.TakeLine();
  for (ObjectType known : {ObjectType::kCommit, ObjectType::kTree,
                           ObjectType::kBlob, ObjectType::kTag}) {
    if (type == TypeName(known)) visit(Reference{*target, known});
  }
}

template <typename Visit>
void VisitAll(ObjectType type, std::string_view content, const Visit& visit) {
  switch (type) {
    case ObjectType::kTree:
      return VisitTree(content, visit);
    case ObjectType::kCommit:
      return VisitCommit(content, visit);
    case ObjectType::kTag:
      return VisitTag(content, visit);
    case ObjectType::kBlob:
      return;
  }
}

// Ids are hashes already; the first byte chose the shard.
size_t Hash(const Oid& oid) {
  size_t value;
  std::memcpy(&value, oid.bytes.data() + 4, sizeof value);
  return value;
}

// The references that a thread added last: the next version of a tree names
// nearly all that the one before it named, and this is told without a lock.
class RecentReferences {
 public:
  // Whether `set` was given this before; if not it counts as given now.
  bool Knows(uint64_t set, const Reference& reference) {
    if (set != set_) {
      slots_.assign(kSlots, {});
      set_ = set;
    }
    Slot& slot = slots_[Hash(reference.oid) % kSlots];
    if (slot.types == Bit(reference.type) && slot.oid == reference.oid) {
      return true;
    }
    slot = {reference.oid, Bit(reference.type)};
    return false;
  }

 private:
  static constexpr size_t kSlots = 16384;
  struct Slot {
    Oid oid;
    uint32_t types = 0;
  };
  uint64_t set_ = 0;
  std::vector<Slot> slots_;
};

// Tells the sets apart that a thread has to do with, one after the other.
uint64_t NextNumber() {
  static std::atomic<uint64_t> last{0};
  return ++last;
}

}  // namespace

void VisitReferences(ObjectType type, std::string_view content,
                     const std::function<void(const Reference&)>& visit) {
  VisitAll(type, content, visit);
}

ReferenceSet::ReferenceSet() : number_(NextNumber()) {
  for (Shard& shard : shards_) shard.slots.resize(64);
}

void ReferenceSet::Add(ObjectType type, std::string_view content) {
  thread_local RecentReferences recent;
  VisitAll(type, content, [&](const Reference& reference) {
    if (recent.Knows(number_, reference)) return;
    Shard& shard = shards_[reference.oid.bytes[0] % shards_.size()];
    std::lock_guard lock(shard.mutex);
    Insert(&shard, reference.oid, Bit(reference.type));
  });
}

void ReferenceSet::Insert(Shard* shard, const Oid& oid, uint32_t types) {
  size_t mask = shard->slots.size() - 1;
  for (size_t i = Hash(oid) & mask;; i = (i + 1) & mask) {
    Slot& slot = shard->slots[i];
    if (slot.types != 0 && slot.oid != oid) continue;
    if (slot.types == 0) {
      slot.oid = oid;
      ++shard->used;
    }
    slot.types |= types;
    break;
  }
  if (shard->used * 3 > shard->slots.size() * 2) Grow(shard);
}

void ReferenceSet::Grow(Shard* shard) {
  std::vector<Slot> old(shard->slots.size() * 2);
  old.swap(shard->slots);
  shard->used = 0;
  for (const Slot& slot : old) {
    if (slot.types != 0) Insert(shard, slot.oid, slot.types);
  }
}

void ReferenceSet::ForEach(
    const std::function<void(const Reference&)>& visit) const {
  RunParallel(0, shards_.size(), 4, [&](RangeQueue* queue) {
    while (auto range = queue->Next()) {
      for (size_t i = range->first; i < range->second; ++i) {
        for (const Slot& slot : shards_[i].slots) {
          for (ObjectType type : {ObjectType::kCommit, ObjectType::kTree,
                                  ObjectType::kBlob, ObjectType::kTag}) {
            if ((slot.types & Bit(type)) != 0) visit({slot.oid, type});
          }
        }
      }
    }
  });
}

size_t ReferenceSet::size() const {
  size_t total = 0;
  for (const Shard& shard : shards_) total += shard.used;
  return total;
}

}  // namespace backgraft::git
