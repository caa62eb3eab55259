#include "git/pack_checker.h"

#include <isa-l/crc.h>

#include <unordered_map>

#include "base/error.h"
#include "base/parallel.h"
#include "git/delta.h"
#include "git/pack_entry.h"

namespace backgraft::git {
namespace {

// Contents above this are checked in pieces, which bounds the memory.
constexpr uint64_t kLargeContent = uint64_t{16} << 20;
// Bytes of the pack that a thread reads before it lets their pages go.
constexpr uint64_t kTouched = uint64_t{4} << 20;
// Roots that a thread takes at once.
constexpr size_t kRun = 16;

// The compressed part of an entry.
ByteSpan Compressed(const PackedObject& object, ByteSpan entry) {
  const auto header = ParseEntryHeader(entry);
  const uint64_t inflated =
      object.delta_size > 0 ? object.delta_size : object.size;
  if (!header || header->size != inflated ||
      IsDelta(header->kind) != (object.delta_size > 0) ||
      (IsDelta(header->kind) && header->base != object.base)) {
    ThrowMismatch(object);
  }
  return entry.subspan(header->length);
}

void BeginObject(const PackedObject& object, Sha1* sha) {
  std::string prefix(TypeName(object.type));
  prefix += ' ' + std::to_string(object.size);
  prefix += '\0';
  sha->Update(AsBytes(prefix));
}

std::span<std::byte> Room(std::string* text) {
  return std::as_writable_bytes(std::span(*text));
}

}  // namespace

void ThrowMismatch(const PackedObject& object) {
  throw Error(ErrorKind::kBug, "object " + object.oid.Hex() +
                                   " did not come back as it was written");
}

std::string InflateEntry(const PackedObject& object, ByteSpan entry) {
  const ByteSpan compressed = Compressed(object, entry);
  std::string out(static_cast<size_t>(object.delta_size > 0 ? object.delta_size
                                                            : object.size),
                  '\0');
  thread_local Inflater inflater;
  if (inflater.InflateExactly(compressed, Room(&out)) != compressed.size()) {
    ThrowMismatch(object);
  }
  return out;
}

std::string ApplyEntryDelta(const PackedObject& object, ByteSpan base,
                            ByteSpan delta) {
  const auto header = ParseDeltaHeader(delta);
  if (!header || header->base_size != base.size() ||
      header->result_size != object.size) {
    ThrowMismatch(object);
  }
  std::string result(static_cast<size_t>(object.size), '\0');
  if (!ApplyDelta(base, delta.subspan(header->length), Room(&result))) {
    ThrowMismatch(object);
  }
  return result;
}

PackChecker::PackChecker(const MappedFile& pack,
                         const std::vector<PackedObject>& objects)
    : pack_(pack), objects_(objects), crcs_(objects.size()) {
  std::unordered_map<Oid, std::vector<uint32_t>, OidHash> deltas;
  for (uint32_t i = 0; i < objects.size(); ++i) {
    if (objects[i].delta_size > 0) {
      deltas[objects[i].base].push_back(i);
    } else {
      roots_.push_back(i);
    }
  }
  if (deltas.empty()) return;
  first_child_.assign(objects.size(), kNone);
  next_sibling_.assign(objects.size(), kNone);
  for (uint32_t i = 0; i < objects.size(); ++i) {
    const auto on_it = deltas.find(objects[i].oid);
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
  RunParallel(threads, roots_.size(), kRun, [&](RangeQueue* queue) {
    if (!begun.exchange(true)) beside();
    Scratch scratch;
    while (const auto run = queue->Next()) {
      for (size_t i = run->first; i < run->second; ++i) {
        CheckFrom(roots_[i], &scratch);
      }
    }
  });
  Require(begun, "a pack without a root was checked");
  // Deltas that lead to no root are reached by nobody.
  Require(checked_ == objects_.size(), "a delta of the pack has no base");
  return std::move(crcs_);
}

ByteSpan PackChecker::EntryOf(const PackedObject& object) const {
  return pack_.bytes().subspan(static_cast<size_t>(object.offset),
                               static_cast<size_t>(object.entry_size));
}

void PackChecker::NoteChecked(uint32_t index, Scratch* scratch) {
  const ByteSpan entry = EntryOf(objects_[index]);
  crcs_[index] = crc32_gzip_refl(
      0, reinterpret_cast<const unsigned char*>(entry.data()), entry.size());
  ++checked_;
  scratch->touched += entry.size();
  if (scratch->touched < kTouched) return;
  // What is mapped counts as our memory. Entries that build on each other lie
  // anywhere; others that are still needed come back from the page cache.
  pack_.DontNeed(0, pack_.bytes().size());
  scratch->touched = 0;
}

void PackChecker::CheckFrom(uint32_t index, Scratch* scratch) {
  CheckWhole(index, scratch);
  if (first_child_.empty() || first_child_[index] == kNone) return;
  std::vector<Base>& stack = scratch->stack;
  stack.clear();
  stack.push_back({std::string(AsText(scratch->buffer)), first_child_[index]});
  while (!stack.empty()) {
    const uint32_t child = stack.back().next;
    stack.back().next = next_sibling_[child];
    std::string content =
        MakeDelta(child, AsBytes(stack.back().content), scratch);
    // A base is kept as long as others build on it: a chain of any length
    // takes the memory of two objects.
    if (stack.back().next == kNone) stack.pop_back();
    if (first_child_[child] != kNone) {
      stack.push_back({std::move(content), first_child_[child]});
    }
  }
}

void PackChecker::CheckWhole(uint32_t index, Scratch* scratch) {
  const PackedObject& object = objects_[index];
  const ByteSpan compressed = Compressed(object, EntryOf(object));
  BeginObject(object, &scratch->sha);
  size_t taken;
  if (object.size <= kLargeContent) {
    scratch->buffer.resize(static_cast<size_t>(object.size));
    taken = scratch->inflater.InflateExactly(compressed, scratch->buffer);
    scratch->sha.Update(scratch->buffer);
  } else {
    Require(first_child_.empty() || first_child_[index] == kNone,
            "a delta builds on a large object");
    taken = scratch->inflater.InflateStream(
        compressed, object.size,
        [&](ByteSpan piece) { scratch->sha.Update(piece); });
  }
  if (Oid{scratch->sha.Finish()} != object.oid || taken != compressed.size()) {
    ThrowMismatch(object);
  }
  NoteChecked(index, scratch);
}

std::string PackChecker::MakeDelta(uint32_t index, ByteSpan base,
                                   Scratch* scratch) {
  const PackedObject& object = objects_[index];
  const ByteSpan compressed = Compressed(object, EntryOf(object));
  scratch->buffer.resize(static_cast<size_t>(object.delta_size));
  if (scratch->inflater.InflateExactly(compressed, scratch->buffer) !=
      compressed.size()) {
    ThrowMismatch(object);
  }
  std::string content = ApplyEntryDelta(object, base, scratch->buffer);
  BeginObject(object, &scratch->sha);
  scratch->sha.Update(AsBytes(content));
  if (Oid{scratch->sha.Finish()} != object.oid) ThrowMismatch(object);
  NoteChecked(index, scratch);
  return content;
}

}  // namespace backgraft::git
