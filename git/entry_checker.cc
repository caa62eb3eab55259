#include "git/entry_checker.h"

#include <span>

#include "base/error.h"
#include "git/delta.h"
#include "git/pack_entry.h"

namespace backgraft::git {
namespace {

// What the compressed part of an entry inflates to.
uint64_t InflatedSize(const PackedObject& object) {
  return object.delta_size > 0 ? object.delta_size : object.size;
}

std::span<std::byte> Room(std::string* text) {
  return std::as_writable_bytes(std::span(*text));
}

// Throws where the delta is not between contents of these sizes.
DeltaHeader HeaderOf(const PackedObject& object, ByteSpan base,
                     ByteSpan delta) {
  const auto header = ParseDeltaHeader(delta);
  if (!header || header->base_size != base.size() ||
      header->result_size != object.size) {
    ThrowMismatch(object);
  }
  return *header;
}

}  // namespace

void ThrowMismatch(const PackedObject& object) {
  throw Error(ErrorKind::kBug, "object " + object.oid.Hex() +
                                   " did not come back as it was written");
}

ByteSpan CompressedPart(const PackedObject& object, ByteSpan entry) {
  const auto header = ParseEntryHeader(entry);
  const EntryKind kind = object.delta_size > 0
                             ? EntryKind::kRefDelta
                             : static_cast<EntryKind>(object.type);
  if (!header || header->kind != kind || header->size != InflatedSize(object) ||
      (object.delta_size > 0 && header->base != object.base)) {
    ThrowMismatch(object);
  }
  return entry.subspan(header->length);
}

std::string InflateEntry(const PackedObject& object, ByteSpan entry) {
  const ByteSpan compressed = CompressedPart(object, entry);
  std::string out(static_cast<size_t>(InflatedSize(object)), '\0');
  thread_local Inflater inflater;
  if (inflater.InflateExactly(compressed, Room(&out)) != compressed.size()) {
    ThrowMismatch(object);
  }
  return out;
}

std::string ApplyEntryDelta(const PackedObject& object, ByteSpan base,
                            ByteSpan delta) {
  const DeltaHeader header = HeaderOf(object, base, delta);
  std::string result(static_cast<size_t>(object.size), '\0');
  if (!ApplyDelta(base, delta.subspan(header.length), Room(&result))) {
    ThrowMismatch(object);
  }
  return result;
}

uint32_t EntryChecker::Check(const PackedObject& object, ByteSpan entry,
                             ByteSpan base, ByteSpan content) {
  const ByteSpan compressed = CompressedPart(object, entry);
  const std::span<std::byte> inflated =
      buffer_.Take(static_cast<size_t>(InflatedSize(object)));
  if (inflater_.InflateExactly(compressed, inflated) != compressed.size()) {
    ThrowMismatch(object);
  }
  bool same;
  if (object.delta_size > 0) {
    const DeltaHeader header = HeaderOf(object, base, inflated);
    same = DeltaMakes(base, ByteSpan(inflated).subspan(header.length), content);
  } else {
    same = AsText(inflated) == AsText(content);
  }
  if (!same) ThrowMismatch(object);
  return EntryCrc(entry);
}

}  // namespace backgraft::git
