// Whether an entry of a pack that we wrote gives back what went in.
#pragma once

#include <cstdint>
#include <string>

#include "base/io.h"
#include "base/scratch.h"
#include "git/deflate.h"
#include "git/pack_batch.h"

namespace backgraft::git {

// Error(kBug) naming the object.
[[noreturn]] void ThrowMismatch(const PackedObject& object);

// The compressed part of an entry, whose header must be the object's.
ByteSpan CompressedPart(const PackedObject& object, ByteSpan entry);

// What the bytes of an entry inflate to: the content, or the delta.
std::string InflateEntry(const PackedObject& object, ByteSpan entry);

// The content of `object`, which is a delta of these bytes (header included)
// against `base`.
std::string ApplyEntryDelta(const PackedObject& object, ByteSpan base,
                            ByteSpan delta);

// Compares entries with the contents they were made from, which are still at
// hand: as good as hashing what they give back, and cheaper. Reusable, not
// thread-safe (one for each thread).
class EntryChecker {
 public:
  // Of a content. Above, the room for what comes back would be too much, and
  // hashing it in pieces later is better.
  static constexpr size_t kMostBytes = size_t{16} << 20;

  // That `entry` makes `content`: from nothing else, or, where it is a delta,
  // from `base`. Returns its CRC-32. Error(kBug) where it does not.
  uint32_t Check(const PackedObject& object, ByteSpan entry, ByteSpan base,
                 ByteSpan content);

 private:
  Inflater inflater_;
  Scratch buffer_;
};

}  // namespace backgraft::git
