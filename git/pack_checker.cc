#include "git/pack_checker.h"

#include <algorithm>
#include <unordered_map>

#include "base/error.h"
#include "base/parallel.h"
#include "git/entry_checker.h"
#include "git/pack_entry.h"

namespace backgraft::git {
namespace {

// Contents above this are checked in pieces, which bounds the memory.
constexpr uint64_t kLargeContent = uint64_t{16} << 20;
// Bytes of the pack that a thread reads before it lets their pages go.
constexpr uint64_t kTouched = uint64_t{4} << 20;
// Objects that a thread takes at once.
constexpr size_t kRun = 16;

void BeginObject(const PackedObject& object, Sha1* sha) {
  std::string prefix(TypeName(object.type));
  prefix += ' ' + std::to_string(object.size);
  prefix += '\0';
  sha->Update(AsBytes(prefix));
}

}  // namespace

PackChecker::PackChecker(const MappedFile& pack,
                         const std::vector<PackedObject>& objects)
    : pack_(pack), objects_(objects), crcs_(objects.size()) {
  // What is to be made, and what that builds on.
  std::vector<bool> needed(objects.size());
  std::vector<uint32_t> made;
  auto need = [&](uint32_t index) {
    if (needed[index]) return;
    needed[index] = true;
    made.push_back(index);
  };
  for (uint32_t i = 0; i < objects.size(); ++i) {
    if (!objects[i].crc) need(i);
  }
  const bool deltas =
      std::any_of(objects.begin(), objects.end(),
                  [](const PackedObject& each) { return each.delta_size > 0; });
  if (deltas) {
    std::unordered_map<Oid, uint32_t, OidHash> places;
    for (uint32_t i = 0; i < objects.size(); ++i) {
      places.emplace(objects[i].oid, i);
    }
    auto base_of = [&](const PackedObject& object) {
      const auto base = places.find(object.base);
      Require(base != places.end(), "a delta of the pack has no base");
      return base->second;
    };
    for (const PackedObject& object : objects) {
      if (object.delta_size > 0) base_of(object);
    }
    // Grows while it is walked.
    for (size_t i = 0; i < made.size(); ++i) {
      const PackedObject& object = objects[made[i]];
      if (object.delta_size > 0) need(base_of(object));
    }
    LinkDeltas(made);
  }
  for (uint32_t i = 0; i < objects.size(); ++i) {
    if (!needed[i]) {
      compared_.push_back(i);
    } else if (objects[i].delta_size == 0) {
      roots_.push_back(i);
    }
  }
}

void PackChecker::LinkDeltas(const std::vector<uint32_t>& made) {
  std::unordered_map<Oid, std::vector<uint32_t>, OidHash> deltas;
  for (const uint32_t i : made) {
    if (objects_[i].delta_size > 0) deltas[objects_[i].base].push_back(i);
  }
  first_child_.assign(objects_.size(), kNone);
  next_sibling_.assign(objects_.size(), kNone);
  for (const uint32_t i : made) {
    const auto on_it = deltas.find(objects_[i].oid);
    if (on_it == deltas.end()) continue;
    for (const uint32_t child : on_it->second) {
      next_sibling_[child] = first_child_[i];
      first_child_[i] = child;
    }
    deltas.erase(on_it);
  }
}

std::vector<uint32_t> PackChecker::Check(unsigned threads,
                                         const std::function<void()>& beside) {
  std::atomic<bool> begun = false;
  const size_t all = compared_.size() + roots_.size();
  RunParallel(threads, all, kRun, [&](RangeQueue* queue) {
    if (!begun.exchange(true)) beside();
    Tools tools;
    while (const auto run = queue->Next()) {
      for (size_t i = run->first; i < run->second; ++i) {
        if (i < compared_.size()) {
          NoteChecked(compared_[i], &tools);
        } else {
          CheckFrom(roots_[i - compared_.size()], &tools);
        }
      }
    }
  });
  Require(begun, "a pack without an object was checked");
  // Deltas that lead to no root are reached by nobody.
  Require(checked_ == objects_.size(), "a delta of the pack has no base");
  return std::move(crcs_);
}

ByteSpan PackChecker::EntryOf(const PackedObject& object) const {
  return pack_.bytes().subspan(static_cast<size_t>(object.offset),
                               static_cast<size_t>(object.entry_size));
}

void PackChecker::NoteChecked(uint32_t index, Tools* tools) {
  const ByteSpan entry = EntryOf(objects_[index]);
  crcs_[index] = EntryCrc(entry);
  const PackedObject& object = objects_[index];
  if (object.crc && *object.crc != crcs_[index]) ThrowMismatch(object);
  ++checked_;
  tools->touched += entry.size();
  if (tools->touched < kTouched) return;
  // What is mapped counts as our memory. Entries that build on each other lie
  // anywhere; others that are still needed come back from the page cache.
  pack_.DontNeed(0, pack_.bytes().size());
  tools->touched = 0;
}

void PackChecker::CheckFrom(uint32_t index, Tools* tools) {
  const ByteSpan whole = CheckWhole(index, tools);
  if (first_child_.empty() || first_child_[index] == kNone) return;
  std::vector<Base>& stack = tools->stack;
  stack.clear();
  stack.push_back({std::string(AsText(whole)), first_child_[index]});
  while (!stack.empty()) {
    const uint32_t child = stack.back().next;
    stack.back().next = next_sibling_[child];
    std::string content =
        MakeDelta(child, AsBytes(stack.back().content), tools);
    // A base is kept as long as others build on it: a chain of any length
    // takes the memory of two objects.
    if (stack.back().next == kNone) stack.pop_back();
    if (first_child_[child] != kNone) {
      stack.push_back({std::move(content), first_child_[child]});
    }
  }
}

ByteSpan PackChecker::CheckWhole(uint32_t index, Tools* tools) {
  const PackedObject& object = objects_[index];
  const ByteSpan compressed = CompressedPart(object, EntryOf(object));
  BeginObject(object, &tools->sha);
  size_t taken;
  ByteSpan content;
  if (object.size <= kLargeContent) {
    const auto room = tools->buffer.Take(static_cast<size_t>(object.size));
    taken = tools->inflater.InflateExactly(compressed, room);
    tools->sha.Update(room);
    content = room;
  } else {
    Require(first_child_.empty() || first_child_[index] == kNone,
            "a delta builds on a large object");
    taken = tools->inflater.InflateStream(
        compressed, object.size,
        [&](ByteSpan piece) { tools->sha.Update(piece); });
  }
  if (Oid{tools->sha.Finish()} != object.oid || taken != compressed.size()) {
    ThrowMismatch(object);
  }
  NoteChecked(index, tools);
  return content;
}

std::string PackChecker::MakeDelta(uint32_t index, ByteSpan base,
                                   Tools* tools) {
  const PackedObject& object = objects_[index];
  const ByteSpan compressed = CompressedPart(object, EntryOf(object));
  const auto delta = tools->buffer.Take(static_cast<size_t>(object.delta_size));
  if (tools->inflater.InflateExactly(compressed, delta) != compressed.size()) {
    ThrowMismatch(object);
  }
  std::string content = ApplyEntryDelta(object, base, delta);
  BeginObject(object, &tools->sha);
  tools->sha.Update(AsBytes(content));
  if (Oid{tools->sha.Finish()} != object.oid) ThrowMismatch(object);
  NoteChecked(index, tools);
  return content;
}

}  // namespace backgraft::git
