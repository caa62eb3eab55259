// Entries of a pack that wait for their place.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/io.h"
#include "git/deflate.h"
#include "git/oid.h"

namespace backgraft::git {

// Where an object stands in the pack.
struct PackedObject {
  Oid oid;
  ObjectType type;
  uint64_t size;        // of the content
  uint64_t offset;      // of the entry in the pack
  uint64_t entry_size;  // bytes of the entry, header included
  // Of a delta: its bytes, inflated, and what it builds on, which is in the
  // same pack. 0 where the entry is the content itself.
  uint64_t delta_size = 0;
  Oid base{};
  // Of the entry, once it was compared with what it was made from.
  std::optional<uint32_t> crc{};
};

// Filled by one thread, then appended at once.
struct PackBatch {
  std::vector<std::byte> bytes;
  std::vector<PackedObject> objects;  // offsets relative to `bytes`

  void Add(Deflater& deflater, const Oid& oid, ObjectType type,
           ByteSpan content);
  // An object of `size` bytes as a delta against `base`.
  void AddDelta(Deflater& deflater, const Oid& oid, ObjectType type,
                uint64_t size, const Oid& base, ByteSpan delta);
  // What `other` holds.
  void Add(const PackBatch& other);
  // Keeps capacity.
  void Clear();
};

}  // namespace backgraft::git
