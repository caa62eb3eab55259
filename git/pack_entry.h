// The header of one entry of a pack (gitformat-pack).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/io.h"
#include "git/oid.h"

namespace backgraft::git {

enum class EntryKind : uint8_t {
  kCommit = 1,
  kTree = 2,
  kBlob = 3,
  kTag = 4,
  kOfsDelta = 6,
  kRefDelta = 7,
};

inline bool IsDelta(EntryKind kind) { return kind >= EntryKind::kOfsDelta; }

struct EntryHeader {
  EntryKind kind;
  uint64_t size;           // of the inflated bytes: the content, or the delta
  uint64_t base_distance;  // kOfsDelta: bytes back to the base's entry
  Oid base;                // kRefDelta
  size_t length;           // of the header, base included
};

// The header at the start of `bytes`. Nothing where it is cut off, of an
// unknown kind, or a number in it does not fit 64 bits.
std::optional<EntryHeader> ParseEntryHeader(ByteSpan bytes);

// Appends kind and size of an entry; a delta's base comes behind it.
void AppendEntryHeader(EntryKind kind, uint64_t size,
                       std::vector<std::byte>* out);

// The CRC-32 of a whole entry, as a .idx has it.
uint32_t EntryCrc(ByteSpan entry);

}  // namespace backgraft::git
